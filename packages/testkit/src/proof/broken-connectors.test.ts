import type { IErpConnector, RecordQuery } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { behaviours } from '../behaviours/index.ts';
import { gradeOf } from '../grade.ts';
import { runBehaviour } from '../run-behaviour.ts';
import type { Flaw } from './flaw.ts';
import type { ProofEntities } from './proof-connector.ts';
import { type Defect, proofHarness } from './proof-harness.ts';
import { clientSecret } from './proof-sandbox.ts';

type Connector = IErpConnector<ProofEntities>;

/** Replaces members of the connector. */
const replace =
  (members: (connector: Connector) => Partial<Connector>): Defect =>
  (connector) => ({ ...connector, ...members(connector) });

const product = (data: Partial<Connector['capabilities']['entities']['product']>): Defect =>
  replace(({ capabilities: { entities } }) => ({
    capabilities: { entities: { ...entities, product: { ...entities.product, ...data } } },
  }));

/** Does something to every page that `list` reads. */
const relist = (change: (page: Record<string, unknown>, query: RecordQuery) => object): Defect =>
  replace(({ list }) => ({
    list: async function* (entity, query = {}, options = {}) {
      for await (const page of list(entity, query, options)) {
        yield { ...page, ...change(page as never, query) };
      }
    } as Connector['list'],
  }));

/** For every behaviour a connector that lacks just that. */
const defects: Readonly<Record<string, Defect>> = {
  'manifest/version': replace(() => ({ specificationVersion: 'v0' as 'v1' })),
  'manifest/complete': replace(({ manifest }) => ({
    manifest: { ...manifest, version: 'latest' },
  })),
  'manifest/settings-schema': replace(({ manifest }) => ({
    manifest: {
      ...manifest,
      settingsSchema: { type: 'object', properties: { apiKey: { type: 'string' } } },
    },
  })),
  'manifest/capabilities-data': product({ maxPageSize: 0 }),
  'manifest/capabilities-methods': replace(({ capabilities: { operations: _, ...rest } }) => ({
    capabilities: rest,
  })),
  'manifest/all-entities-tested': replace(({ capabilities: { entities } }) => ({
    capabilities: { entities: { ...entities, supplier: entities.customer } as never },
  })),
  'manifest/no-request': (connector) => {
    void connector.testConnection();
    const { manifest, ...rest } = connector;
    return { ...rest, manifest: { ...manifest } };
  },
  'connection/good': replace(() => ({
    testConnection: async () => ({ ok: false, checks: [], latencyMs: 0 }),
  })),
  'connection/bad-credentials': replace(({ connect, list }) => ({
    testConnection: async () => {
      await connect();
      for await (const _page of list('product')) break;
      return { ok: true, checks: [], latencyMs: 0 };
    },
  })),
  'connection/host-down': replace(() => ({
    testConnection: async () => ({
      ok: false,
      checks: [{ name: 'network', ok: false, message: 'ECONNREFUSED' }],
      latencyMs: 0,
    }),
  })),
  'connection/host-down-read': 'calls-network-internal',
  'connection/bad-credentials-read': 'calls-refusal-internal',
  'connection/connect-again': (connector) => {
    let isConnected = false;
    return {
      ...connector,
      connect: async () => {
        if (isConnected) throw new Error('already connected');
        isConnected = true;
      },
    };
  },
  'connection/disconnect-twice': (connector) => {
    let isClosed = false;
    return {
      ...connector,
      disconnect: async () => {
        if (isClosed) throw new Error('already closed');
        isClosed = true;
        await connector.disconnect();
      },
    };
  },
  'connection/after-disconnect': (connector) => {
    let isClosed = false;
    return {
      ...connector,
      disconnect: async () => {
        isClosed = true;
        await connector.disconnect();
      },
      list: ((...args: Parameters<typeof connector.list>) => {
        if (isClosed) throw new TypeError("Cannot read properties of undefined (reading 'send')");
        return connector.list(...args);
      }) as Connector['list'],
    };
  },
  'connection/health': replace(({ testConnection, health }) => ({
    health: () => {
      void testConnection();
      return { ...health!(), status: 'unhealthy' };
    },
  })),
  'description/fields': replace(() => ({
    describe: async (entity) => ({ entity, nativeName: 'x', key: [], fields: [] }),
  })),
  'description/unknown-entity': 'takes-unknown-entity',
  'list/none': relist(() => ({ records: [{ source: { key: '1' } }] })),
  'list/one': relist(() => ({ records: [] })),
  'list/many-pages': 'drops-records',
  'list/ties': 'pages-by-time',
  'list/removed-meanwhile': 'pages-by-offset',
  'list/created-meanwhile': 'pages-newest-first-by-offset',
  'list/wrong-total': 'trusts-total',
  'list/side-by-side': 'keeps-its-place',
  'list/page-size-capped': relist((_page, { pageSize = 0 }) =>
    pageSize > 100 ? { records: [] } : {},
  ),
  'list/same-twice': (connector) => {
    let reads = 0;
    return (
      relist((page) => {
        reads += 1;
        return reads > 3 ? { records: [...(page.records as [])].reverse() } : {};
      }) as Exclude<Defect, string>
    )(connector);
  },
  'list/schema': relist(({ records }) => ({
    records: (records as object[]).map((record) => ({ ...record, colour: 'red' })),
  })),
  'list/no-numbers': 'floats-decimals',
  'list/total-count': relist(({ records }) => ({ totalCount: (records as []).length })),
  'list/resume': 'checkpoint-of-last-page',
  'list/stops': 'reads-ahead',
  'list/filter': 'ignores-filter',
  'list/filter-unknown': 'takes-any-filter',
  'list/loop': 'follows-loops',
  'list/cross-origin': 'follows-any-origin',
  'changes/resume': 'checkpoint-of-last-page',
  'changes/ties': 'skips-ties',
  'changes/removed-meanwhile': 'pages-by-offset',
  'changes/changed-meanwhile': 'pages-by-offset',
  'changes/acknowledged-meanwhile': 'counts-notices',
  'changes/side-by-side': 'keeps-its-place',
  'changes/none': replace(({ changes }) => ({
    changes: async function* (entity: 'product') {
      yield* changes!(entity);
      yield { changes: [{ op: 'delete', key: '1' }], checkpoint: {} };
    } as Connector['changes'] & object,
  })),
  'changes/far-future': 'fails-far-future',
  'changes/incremental': 'never-sees-updates',
  'changes/deletes': 'forgets-deletes',
  'changes/not-acknowledged': 'acknowledges-early',
  'changes/acknowledged': replace(({ changes }) => ({
    changes: async function* (entity: 'customer', since: undefined) {
      for await (const page of changes!(entity, since)) {
        yield { ...page, acknowledge: async () => undefined };
      }
    } as Connector['changes'] & object,
  })),
  'get/existing': replace(({ get }) => ({
    get: (async (entity, key) => {
      const record = await get(entity, key);
      return record && { ...record, description: 'Another', name: 'Another' };
    }) as Connector['get'],
  })),
  'get/missing': 'throws-if-missing',
  'get/hostile-key': 'pastes-keys',
  'write/create': replace(({ write }) => ({
    write: ((entity, changes, options) =>
      write!(
        entity,
        changes.map((change) =>
          change.op === 'delete'
            ? change
            : { ...change, record: { ...change.record, name: 'X', description: 'X' } },
        ) as typeof changes,
        options,
      )) as Connector['write'] & object,
  })),
  'write/decimals': 'rounds-on-write',
  'write/update': 'always-creates',
  'write/patch': 'replaces-on-update',
  'write/unchanged': 'always-updates',
  'write/update-missing': 'always-creates',
  'write/revision': 'overwrites',
  'write/partial-failure': 'stops-at-first-failure',
  'write/large-batch': replace(({ write, capabilities }) => ({
    write: ((entity, changes, options) =>
      write!(
        entity,
        changes.slice(0, capabilities.entities[entity].maxBatchSize),
        options,
      )) as Connector['write'] & object,
  })),
  'write/nothing': replace(({ write, testConnection }) => ({
    write: (async (entity, changes, options) => {
      await testConnection();
      return write!(entity, changes, options);
    }) as Connector['write'] & object,
  })),
  'write/dry-run': 'ignores-dry-run',
  'write/delete': replace(({ write }) => ({
    write: (async (entity, changes, options) =>
      changes[0]?.op === 'delete'
        ? [{ status: 'deleted', key: changes[0].key }]
        : write!(entity, changes, options)) as Connector['write'] & object,
  })),
  'write/not-announced': 'writes-unannounced',
  'idempotency/replay': 'forgets-key',
  'idempotency/find': 'forgets-reference',
  'idempotency/find-none': 'finds-anything',
  'idempotency/lost-answer': 'repeats-any-write',
  'idempotency/lost-answer-no-key': 'calls-lost-failed',
  'idempotency/throttled-write': 'never-repeats-writes',
  'authentication/once': 'never-signs-in-again',
  'authentication/storm': 'signs-in-for-each',
  'authentication/for-ever': 'loops-on-401',
  'authentication/forbidden': 'retries-403',
  'throttling/seconds': 'ignores-retry-after',
  'throttling/date': 'ignores-retry-after',
  'throttling/garbage': 'never-waits',
  'throttling/hour': 'hurries',
  'throttling/for-ever': 'never-gives-up',
  'throttling/unavailable': 'ignores-retry-after',
  'throttling/page-survives': 'never-repeats',
  'throttling/error-shape': 'hides-status',
  'resilience/bad-gateway': 'repeats-no-502',
  'resilience/reset': 'gives-up-on-reset',
  'resilience/half-open': 'waits-for-ever',
  'resilience/truncated-once': 'gives-up-on-reset',
  'resilience/bad-request': 'retries-400',
  'resilience/down': 'never-gives-up',
  'resilience/html': 'reads-html-as-empty',
  'resilience/malformed': 'throws-syntax-error',
  'resilience/empty': 'reads-nothing-as-empty',
  'resilience/truncated': 'never-gives-up',
  'abort/before': 'ignores-abort',
  'abort/during': 'ignores-abort',
  'abort/back-off': 'sleeps-through-abort',
  'abort/between-pages': 'ignores-abort',
  'abort/write': 'ignores-abort',
  'abort/write-under-way': 'throws-on-abort',
  'abort/disconnect': 'ignores-disconnect',
  'redaction/errors': 'leaks-cause',
  'redaction/log': 'logs-headers',
  'description/same-twice': (connector) => {
    let calls = 0;
    return {
      ...connector,
      describe: async (entity) => {
        calls += 1;
        return { ...(await connector.describe(entity)), nativeName: `name ${calls}` };
      },
    };
  },
  'get/expected': replace(({ get }) => ({
    get: (async (entity, key) => {
      const record = await get(entity, key);
      return record && { ...record, description: 'netWeight', netWeight: '0.150' };
    }) as Connector['get'],
  })),
  'events/arrive': 'reverses-events',
  'events/resume': 'checkpoint-ahead',
  'events/consumer-dies': 'confirms-early',
  'events/abort': 'streams-for-ever',
  'events/disconnect': 'streams-for-ever',
  'events/expired': 'skips-the-gap',
  'webhooks/genuine': 'names-any-entity',
  'webhooks/body-altered': 'takes-any-body',
  'webhooks/signature-altered': 'compares-prefix',
  'webhooks/unsigned': 'takes-unsigned',
  'webhooks/stale': 'takes-old-webhooks',
  'webhooks/replay': 'forgets-deliveries',
  'webhooks/not-acknowledged': 'remembers-at-once',
  'webhooks/tenants': 'mixes-tenants',
  'operations/run': 'answers-nothing',
  'operations/unknown': 'names-no-operation',
  'operations/abort': 'ignores-abort',
  'native/works': replace(() => ({ native: async () => ({ get: async () => ({}) }) })),
  'native/refused': 'loops-on-401',
  'native/throttled': 'ignores-retry-after',
  'health/failures': replace(({ health }) => ({
    health: () => ({ ...health!(), status: 'healthy' }),
  })),
  'factory/stored': 'forgets-credentials',
  'factory/settings': 'takes-any-setting',
  'factory/credentials': 'names-first-problem',
  'factory/kinds': 'takes-any-kind',
  'redaction/connector': (connector) => ({ ...connector, settings: { secret: clientSecret } }),
};

describe('the suite', () => {
  it('has a broken connector for every behaviour', () => {
    // Template laws are run by the core; the suite passes their failure on.
    const unproven = behaviours.map(({ id }) => id).filter((id) => !Object.hasOwn(defects, id));
    expect(unproven).toEqual(['templates/laws']);
  });

  it.each(Object.entries(defects))('%s fails for a connector that lacks it', async (id, defect) => {
    const behaviour = behaviours.find((candidate) => candidate.id === id)!;
    const { result, reason } = await runBehaviour(behaviour, proofHarness(defect), {
      timeLimitMs: 2_000,
    });
    expect({ result, reason }).toMatchObject({ result: 'failed', reason: expect.any(String) });
  });

  it.each<[Flaw, readonly string[]]>([
    [
      'pages-by-offset',
      ['list/removed-meanwhile', 'changes/removed-meanwhile', 'changes/changed-meanwhile'],
    ],
    ['pages-by-time', ['list/ties', 'changes/ties']],
    ['trusts-total', ['list/removed-meanwhile', 'list/wrong-total']],
    ['counts-notices', ['changes/acknowledged-meanwhile']],
    ['keeps-its-place', ['list/side-by-side', 'changes/side-by-side']],
  ])('grades a connector D that %s, and finds nothing else in it', async (flaw, expected) => {
    const results = [];
    for (const behaviour of behaviours.filter(({ id }) => /^(list|changes)\//.test(id))) {
      results.push(await runBehaviour(behaviour, proofHarness(flaw)));
    }
    const failed = results.filter(({ result }) => result === 'failed').map(({ id }) => id);
    expect(failed.toSorted()).toEqual(expected.toSorted());
    expect(gradeOf(results)).toBe('D');
  });

  it('fails when the templates break a law', async () => {
    const behaviour = behaviours.find(({ id }) => id === 'templates/laws')!;
    const templates = (): void => {
      throw new Error('decode(encode(x)) is not x');
    };
    const { result, reason } = await runBehaviour(behaviour, {
      ...proofHarness(),
      templates,
    } as never);
    expect(result).toBe('failed');
    expect(reason).toContain('decode(encode(x)) is not x');
  });

  it.each(['webhooks', 'events', 'operations', 'native'] as const)(
    'fails an announcement that the harness has nothing for, and says what to give: %s',
    async (what) => {
      const behaviour = behaviours.find(({ group }) => group === what)!;
      const { [what]: _left, ...harness } = proofHarness();
      const { result, reason } = await runBehaviour(behaviour, harness);
      expect(result).toBe('failed');
      expect(reason).toContain(`\`${what}: {`);
    },
  );

  it.each([
    ['nothing', undefined, 'give `remove`'],
    ['a removal that removes nothing', () => undefined, 'is still listed: nothing is proven'],
  ])('fails a connector that cannot delete for a harness with %s', async (_what, remove, words) => {
    const behaviour = behaviours.find(({ id }) => id === 'list/removed-meanwhile')!;
    const harness = proofHarness();
    const { product, customer } = harness.entities;
    const entities = { product, customer: { ...customer, remove } };
    const { result, reason } = await runBehaviour(behaviour, { ...harness, entities });
    expect(result).toBe('failed');
    expect(reason).toContain(words);
  });

  it('fails when a fault never hits, because then nothing was proven', async () => {
    const behaviour = behaviours.find(({ id }) => id === 'throttling/seconds')!;
    const harness = proofHarness();
    const { product: rows, customer } = harness.entities;
    const wrong = { product: { ...rows, reads: { path: /^\/nothing/ } }, customer };
    const { reason } = await runBehaviour(behaviour, { ...harness, entities: wrong });
    expect(reason).toContain('never hit');
  });

  it('fails in whatever behaviour a secret gets into the log', async () => {
    const behaviour = behaviours.find(({ id }) => id === 'list/many-pages')!;
    const { reason } = await runBehaviour(behaviour, proofHarness('logs-headers'));
    expect(reason).toContain('A secret is in the log');
    expect(reason).not.toContain(clientSecret);
  });
});
