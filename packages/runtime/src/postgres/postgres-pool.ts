import { ConnectorError } from '@common/connector-core';

/** What a statement answers. */
export interface PostgresResult {
  /** The tag of the command, for example `COMMIT`. */
  readonly command?: string | undefined;
  readonly rowCount?: number | null | undefined;
  readonly rows: readonly unknown[];
  readonly fields?: readonly { readonly name: string; readonly dataTypeID: number }[] | undefined;
}

/** What is used of a connection of `pg`. */
export interface PostgresClient {
  query(text: string, values?: unknown[]): Promise<PostgresResult>;
  /** @param destroy - closes the connection instead of keeping it for the next */
  release(destroy?: boolean): void;
  on?(event: 'error', listener: (error: Error) => void): unknown;
}

/** What is used of a `Pool` of `pg`, so that one pool can serve the state, pg-boss and the app. */
export interface PostgresPool {
  connect(): Promise<PostgresClient>;
  on?(event: 'connect', listener: (client: PostgresClient) => void): unknown;
}

/**
 * Hears the errors of a pool's connections for as long as they live. Whoever listens only when it was
 * handed one is too late for a connection that is ended in the moment in which it is opened: both may
 * come in one packet, and an error that nobody hears ends the process.
 */
export function hearErrors(pool: PostgresPool): void {
  pool.on?.('connect', (client) => void client.on?.('error', () => undefined));
}

/** A pool of our own. */
export interface OwnPool extends PostgresPool {
  end(): Promise<void>;
}

/**
 * Loads `pg` when it is needed: who keeps the state in SQLite need not install it.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when it is not installed
 */
export async function createPool(options: {
  readonly url: string;
  readonly maxConnections: number;
}): Promise<OwnPool> {
  const { default: pg } = await loadPg();
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.maxConnections,
    application_name: 'common-connectors',
    connectionTimeoutMillis: 10_000,
    // A server that is gone without a word is noticed: no statement of the state takes so long.
    query_timeout: 120_000,
    keepAlive: true,
    // Nothing that waits here is worth keeping a process alive for.
    allowExitOnIdle: true,
  });
  // A connection that is lost while nobody uses it: the next one is opened when it is needed.
  pool.on('error', () => undefined);
  hearErrors(pool);
  return pool;
}

async function loadPg(): Promise<typeof import('pg')> {
  try {
    return await import('pg');
  } catch (cause) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: 'State in PostgreSQL needs the package pg. Install it: npm install pg',
      cause,
    });
  }
}
