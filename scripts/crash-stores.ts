import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostgres, startPostgres } from '../packages/runtime/src/testing/postgres-server.ts';

/** Where the state of the flows is. */
export interface CrashStore {
  readonly name: 'SQLite' | 'PostgreSQL';
  /** An empty one. */
  place(): Promise<{ readonly storeUrl: string; readonly schema: string | undefined }>;
  /** Crashes it, and starts it again. Absent where there is no server. */
  restart?(): Promise<void>;
  close(): Promise<void>;
}

export function sqliteFiles(): CrashStore {
  const folder = mkdtempSync(join(tmpdir(), 'crash-'));
  let files = 0;
  return {
    name: 'SQLite',
    async place() {
      files += 1;
      return { storeUrl: join(folder, `state-${files}.db`), schema: undefined };
    },
    close: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * A PostgreSQL server of our own, or nothing where it is not installed.
 *
 * @throws Error without it when `REQUIRE_POSTGRES` is set
 */
export async function postgresServer(): Promise<CrashStore | undefined> {
  const bin = findPostgres();
  if (bin === undefined) return undefined;
  const server = await startPostgres({ bin });
  let schemas = 0;
  return {
    name: 'PostgreSQL',
    async place() {
      schemas += 1;
      return { storeUrl: server.url, schema: `crash_${schemas}` };
    },
    restart: () => server.restart('immediate'),
    close: () => server.close(),
  };
}
