import { PGlite } from '@electric-sql/pglite';
import type { PostgresClient, PostgresPool, PostgresResult } from '../postgres/postgres-pool.ts';

/** PGlite as a pool with one connection: who wants it waits for who has it. */
export async function pglitePool(): Promise<PostgresPool & { end(): Promise<void> }> {
  const db = await PGlite.create();
  let tail: Promise<unknown> = Promise.resolve();

  async function query(text: string, values?: unknown[]): Promise<PostgresResult> {
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
    end: () => db.close(),
  };
}

function commandOf(text: string): string {
  return (/^\s*(\w+)/.exec(text)?.[1] ?? '').toUpperCase();
}
