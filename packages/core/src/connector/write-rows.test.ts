import { describe, expect, it } from 'vitest';
import type { ErpRecord } from '../contract/erp-record.ts';
import type { WriteChange } from '../contract/record-write.ts';
import { type RowWriter, writeRows } from './write-rows.ts';

interface Part extends ErpRecord {
  readonly name?: string;
  readonly weight?: string;
}
interface Row {
  readonly id?: string;
  readonly rev?: number;
  readonly label?: string | undefined;
  readonly kg?: string | undefined;
}

/** A vendor with one part; answers what was sent to it. */
function vendor(without: readonly ('create' | 'update' | 'delete')[] = []) {
  const rows = new Map<string, Row>([['1', { id: '1', rev: 7, label: 'Bolt', kg: '1.5' }]]);
  const sent: unknown[] = [];
  const writer: RowWriter<Part, Row> = {
    system: 'acme',
    entity: 'part',
    mapping: {
      encode: ({ name, weight }) => ({ label: name ?? '', kg: weight ?? '0' }),
      encodePatch: ({ name, weight }) => ({
        ...(name && { label: name }),
        ...(weight && { kg: weight }),
      }),
      decode: ({ label = '', kg = '0' }) => ({ name: label, weight: Number(kg).toFixed(3) }),
    },
    identify: ({ id = '', rev }) => ({ key: id, revision: String(rev) }),
    read: async (key) => rows.get(key),
    create: async (row, idempotencyKey) => {
      sent.push(['create', row, idempotencyKey]);
      return { ...row, id: '2', rev: 1 };
    },
    update: async (key, row, now) => {
      sent.push(['update', key, row]);
      return { ...now, ...row, rev: 8 };
    },
    delete: async (key) => {
      sent.push(['delete', key]);
    },
  };
  const offered = Object.entries(writer).filter(([name]) => !without.includes(name as 'create'));
  return { sent, writer: Object.fromEntries(offered) as unknown as typeof writer };
}

const upsert = (record: Part, more: object = {}): WriteChange<Part> => ({
  op: 'upsert',
  record,
  ...more,
});

describe('writeRows', () => {
  it('creates with the idempotency key', async () => {
    const { writer, sent } = vendor();
    const results = await writeRows([upsert({ name: 'Nut' }, { idempotencyKey: 'k' })], writer);
    expect(results).toEqual([{ status: 'created', key: '2', revision: '1' }]);
    expect(sent).toEqual([['create', { label: 'Nut', kg: '0' }, 'k']]);
  });

  it('updates what differs', async () => {
    const { writer, sent } = vendor();
    const results = await writeRows([upsert({ name: 'Nut' }, { key: '1' })], writer);
    expect(results).toEqual([{ status: 'updated', key: '1', revision: '8' }]);
    expect(sent).toEqual([['update', '1', { label: 'Nut' }]]);
  });

  it('leaves alone what is as wanted, in canonical form', async () => {
    const { writer, sent } = vendor();
    const results = await writeRows([upsert({ weight: '1.500' }, { key: '1' })], writer);
    expect(results).toEqual([{ status: 'unchanged', key: '1', revision: '7' }]);
    expect(sent).toEqual([]);
  });

  it('deletes', async () => {
    const { writer, sent } = vendor();
    expect(await writeRows([{ op: 'delete', key: '1' }], writer)).toEqual([
      { status: 'deleted', key: '1' },
    ]);
    expect(sent).toEqual([['delete', '1']]);
  });

  it.each([
    ['update', upsert({ name: 'Nut' }, { key: '1', expectedRevision: '6' })],
    ['deletion', { op: 'delete', key: '1', expectedRevision: '6' }],
  ] as const)('refuses the %s of another revision as conflict', async (_what, change) => {
    const { writer, sent } = vendor();
    const [result] = await writeRows([change], writer);
    expect(result).toMatchObject({ status: 'failed', error: { code: 'ERR_CONFLICT', key: '1' } });
    expect(sent).toEqual([]);
  });

  it('fails for a record that is not there, and writes the others', async () => {
    const { writer } = vendor();
    const results = await writeRows([upsert({ name: 'A' }, { key: '9' }), upsert({})], writer);
    expect(results).toMatchObject([
      { status: 'failed', key: '9', error: { code: 'ERR_NOT_FOUND' } },
      { status: 'created' },
    ]);
  });

  it.each([
    ['create', upsert({ name: 'Nut' })],
    ['update', upsert({ name: 'Nut' }, { key: '1' })],
    ['delete', { op: 'delete', key: '1' }],
  ] as const)('refuses %s where it is not offered', async (operation, change) => {
    const { writer } = vendor([operation]);
    const [result] = await writeRows([change], writer);
    expect(result).toMatchObject({ error: { code: 'ERR_UNSUPPORTED_OPERATION', system: 'acme' } });
  });

  it('sends no write in a dry run', async () => {
    const { writer, sent } = vendor();
    const changes = [upsert({ name: 'Nut' }), upsert({ name: 'Nut' }, { key: '1' })];
    const results = await writeRows([...changes, { op: 'delete', key: '1' }], writer, {
      dryRun: true,
    });
    expect(results.map(({ status }) => status)).toEqual(['created', 'updated', 'deleted']);
    expect(sent).toEqual([]);
  });
});
