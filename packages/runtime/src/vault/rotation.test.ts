import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createVault,
  environmentKeys,
  memorySecretStore,
  type RotationReport,
  type Vault,
} from '@common/connector-core/vault';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqliteStore } from '../sqlite-store.ts';
import type { SqlStateTransaction } from '../state/sql-state.ts';
import { secretRows } from './secret-rows.ts';
import { sqlSecretStore } from './sql-secret-store.ts';

const program = fileURLToPath(new URL('../testing/rotation-child.ts', import.meta.url));
const count = 10_000;
const canary = 'canary-4711-Zwölf';
const [one, two] = ['one', 'two'].map((id) => `${id}:${randomBytes(32).toString('base64')}`) as [
  string,
  string,
];

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rotation-'));
  path = join(folder, 'vault.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const keysOf = (...keys: readonly string[]) =>
  environmentKeys({ environment: { COMMON_VAULT_KEY: keys.join(',') } });

const placeOf = (index: number) => ({
  tenant: `t${index % 10}`,
  connection: `c${index % 100}`,
  name: `n${index}`,
});
const get = (vault: Vault, index: number) => {
  const { tenant, ...name } = placeOf(index);
  return vault.forTenant(tenant).get(name);
};
const put = (vault: Vault, index: number, value: string) => {
  const { tenant, ...name } = placeOf(index);
  return vault.forTenant(tenant).put(name, value);
};
const textOf = (index: number, edition: number) => `${canary} ${index} ${edition}`;

/** Makes the rows in memory and stores them at once: 10,000 commits would take their time. */
async function fill(): Promise<void> {
  const memory = memorySecretStore();
  const vault = createVault({ secrets: memory, keys: keysOf(one) });
  for (let index = 0; index < count; index += 1) await put(vault, index, textOf(index, 0));
  const check = (await memory.readKeyCheck('one')) ?? '';
  const all = await memory.list({ limit: count });
  const store = sqliteStore({ path });
  await store.transaction(async (state) => {
    const rows = secretRows((state as SqlStateTransaction).database);
    for (const row of all) await rows.write(row, 0);
    await rows.addKeyCheck('one', check);
  });
  await store.close();
}

/** Runs `rotation-child.ts`, and kills it when it says to have done so much. */
async function rotateInAnotherProcess(killAt = Number.POSITIVE_INFINITY): Promise<{
  readonly signal: NodeJS.Signals | null;
  readonly report: RotationReport | undefined;
}> {
  const child = spawn(
    process.execPath,
    ['--conditions=@common/source', '--disable-warning=ExperimentalWarning', program, path],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, COMMON_VAULT_KEY: `${two},${one}` },
    },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    const done = Number(/(\d+)\n[^\n]*$/.exec(output)?.[1] ?? 0);
    if (done >= killAt) child.kill('SIGKILL');
  });
  const signal = await new Promise<NodeJS.Signals | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (_code, by) => resolve(by));
  });
  const last = output.split('\n').at(-1) ?? '';
  return { signal, report: last === '' ? undefined : (JSON.parse(last) as RotationReport) };
}

describe('the keys of 10,000 secrets', () => {
  it('are exchanged beside readers and writers, by processes that are killed', async () => {
    await fill();
    const editions = new Map<number, number>();
    const store = sqliteStore({ path });
    const secrets = sqlSecretStore({ store });
    // Processes that have both keys but still write under the old one, as during a roll-out.
    const vault = createVault({ secrets, keys: keysOf(one, two) });
    let isOver = false;
    let reads = 0;
    let writes = 0;

    async function read(start: number): Promise<void> {
      for (let index = start; !isOver; index = (index + 7919) % count) {
        const edition = editions.get(index) ?? 0;
        const secret = await get(vault, index);
        // A write may have come between.
        const possible = [edition, editions.get(index) ?? 0].map((one) => textOf(index, one));
        expect(possible).toContain(secret?.value);
        reads += 1;
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    }
    async function write(): Promise<void> {
      for (let index = 3; !isOver; index = (index + 6113) % count) {
        const edition = (editions.get(index) ?? 0) + 1;
        await put(vault, index, textOf(index, edition));
        editions.set(index, edition);
        writes += 1;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }

    const others = [read(0), read(count / 2), write()];
    for (const killAt of [200, 4_000]) {
      expect(await rotateInAnotherProcess(killAt)).toEqual({
        signal: 'SIGKILL',
        report: undefined,
      });
      const uses = await vault.keysInUse();
      expect(uses.map(({ keyId }) => keyId)).toEqual(['one', 'two']);
    }
    isOver = true;
    await Promise.all(others);
    expect(reads).toBeGreaterThan(100);
    expect(writes).toBeGreaterThan(10);

    const { report } = await rotateInAnotherProcess();
    expect(report).toMatchObject({ keyId: 'two', failed: [], unusedKeyIds: ['one'] });
    expect((report?.already ?? 0) + (report?.rewrapped ?? 0)).toBe(count);
    expect(report?.already).toBeGreaterThan(2_000);
    await vault.forgetKey('one');
    await store.close();

    const alone = sqliteStore({ path });
    const after = createVault({ secrets: sqlSecretStore({ store: alone }), keys: keysOf(two) });
    await after.verifyKeys();
    for (let index = 0; index < count; index += 1) {
      const secret = await get(after, index);
      if (secret?.value !== textOf(index, editions.get(index) ?? 0)) {
        throw new Error(`secret ${index} is ${JSON.stringify(secret?.value)}`);
      }
    }
    expectNoPlaintext(folder);
    await alone.close();
    expectNoPlaintext(folder);
  }, 120_000);
});

/** Neither secrets nor keys, in any of the forms that they could have slipped out in. */
function expectNoPlaintext(where: string): void {
  const files = readdirSync(where);
  expect(files).toContain('vault.db');
  const keys = [one, two].map((text) => Buffer.from(text.split(':')[1] ?? '', 'base64'));
  const needles = [Buffer.from(canary), ...keys].flatMap((bytes) => [
    bytes,
    // In base64 a text looks different at each of three offsets; the middle is the same.
    ...[0, 1, 2].map((offset) =>
      Buffer.concat([Buffer.alloc(offset), bytes])
        .toString('base64')
        .slice(4, -4),
    ),
    bytes.toString('hex'),
    encodeURIComponent(bytes.toString('latin1')),
    JSON.stringify(bytes.toString('utf8')).slice(1, -1),
  ]);
  for (const file of files) {
    const content = readFileSync(join(where, file));
    for (const needle of needles) expect(content.includes(needle), `${file}`).toBe(false);
  }
}
