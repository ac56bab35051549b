import type { Product } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { changeKeyOf, changePages, changesOf, listKeys } from '../reading.ts';
import { mockConnector } from './mock-connector.ts';

const open = (count = 5) =>
  mockConnector<{ readonly product: Product }>({
    pageSize: 2,
    records: {
      product: Array.from({ length: count }, (_, n) => ({ productNumber: `P-${n + 1}` })),
    },
  });
const record: Product = { productNumber: 'NEW' };

describe('a mock connector', () => {
  it('reads pages, records, and changes from every checkpoint', async () => {
    const { connector, put, remove } = open();
    const keys = await listKeys(connector as never, 'product');
    expect(keys).toHaveLength(5);
    expect(await connector.get('product', keys[0]!)).toMatchObject({
      productNumber: 'P-1',
      source: { system: 'mock', entity: 'product', key: keys[0] },
    });
    const pages = await changePages(connector as never, 'product');
    expect(pages).toHaveLength(3);
    remove('product', keys[1]!);
    const added = put('product', record);
    const later = await changePages(connector as never, 'product', pages.at(-1)?.checkpoint);
    expect(changesOf(later).map(changeKeyOf)).toEqual([keys[1], added]);
    expect(await connector.get('product', keys[1]!)).toBeUndefined();
  });

  it('writes with idempotency keys, revisions and patches', async () => {
    const { connector, records } = open(0);
    const change = { op: 'upsert', record, idempotencyKey: 'k' } as const;
    const [first] = await connector.write!('product', [change]);
    const [second] = await connector.write!('product', [change]);
    expect(second).toMatchObject({ status: 'created', key: first?.key });
    const key = first?.key ?? '';
    expect(await connector.find!('product', { idempotencyKey: 'k' })).toHaveLength(1);
    const results = await connector.write!('product', [
      { op: 'upsert', key, record: { description: 'x' }, expectedRevision: 'other' },
      { op: 'upsert', key, record: { description: 'x' } },
      { op: 'upsert', key, record: { description: 'x' } },
      { op: 'upsert', key, record: { description: null } },
      { op: 'delete', key: 'none' },
      { op: 'delete', key },
    ]);
    expect(results.map(({ status }) => status)).toEqual([
      'failed',
      'updated',
      'unchanged',
      'updated',
      'failed',
      'deleted',
    ]);
    expect(records('product').size).toBe(0);
  });

  it('fails as it was told to, so often, and then no more', async () => {
    const erp = open();
    erp.fail('list', 'rate-limited');
    await expect(listKeys(erp.connector as never, 'product')).rejects.toMatchObject({
      category: 'rate-limit',
      retryAfterMs: 1_000,
    });
    expect(await listKeys(erp.connector as never, 'product')).toHaveLength(5);
    erp.fail('testConnection', 'unauthorized');
    expect(await erp.connector.testConnection()).toMatchObject({ ok: false });
    expect(await erp.connector.testConnection()).toMatchObject({ ok: true });
  });

  it('loses the answer to a write that it has done', async () => {
    const erp = open(0);
    erp.fail('write', 'lost-answer');
    const changes = [1, 2].map((n) => ({ op: 'upsert' as const, record, idempotencyKey: `${n}` }));
    const results = await erp.connector.write!('product', changes);
    expect(results.map(({ status }) => status)).toEqual(['unknown', 'created']);
    expect(erp.records('product').size).toBe(2);
    await erp.connector.write!('product', changes);
    expect(erp.records('product').size).toBe(2);
    expect(erp.calls.map(({ method }) => method)).toEqual(['write', 'write']);
  });

  it('refuses an entity that it does not have, and an aborted call', async () => {
    const { connector } = open();
    await expect(connector.get('order' as 'product', '1')).rejects.toMatchObject({
      code: 'ERR_UNKNOWN_ENTITY',
    });
    await expect(
      connector.get('product', '1', { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  });
});
