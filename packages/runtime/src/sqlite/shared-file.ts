import { type Clock, ConnectorError } from '@common/connector-core';
import { type SqliteStore, sqliteStore } from '../sqlite-store.ts';

/** Where rows are kept: in a file of their own, or in that of a store. */
export interface SharedFileOptions {
  /** A file of its own, made with its folder if it is not there. */
  readonly path?: string | undefined;
  /** Shares the file of `sqliteStore({ path })`. */
  readonly store?: SqliteStore | undefined;
  readonly clock?: Clock | undefined;
  /** From 0 up to 1, for jitter. @default Math.random */
  readonly random?: (() => number) | undefined;
}

/** The store to work in. A file of its own is closed, a shared one is closed with its store. */
export interface SharedFile {
  readonly store: SqliteStore;
  close(): Promise<void>;
}

/**
 * @param what - that needs the file, for the message
 * @throws ConnectorError `ERR_CONFIGURATION` without a path and a store
 */
export function sharedFile(options: SharedFileOptions, what: string): SharedFile {
  const { path, store, clock, random } = options;
  if (store !== undefined) return { store, close: async () => undefined };
  if (path === undefined) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `${what} needs a path, or a store to share the file with.`,
    });
  }
  const own = sqliteStore({ path, clock, random });
  return { store: own, close: () => own.close() };
}
