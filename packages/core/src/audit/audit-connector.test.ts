import { describe, expect, it } from 'vitest';
import { defineConnector } from '../connector/define-connector.ts';
import type { IErpConnector } from '../contract/erp-connector.ts';
import type { WriteChange, WriteResult } from '../contract/record-write.ts';
import type { Product } from '../entities/product.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import { type AuditConnectorOptions, auditConnector } from './audit-connector.ts';
import type { AuditSink } from './audit-sink.ts';
import { createAuditTrail } from './create-audit-trail.ts';
import { memoryAuditSink } from './memory-audit-sink.ts';

const product = (key: string): Product => ({
  productNumber: key,
  baseUnit: { code: 'C62' },
  source: { system: 'test', entity: 'product', key },
});
const upsert = (key?: string): WriteChange<Product> =>
  key === undefined
    ? { op: 'upsert', record: product('new'), idempotencyKey: 'idem-1' }
    : { op: 'upsert', key, record: { description: 'secret text' } };
const refused = new ConnectorError({ code: 'ERR_VALIDATION', category: 'validation', message: '' });

/** A connector that notes what it was asked for. */
function inner(results: (count: number) => readonly WriteResult[]) {
  const asked: string[] = [];
  const connector: IErpConnector<{ product: Product }> = defineConnector<{ product: Product }>()({
    specificationVersion: 'v1',
    manifest: {
      id: 'test',
      vendor: 'Test',
      version: '1.0.0',
      authMethods: [],
      settingsSchema: {},
      links: { documentation: '' },
    },
    capabilities: {
      entities: {
        product: {
          ...{ list: true, get: true, create: true, update: true, delete: true },
          ...{ changes: 'timestamp', deletesVisible: true, idempotency: 'native' },
          ...{ filterable: [], maxPageSize: 10, maxBatchSize: 10 },
        },
      },
    },
    connect: async () => void asked.push('connect'),
    disconnect: async () => {},
    testConnection: async () => ({ ok: false, checks: [], latencyMs: 0 }),
    describe: async () => ({ entity: '', nativeName: '', key: [], fields: [] }),
    async get(_entity, key) {
      asked.push(`get ${key}`);
      if (key === 'bad') throw refused;
      return product(key) as never;
    },
    async *list() {
      yield { records: [product('1'), product('2')] as never[], checkpoint: {} };
      yield { records: [product('3')] as never[], checkpoint: {} };
      throw refused;
    },
    async *changes() {
      yield {
        changes: [
          { op: 'delete', key: '4' },
          { op: 'upsert', record: product('5') as never },
        ],
        checkpoint: {},
      };
    },
    async write(_entity, changes) {
      asked.push('write');
      return results(changes.length);
    },
    async call(operation) {
      asked.push(`call ${operation}`);
      if (operation === 'explode') throw new Error('no');
      return 'done';
    },
  });
  return { asked, connector };
}

function start(options: Partial<AuditConnectorOptions> & { readonly sink?: AuditSink } = {}) {
  const memory = memoryAuditSink();
  const trail = createAuditTrail({ sink: options.sink ?? memory });
  const { asked, connector } = inner((count) =>
    Array.from({ length: count }, (_, index) => ({ status: 'updated', key: `k${index}` })),
  );
  const about = { trail, tenant: 't1', connection: 'erp' };
  return { asked, connector: auditConnector(connector, { ...about, ...options }), memory };
}

const short = ({ memory }: ReturnType<typeof start>) =>
  memory.records.map(({ operation, outcome, keys }) => [operation, outcome, keys]);

describe('auditConnector', () => {
  it('says who did what where, under the correlation id of the call', async () => {
    const { connector, memory } = start();
    await connector.get('product', 'MZ-1', { actor: 'jane', correlationId: 'c1' });
    await connector.connect();
    expect(memory.records).toMatchObject([
      {
        actor: 'jane',
        tenant: 't1',
        connection: 'erp',
        system: 'test',
        operation: 'get',
        entity: 'product',
        keys: ['MZ-1'],
        outcome: 'succeeded',
        correlationId: 'c1',
      },
      {
        actor: 'system',
        operation: 'connect',
        correlationId: expect.stringMatching(/^[\da-f-]{36}$/),
      },
    ]);
  });

  it('notes a failure with its code', async () => {
    const { connector, memory } = start();
    await expect(connector.get('product', 'bad')).rejects.toBe(refused);
    expect(memory.records).toMatchObject([{ outcome: 'failed', errorCode: 'ERR_VALIDATION' }]);
    expect(await connector.testConnection()).toMatchObject({ ok: false });
    expect(memory.records[1]).toMatchObject({ operation: 'testConnection', outcome: 'failed' });
  });

  it('notes each page before it is handed out, and how the reading ended', async () => {
    const audit = start({ maxKeys: 1 });
    const seen: number[] = [];
    const reading = async () => {
      for await (const { records } of audit.connector.list('product')) {
        expect(audit.memory.records).toHaveLength(seen.push(records.length));
      }
    };
    await expect(reading()).rejects.toBe(refused);
    expect(short(audit)).toEqual([
      ['list', 'succeeded', ['1']],
      ['list', 'succeeded', ['3']],
      ['list', 'failed', undefined],
    ]);
    expect(audit.memory.records[0]).toMatchObject({ keyCount: 2 });
    for await (const _page of audit.connector.changes?.('product') ?? []);
    expect(audit.memory.records[3]).toMatchObject({ keys: ['4'], keyCount: 2 });
  });

  it('notes a write before it is sent and with its outcome, all keys, no payload', async () => {
    const { connector, memory } = start({ maxKeys: 1 });
    await connector.write?.('product', [upsert('MZ-1'), upsert()]);
    expect(memory.records).toMatchObject([
      { operation: 'write', outcome: 'started', keys: ['MZ-1', 'idem-1'] },
      { operation: 'write', outcome: 'succeeded', keys: ['k0', 'k1'], counts: { updated: 2 } },
    ]);
    const [first, second] = memory.records;
    expect(first?.correlationId).toBe(second?.correlationId);
    expect(JSON.stringify(memory.records)).not.toContain('secret text');
  });

  it.each([
    [['updated', 'failed'], 'partial'],
    [['failed', 'failed'], 'failed'],
    [['updated', 'unknown'], 'unknown'],
    [['unchanged', 'created'], 'succeeded'],
  ] as const)('of results %j the outcome is %s', async (statuses, outcome) => {
    const memory = memoryAuditSink();
    const { connector } = inner(() =>
      statuses.map((status) => ({ status, key: 'k', error: refused }) as WriteResult),
    );
    const trail = createAuditTrail({ sink: memory });
    const audited = auditConnector(connector, { trail, tenant: 't', connection: 'c' });
    await audited.write?.('product', [upsert('1'), upsert('2')]);
    expect(memory.records[1]).toMatchObject({ outcome });
  });

  it('tells a dry run from a write, and splits long ones', async () => {
    const audit = start();
    const many = Array.from({ length: 1001 }, (_, index) => upsert(String(index)));
    await audit.connector.write?.('product', many, { dryRun: true });
    expect(
      short(audit).map(([operation, outcome, keys]) => [operation, outcome, keys?.length]),
    ).toEqual([
      ['write (dry run)', 'started', 1000],
      ['write (dry run)', 'started', 1],
      ['write (dry run)', 'succeeded', 1000],
      ['write (dry run)', 'succeeded', 1],
    ]);
  });

  it('holds of a payload what the app picks', async () => {
    const { connector, memory } = start({ payloadOf: (entity, { op }) => ({ entity, op }) });
    await connector.write?.('product', [upsert('MZ-1')]);
    expect(memory.records[0]).toMatchObject({ payload: [{ entity: 'product', op: 'upsert' }] });
  });

  it('notes operations of the vendor, also those that fail', async () => {
    const audit = start();
    expect(await audit.connector.call?.('post')).toBe('done');
    await expect(audit.connector.call?.('explode')).rejects.toThrow('no');
    expect(short(audit).map(([operation, outcome]) => [operation, outcome])).toEqual([
      ['call post', 'started'],
      ['call post', 'succeeded'],
      ['call explode', 'started'],
      ['call explode', 'failed'],
    ]);
  });

  it('sends nothing that it cannot record', async () => {
    const sink = {
      ...memoryAuditSink(),
      append: async () => Promise.reject(new Error('disk full')),
    };
    const { asked, connector } = start({ sink });
    const unavailable = { code: 'ERR_AUDIT_UNAVAILABLE', operation: 'write' };
    await expect(connector.write?.('product', [upsert('1')])).rejects.toMatchObject(unavailable);
    await expect(connector.call?.('post')).rejects.toMatchObject({ code: 'ERR_AUDIT_UNAVAILABLE' });
    expect(asked).toEqual([]);
    await expect(connector.get('product', '1')).rejects.toMatchObject({
      code: 'ERR_AUDIT_UNAVAILABLE',
    });
  });

  it('hands out the results of a write whose outcome it cannot record', async () => {
    const memory = memoryAuditSink();
    const append: AuditSink['append'] = async (seal) => {
      if (memory.records.length > 0) throw new Error('disk full');
      return memory.append(seal);
    };
    const { connector } = start({ sink: { ...memory, append } });
    expect(await connector.write?.('product', [upsert('1')])).toMatchObject([
      { status: 'updated' },
    ]);
    expect(memory.records).toMatchObject([{ outcome: 'started' }]);
  });

  describe('of webhooks', () => {
    const receiving = (events: readonly string[], sink?: AuditSink) => {
      const memory = memoryAuditSink();
      let released = 0;
      const { connector } = inner(() => []);
      const audited = auditConnector<IErpConnector>(
        {
          ...connector,
          receiveWebhook: async () => ({
            response: { status: events.length === 0 ? 401 : 200 },
            events: events.map((id) => ({ id, type: 'test' })),
            release: async () => {
              released += 1;
            },
          }),
        },
        { trail: createAuditTrail({ sink: sink ?? memory }), tenant: 't1', connection: 'erp' },
      );
      const request = { method: 'POST', url: '/', headers: {}, body: new Uint8Array() };
      return { memory, released: () => released, receive: () => audited.receiveWebhook?.(request) };
    };

    it('notes what they brought, and nothing of requests that anybody may send', async () => {
      const { memory, receive } = receiving(['e1', 'e2']);
      await receive();
      expect(memory.records).toMatchObject([{ operation: 'receiveWebhook', keys: ['e1', 'e2'] }]);
      const forged = receiving([]);
      expect(await forged.receive()).toMatchObject({ response: { status: 401 } });
      expect(forged.memory.records).toEqual([]);
    });

    it('gives events back that could not be recorded', async () => {
      const down = async () => Promise.reject(new Error('disk full'));
      const { released, receive } = receiving(['e1'], { ...memoryAuditSink(), append: down });
      await expect(receive()).rejects.toMatchObject({ code: 'ERR_AUDIT_UNAVAILABLE' });
      expect(released()).toBe(1);
    });
  });

  it('adds no member that the connector does not have', () => {
    const { connector } = start();
    expect(connector.find).toBeUndefined();
    expect(connector.native).toBeUndefined();
    expect(connector.receiveWebhook).toBeUndefined();
  });
});
