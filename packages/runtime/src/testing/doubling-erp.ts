import type { ErpRecord, RecordPage, WriteChange, WriteResult } from '@common/connector-core';
import { ConnectorError } from '@common/connector-core';
import type { SyncTarget } from '@common/connector-sync';

interface Row {
  record: ErpRecord;
  readonly reference: string;
  isDeleted: boolean;
}

/** An ERP that tells repeated creations apart in one way, or in none. */
export function doublingErp(idempotency: 'native' | 'external-reference' | 'none') {
  const rows: Row[] = [];
  const answers = new Map<string, WriteResult>();
  const recordOf = (row: Row) => ({
    ...row.record,
    source: { system: 'erp', entity: 'item', key: String(rows.indexOf(row)) },
  });
  const live = () => rows.filter(({ isDeleted }) => !isDeleted);

  function apply(change: WriteChange): WriteResult {
    const row = change.key === undefined ? undefined : rows[Number(change.key)];
    if (change.key === undefined) {
      const { source: _, ...record } = change.record;
      rows.push({ record, reference: change.idempotencyKey ?? '', isDeleted: false });
      return { status: 'created', key: String(rows.length - 1) };
    }
    if (row === undefined || row.isDeleted) {
      const error = new ConnectorError({
        code: 'ERR_NOT_FOUND',
        category: 'not-found',
        message: 'It is not there.',
      });
      return { status: 'failed', error };
    }
    if (change.op === 'delete') row.isDeleted = true;
    else row.record = { ...row.record, ...(change.record as ErpRecord) };
    return { status: change.op === 'delete' ? 'deleted' : 'updated', key: change.key };
  }

  const target: SyncTarget = {
    idempotency,
    patches: true,
    maxBatchSize: 4,
    async *list(): AsyncGenerator<RecordPage> {
      yield { records: live().map(recordOf), failures: [], checkpoint: {} };
    },
    get: async (_entity, key) => {
      const row = rows[Number(key)];
      return row === undefined || row.isDeleted ? undefined : recordOf(row);
    },
    write: async (_entity, changes) =>
      changes.map((change) => {
        const key = change.idempotencyKey ?? '';
        // Whatever is sent again under its key gets the answer of the first time.
        const answer = idempotency === 'native' ? answers.get(key) : undefined;
        const result = answer ?? apply(change);
        if (result.status !== 'failed') answers.set(key, result);
        return result;
      }),
    find: async (_entity, { idempotencyKey, ...fields }) =>
      live()
        .filter(({ reference, record }) =>
          idempotencyKey === undefined
            ? Object.entries(fields).every(
                ([name, value]) => (record as unknown as Record<string, unknown>)[name] === value,
              )
            : reference === idempotencyKey,
        )
        .map(recordOf),
  };
  return { target, records: () => live().map(({ record }) => record) };
}
