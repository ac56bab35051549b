import type { AuditHead, AuditRecord } from '@common/connector-core/audit';
import type { Kysely } from 'kysely';
import type { SqlStateTransaction } from '../state/sql-state.ts';
import type { StateSchema } from '../state/state-schema.ts';

/** Adds a record to a chain, inside a transaction. */
export async function appendAuditRecord(
  { database, lock }: SqlStateTransaction,
  chain: string,
  seal: (previous: AuditHead | undefined) => AuditRecord,
): Promise<AuditRecord> {
  const db = database as Kysely<StateSchema>;
  await lock('audit', chain);
  const head = await db
    .selectFrom('audit_record')
    .select(['sequence', 'hash'])
    .where('chain', '=', chain)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  const record = seal(head);
  const { sequence, hash } = record;
  await db
    .insertInto('audit_record')
    .values({ chain, sequence, hash, record: JSON.stringify(record) })
    .execute();
  return record;
}
