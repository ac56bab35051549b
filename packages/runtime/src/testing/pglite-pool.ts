import { PGlite } from '@electric-sql/pglite';
import type { PostgresClient, PostgresPool, PostgresResult } from '../postgres/postgres-pool.ts';

/** PGlite as a pool with one connection: who wants it waits for who has it. */
export function pglitePool(): PostgresPool & { end(): Promise<void> } {
  const database = PGlite.create();
  let tail: Promise<unknown> = Promise.resolve();

  async function query(text: string, values?: unknown[]): Promise<PostgresResult> {
    const db = await database;
    if (values === undefined)
      return { rows: [], command: commandOf(text), ...(await db.exec(text)).at(-1) };
    const { rows, fields, affectedRows = 0 } = await db.query(text, values);
    return { rows, fields, rowCount: affectedRows, command: commandOf(text) };
  }

  return {
    async connect() {
      const before = tail;
      let release: () => void = () => undefined;
      tail = new Promise<void>((resolve) => {
        release = resolve;
      });
      await before;
      return { query, release } satisfies PostgresClient;
    },
    end: async () => (await database).close(),
  };
}

function commandOf(text: string): string {
  return (/^\s*(\w+)/.exec(text)?.[1] ?? '').toUpperCase();
}
