import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { StateSchema } from '../state/state-schema.ts';

/**
 * Rows of tenants that are at home in this place. For work across tenants: rows of one that moved stay
 * where they were, closed, and those of one that is moving here are not complete. Whatever touched
 * them would fail for all the others too.
 *
 * @param table - one that has a column `tenant`
 */
export function residentRows(table: keyof StateSchema): RawBuilder<SqlBool> {
  return sql<SqlBool>`not exists (select 1 from state_move where state_move.tenant = ${sql.ref(`${table}.tenant`)})`;
}
