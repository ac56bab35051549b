import { ConnectorError, type ErrorCode } from '@common/connector-core';
import { movedFailure } from '../move/store-moved.ts';

interface Failure {
  readonly code: ErrorCode;
  readonly category: 'configuration' | 'transient';
  readonly says: string;
}

const unavailable: Failure = {
  code: 'ERR_STORE_UNAVAILABLE',
  category: 'transient',
  says: 'does not answer. Check that it runs and can be reached; what was committed is there.',
};
const busy: Failure = {
  code: 'ERR_STORE_BUSY',
  category: 'transient',
  says: 'is kept waiting by another transaction. Try again when it is done.',
};
const refused: Failure = {
  code: 'ERR_STORE_UNUSABLE',
  category: 'configuration',
  says: 'does not let this user in. Check user, password, database and pg_hba.conf.',
};

/** By SQLSTATE, https://www.postgresql.org/docs/15/errcodes-appendix.html: the whole code, or its class. */
const bySqlState: ReadonlyMap<string, Failure> = new Map([
  ['08', unavailable],
  // Shut down, crashed, starting up, dropped.
  ['57P01', unavailable],
  ['57P02', unavailable],
  ['57P03', unavailable],
  // A transaction of ours that did nothing for too long: this process was stopped.
  ['25P03', unavailable],
  [
    '53300',
    {
      ...unavailable,
      says: 'has no connection left. Lower maxConnections, or raise max_connections of the server.',
    },
  ],
  [
    '25006',
    {
      ...unavailable,
      says: 'only reads: it is a standby, or was made read-only. Connect to the primary.',
    },
  ],
  [
    '53100',
    {
      code: 'ERR_STORE_FULL',
      category: 'transient',
      says: 'has no room to grow: the disk is full. Make room and run again; what was committed is there.',
    },
  ],
  ['55P03', busy],
  ['40001', busy],
  ['40P01', busy],
  ['28', refused],
  ['3D000', { ...refused, says: 'has no such database. Create it, or check the URL.' }],
  ['3F000', { ...refused, says: 'has no such schema. Create it, or check the option schema.' }],
  [
    '42501',
    {
      ...refused,
      says: 'does not let this user make or write its tables. Grant it create on the schema (and on the database, where the schema is to be made).',
    },
  ],
  [
    'XX001',
    {
      code: 'ERR_STORE_DAMAGED',
      category: 'configuration',
      says: 'is damaged. Restore it from a backup.',
    },
  ],
  [
    'XX002',
    {
      code: 'ERR_STORE_DAMAGED',
      category: 'configuration',
      says: 'has a damaged index. Run reindex, or restore it from a backup.',
    },
  ],
]);

const systemCalls = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

// `pg` has no codes for these.
const lostInWords =
  /^(?:Connection terminated|timeout e|Query read timeout|Client has encountered a connection error|Client was closed|The server does not support SSL|connect )/i;

/** Whether the connection is of no use any more. */
export function isConnectionLost(error: unknown): boolean {
  return failureOf(error)?.code === 'ERR_STORE_UNAVAILABLE';
}

/** Whether another transaction was in the way, and nothing of this one is left. */
export function isBusy(error: unknown): boolean {
  return failureOf(error) === busy;
}

/**
 * What is wrong with a server, in words; any other error as it is.
 *
 * @param options.name - of the server, without credentials
 */
export function postgresFailure(
  error: unknown,
  options: { readonly name: string; readonly outcomeUnknown?: boolean },
): unknown {
  if (ConnectorError.isInstance(error)) return error;
  const moved = movedFailure(error);
  if (moved !== undefined) return moved;
  const failure = failureOf(error);
  const { name, outcomeUnknown = false } = options;
  if (failure === undefined && !outcomeUnknown) return error;
  const { code, category, says } = failure ?? unavailable;
  return new ConnectorError({
    code,
    category,
    outcomeUnknown,
    notExecuted: !outcomeUnknown,
    message: outcomeUnknown
      ? `The connection to ${name} was lost during a commit: whether it was stored is not known. Run again: a flow goes on from what is stored.`
      : `${name} ${says} (${(error as Error).message})`,
    cause: error,
  });
}

function failureOf(error: unknown): Failure | undefined {
  if (typeof error !== 'object' || error === null || ConnectorError.isInstance(error)) {
    return undefined;
  }
  const { code, message, errors } = error as {
    code?: unknown;
    message?: unknown;
    errors?: readonly unknown[];
  };
  if (typeof code === 'string') {
    const known = bySqlState.get(code) ?? bySqlState.get(code.slice(0, 2));
    if (known !== undefined) return known;
    if (systemCalls.has(code)) return unavailable;
  }
  // Every address of a name was tried.
  if (errors !== undefined) return errors.map(failureOf).find((found) => found !== undefined);
  return typeof message === 'string' && lostInWords.test(message) ? unavailable : undefined;
}
