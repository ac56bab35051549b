import { type Kysely, sql } from 'kysely';
import type { SqlLock } from '../state/sql-database.ts';

/**
 * Locks by name, to the end of the transaction. Names are hashed: two that collide wait for each
 * other, which does no harm.
 */
export function postgresLocks(db: Kysely<unknown>): SqlLock {
  const taken = new Set<string>();
  return async (...name) => {
    const text = JSON.stringify(name);
    if (taken.has(text)) return;
    taken.add(text);
    await sql`
      select pg_advisory_xact_lock(hashtextextended(coalesce(current_schema(), '') || ${text}, 0))
    `.execute(db);
  };
}

/** For transactions that only read: they see one moment, whatever others do. */
export async function noLocks(): Promise<void> {}
