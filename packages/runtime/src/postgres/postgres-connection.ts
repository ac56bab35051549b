import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely';
import type { PostgresClient, PostgresResult } from './postgres-pool.ts';
import { postgresTypes } from './postgres-types.ts';
import { storedText, textOf } from './stored-text.ts';

/** What the connection has to tell beside its answers. */
export interface PostgresConnection {
  readonly db: Kysely<unknown>;
  /** The failure of the first statement since the last call of this. */
  takeFailure(): unknown;
}

/** One connection as Kysely wants it. Who has checked it out gives it back. */
export function postgresConnection(client: PostgresClient): PostgresConnection {
  let failure: unknown;

  async function query(text: string, parameters: readonly unknown[]): Promise<PostgresResult> {
    try {
      return readable(await client.query(text, parameters.map(stored)));
    } catch (error) {
      failure ??= error;
      throw error;
    }
  }

  const connection = { query, release: () => undefined } as unknown as PostgresPoolClient;
  const pool = { connect: async () => connection, end: async () => undefined, options: {} };
  return {
    db: new Kysely<unknown>({ dialect: new PostgresDialect({ pool }), plugins: [postgresTypes()] }),
    takeFailure() {
      const taken = failure;
      failure = undefined;
      return taken;
    },
  };
}

function stored(value: unknown): unknown {
  if (typeof value === 'string') return storedText(value);
  return Array.isArray(value) ? value.map(stored) : value;
}

// https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat
const int8 = 20;
const text = 25;

/** Counts come as text (`pg`) or bigint; every count of ours is a number. */
function readable(result: PostgresResult): PostgresResult {
  for (const { name, dataTypeID } of result.fields ?? []) {
    if (dataTypeID !== int8 && dataTypeID !== text) continue;
    for (const row of result.rows as Record<string, unknown>[]) {
      const value = row[name];
      if (value === null || value === undefined) continue;
      row[name] = dataTypeID === int8 ? Number(value) : textOf(value as string);
    }
  }
  return result;
}
