import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { PostgresPool } from '../postgres/postgres-pool.ts';
import { type PostgresStoreOptions, postgresStore } from '../postgres/postgres-store.ts';
import type { SqlStore } from '../sql-store.ts';
import type { SqliteDatabaseOptions } from '../sqlite/sqlite-database.ts';
import { sqliteStore } from '../sqlite-store.ts';
import { pglitePool } from './pglite-pool.ts';

type Options = Omit<SqliteDatabaseOptions, 'path'>;

/** Stores of one kind. */
export interface TestStores {
  readonly name: 'SQLite' | 'PostgreSQL' | 'PGlite';
  /** An empty one. */
  create(options?: Options): SqlStore;
  /** The same state through connections of its own, as another process has it. */
  another(store: SqlStore, options?: Options): SqlStore;
  /** Closes all of them, and removes what they left. */
  close(): Promise<void>;
}

/** PostgreSQL as it is on this machine: the server of the run, or PGlite. */
export interface TestPostgres extends TestStores {
  /** Absent for PGlite. */
  readonly url: string | undefined;
  /** A statement of its own on the one connection of PGlite, as pg-boss wants it. */
  readonly executeSql?: (text: string, values?: unknown[]) => Promise<{ rows: unknown[] }>;
  create(options?: Options & Pick<PostgresStoreOptions, 'maxConnections'>): SqlStore;
  schemaOf(store: SqlStore): string;
}

/** Stores of every kind that there is, for tests of what all of them do. */
export async function sqlStores(): Promise<readonly TestStores[]> {
  return [sqliteStores(), await testPostgres()];
}

export function sqliteStores(): TestStores {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-stores-'));
  const open = opened<string>((path, options) => sqliteStore({ ...options, path }));
  let files = 0;
  return {
    name: 'SQLite',
    create(options) {
      files += 1;
      return open.at(join(folder, `state-${files}.db`), options);
    },
    another: open.another,
    async close() {
      await open.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function testPostgres(): Promise<TestPostgres> {
  const response = await fetch(inject('postgres'));
  const answer = await response.text();
  if (!response.ok) throw new Error(answer);
  return answer === '' ? pgliteStores() : serverStores(answer);
}

/** Each store in a schema of its own. */
function serverStores(url: string): TestPostgres {
  const open = opened<string>((schema, options) =>
    postgresStore({ url, schema, maxConnections: 4, ...options }),
  );
  return {
    name: 'PostgreSQL',
    url,
    create: (options) => open.at(newSchema(), options),
    another: open.another,
    schemaOf: open.placeOf,
    close: open.close,
  };
}

export async function pgliteStores(): Promise<TestPostgres> {
  const pool = await pglitePool();
  const open = opened<string>((schema, options) => postgresStore({ pool, schema, ...options }));
  return {
    name: 'PGlite',
    url: undefined,
    executeSql: executor(pool),
    create: (options) => open.at(newSchema(), options),
    another: open.another,
    schemaOf: open.placeOf,
    async close() {
      await open.close();
      await pool.end();
    },
  };
}

function executor(pool: PostgresPool): NonNullable<TestPostgres['executeSql']> {
  return async (text, values) => {
    const client = await pool.connect();
    try {
      const { rows } = await client.query(text, values);
      return { rows: [...rows] };
    } finally {
      client.release();
    }
  };
}

function newSchema(): string {
  return `Test ${crypto.randomUUID()}`;
}

/** Remembers where stores are, and closes them. */
function opened<Place>(open: (place: Place, options: Options) => SqlStore) {
  const places = new Map<SqlStore, Place>();
  const at = (place: Place, options: Options = {}): SqlStore => {
    const store = open(place, options);
    places.set(store, place);
    return store;
  };
  const placeOf = (store: SqlStore): Place => {
    const place = places.get(store);
    if (place === undefined) throw new Error('The store is not one of these.');
    return place;
  };
  return {
    at,
    placeOf,
    another: (store: SqlStore, options?: Options) => at(placeOf(store), options),
    async close() {
      for (const store of places.keys()) await store.close();
    },
  };
}
