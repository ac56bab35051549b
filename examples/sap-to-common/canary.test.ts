import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addArtefact, facesOf } from './canary/artefacts.ts';
import type { Canaries } from './canary/canaries.ts';
import { runSignIns } from './canary/sign-ins.ts';
import { openStage, type Stage } from './canary/stage.ts';
import { runSystems } from './canary/systems.ts';

/** Of the library's own making: neither secrets nor people may be there. */
const own = [
  ...['log', 'errors', 'observer', 'lifecycle events', 'spans', 'metrics', 'health', 'audit'],
  ...['state files', 'dead letters', 'reports', 'progress', 'write results', 'connection report'],
  ...['objects', 'vault', 'schemas', 'webhook answers'],
];
/** Others' records, which hold people by their nature. */
const others = ['target files', 'journals'];

/** Some that are ours, some that were issued, some that were heard on the wire. */
const ofEveryKind = [
  ...['sap password', 'sap api key', 'common client secret', 'bearer token', 'oauth1 token secret'],
  ...['issued token', 'csrf token', 'cookie SAP_SESSIONID_S4H_100', 'private key', 'passphrase'],
  ...['form code', 'form code_verifier', 'form client_assertion', 'form refresh_token', 'state'],
  ...['vault key', 'vault passphrase', 'key server token', 'webhook secret', 'proxy password'],
];

let stage: Stage;
/** The same, with a secret in every artefact. */
let planted: Stage;

beforeAll(async () => {
  stage = await openStage();
  await runSystems(stage);
  await runSignIns(stage);
  await stage.collect();
  planted = await openStage();
  await plant(planted);
  await planted.collect();
}, 120_000);
afterAll(() => Promise.all([stage, planted].map((open) => open?.close())));

/** What is found in an artefact, with the place: for the message of a failed test. */
function found(of: Stage, kind: string, canaries: Canaries): readonly string[] {
  const text = of.artefacts.get(kind)?.join('\n') ?? '';
  return canaries.foundIn(text).map((name) => {
    const line = text.split('\n').find((each) => canaries.foundIn(each).includes(name));
    return `${name}: ${line?.slice(0, 1000)}`;
  });
}

describe('a run in which everything goes wrong', () => {
  it.each([...own, ...others])('leaves no secret in: %s', (kind) => {
    expect(stage.artefacts.get(kind)?.join('')).toBeTruthy();
    expect(found(stage, kind, stage.canaries)).toEqual([]);
  });

  it.each(own)('leaves nothing that tells about a person in: %s', (kind) => {
    expect(found(stage, kind, stage.people)).toEqual([]);
  });

  it('is searched whole', () => {
    expect([...stage.artefacts.keys()].sort()).toEqual([...own, ...others].sort());
  });

  it('was one: with secrets of every kind, and failures everywhere', () => {
    expect([...stage.canaries.names]).toEqual(expect.arrayContaining(ofEveryKind));
    expect([...stage.people.names].sort()).toEqual(['e-mail', 'name', 'street', 'tax number']);
    const least = { errors: 150, log: 100, audit: 80, spans: 200, 'dead letters': 10, objects: 50 };
    for (const [kind, count] of Object.entries(least)) {
      expect(stage.artefacts.get(kind)?.length, kind).toBeGreaterThanOrEqual(count);
    }
  });
});

describe('the search', () => {
  it.each([...own, ...others])('would find a secret in: %s', (kind) => {
    expect(found(planted, kind, planted.canaries)).not.toEqual([]);
    expect(found(planted, kind, stage.canaries)).toEqual([]);
  });

  it('finds people among the records of targets', () => {
    expect(found(stage, 'target files', stage.people)).not.toEqual([]);
  });
});

/** Puts a secret wherever one could be, each in a form of its own. */
async function plant({ canaries, pipeline, trail, show, artefacts, ...of }: Stage): Promise<void> {
  const secret = canaries.make('planted');
  pipeline.logger?.debug('request', {
    url: `https://erp.example?key=${encodeURIComponent(secret)}`,
  });
  const basic = `Basic ${Buffer.from(`ann:${secret}`).toString('base64')}`;
  const cause = Object.assign(new Error('401'), { config: { headers: { authorization: basic } } });
  addArtefact(artefacts, 'errors', facesOf(new Error('refused', { cause })));
  const identity = { system: secret, tenant: 't', connection: 'c' };
  pipeline.observer?.lifecycle?.({ type: 'connected', at: 0, ...identity } as never);
  const operation = {
    ...identity,
    method: 'GET',
    operation: secret,
    priority: 'interactive',
  } as const;
  const observed = pipeline.observer?.operation?.(operation);
  observed?.ended?.({ ok: true, durationMs: 1, attempts: 1 });
  await trail.record({ ...entry, keys: [JSON.stringify({ secret })] });
  writeFileSync(
    join(of.targetFolder, 'a.ndjson'),
    JSON.stringify({ body: JSON.stringify({ secret }) }),
  );
  const shown = [
    'health',
    'dead letters',
    'reports',
    'progress',
    'write results',
    'connection report',
  ];
  for (const kind of [...shown, 'objects', 'vault', 'schemas', 'webhook answers', 'journals']) {
    show(kind, { nested: [{ deeper: { hex: Buffer.from(secret).toString('hex') } }] });
  }
}

const entry = {
  ...{ actor: 'a', tenant: 't', connection: 'c', system: 's', operation: 'write' },
  outcome: 'succeeded',
  correlationId: 'x',
} as const;
