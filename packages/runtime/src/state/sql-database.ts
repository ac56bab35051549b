import type { Kysely } from 'kysely';

/** The databases that the state can live in. */
export type SqlDialect = 'sqlite' | 'postgres';

/** Options of a transaction of a database. */
export interface SqlTransactionOptions {
  /**
   * The work only reads: what it sees does not change meanwhile, and it waits for no writer.
   * @default false
   */
  readonly readOnly?: boolean | undefined;
  /** See `TransactionOptions` of `@common/connector-sync`. */
  readonly repeat?: 'never' | 'unless-stored' | 'always' | undefined;
}

/**
 * Waits until nobody else has a lock of this name, and has it to the end of the transaction. Take it before
 * the first read of what it guards. A writer to SQLite has the whole file: there it does nothing, nor does it
 * in a transaction that only reads.
 */
export type SqlLock = (...name: readonly string[]) => Promise<void>;

/** A database, opened on first use. */
export interface SqlDatabase {
  readonly dialect: SqlDialect;
  /** Where it is, in words, without user and password. */
  readonly place: string;
  /** Whether it survives the process. */
  readonly durable: boolean;
  /** All or nothing. Transactions do not nest. */
  transaction<Result>(
    work: (db: Kysely<unknown>, lock: SqlLock) => Promise<Result>,
    options?: SqlTransactionOptions,
  ): Promise<Result>;
  close(): Promise<void>;
}
