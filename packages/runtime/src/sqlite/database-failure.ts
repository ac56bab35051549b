import { ConnectorError, type ErrorCode } from '@common/connector-core';
import { movedFailure } from '../move/store-moved.ts';

interface Failure {
  readonly code: ErrorCode;
  readonly category: 'configuration' | 'transient';
  readonly says: string;
}

const cannotBeOpened: Failure = {
  code: 'ERR_STORE_UNUSABLE',
  category: 'configuration',
  says: 'cannot be opened. Check the path, that it is no folder, and that this process may write there.',
};
const damaged: Failure = {
  code: 'ERR_STORE_DAMAGED',
  category: 'configuration',
  says: 'is damaged, or no SQLite database. Restore it from a backup. A store that begins anew does not know which records it has written: without a backup, move the file away only if the target is written by key, as a table is.',
};
const notWritable: Failure = {
  code: 'ERR_STORE_UNUSABLE',
  category: 'configuration',
  says: 'cannot be written. Check the permissions of the file and of its folder.',
};

/** Primary result codes, https://www.sqlite.org/rescode.html */
const byResultCode: ReadonlyMap<number, Failure> = new Map([
  [8, notWritable],
  [10, { ...notWritable, says: 'cannot be read or written. Check the disk.' }],
  [11, damaged],
  [
    13,
    {
      code: 'ERR_STORE_FULL',
      category: 'transient',
      says: 'has no room to grow: the disk is full. Make room and run again; what was committed is there.',
    },
  ],
  [14, cannotBeOpened],
  [26, damaged],
]);

/** What is wrong with a database file, in words; any other error as it is. */
export function databaseFailure(path: string, error: unknown): unknown {
  const moved = movedFailure(error);
  if (moved !== undefined) return moved;
  const { errcode, syscall } = error as { errcode?: unknown; syscall?: unknown };
  const failure =
    typeof errcode === 'number'
      ? // The low byte of the extended codes.
        byResultCode.get(errcode & 0xff)
      : syscall === 'mkdir'
        ? cannotBeOpened
        : undefined;
  if (failure === undefined) return error;
  const { code, category, says } = failure;
  return new ConnectorError({
    code,
    category,
    message: `The database ${path} ${says} (${(error as Error).message})`,
    cause: error,
  });
}
