import type { ErrorCategory, ErrorCode } from '@common/connector-core';

/** One complaint of Salesforce, in the form that all its interfaces share here. */
export interface SalesforceProblem {
  /** `errorCode` of REST errors, `statusCode` of results of records. */
  readonly code: string;
  readonly message: string;
  readonly fields: readonly string[];
}

/** What a code means for whoever gets the error. */
export interface Verdict {
  readonly code: ErrorCode;
  readonly category: ErrorCategory;
  readonly advice?: string;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
  readonly notExecuted?: boolean;
}

const validation = { code: 'ERR_VALIDATION', category: 'validation' } as const;
const permission = { code: 'ERR_PERMISSION_DENIED', category: 'permission' } as const;
const configuration = { code: 'ERR_CONFIGURATION', category: 'configuration' } as const;
const signIn = { code: 'ERR_AUTHENTICATION_FAILED', category: 'authentication' } as const;
const notFound = { code: 'ERR_NOT_FOUND', category: 'not-found' } as const;
const transient = { code: 'ERR_TRANSIENT', category: 'transient' } as const;

/** Rolled back for the sake of another record: this one is not to blame. */
const rolledBack = {
  code: 'ERR_ROLLED_BACK',
  category: 'transient',
  notExecuted: true,
  advice:
    'Nothing is wrong with this record: it was taken back because another one of the same transaction failed. Correct that one and write both again.',
} as const satisfies Verdict;

const minuteMs = 60_000;

/**
 * What the codes mean. Salesforce has some hundreds; those that are not here go by their HTTP status
 * (developer.salesforce.com, REST API, status codes and error responses).
 */
const verdicts: Readonly<Record<string, Verdict>> = {
  INVALID_SESSION_ID: {
    ...signIn,
    notExecuted: true,
    advice:
      'The session has ended or is not accepted. If this stays after signing in again: check that the user is active and has "API Enabled", and that IP restrictions let this machine in.',
  },
  INVALID_AUTH_HEADER: { ...signIn, notExecuted: true },
  SESSION_NOT_FOUND: { ...signIn, notExecuted: true },
  API_DISABLED_FOR_ORG: {
    ...permission,
    advice:
      'Give the user the permission "API Enabled", or use an edition of Salesforce that has the API.',
  },
  API_CURRENTLY_DISABLED: { ...permission, advice: 'Ask the administrator of the org.' },
  FUNCTIONALITY_NOT_ENABLED: {
    ...permission,
    advice: 'The org has no licence for it, or it is switched off in Setup.',
  },
  INSUFFICIENT_ACCESS: permission,
  INSUFFICIENT_ACCESS_OR_READONLY: {
    ...permission,
    advice: 'Give the user access to the record and to its object, or unlock the record.',
  },
  INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: {
    ...permission,
    advice: 'Give the user access to the record that this one refers to.',
  },
  CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: { ...validation, advice: 'A trigger refuses it.' },
  REQUEST_LIMIT_EXCEEDED: {
    code: 'ERR_RATE_LIMITED',
    category: 'rate-limit',
    notExecuted: true,
    retryAfterMs: 15 * minuteMs,
    advice:
      'The org has used its requests of the last 24 hours. They come back bit by bit; buy more, or send less (Bulk API, larger pages).',
  },
  UNABLE_TO_LOCK_ROW: {
    code: 'ERR_LOCKED',
    category: 'transient',
    notExecuted: true,
    advice: 'Somebody else is changing the record or its parent. Try again.',
  },
  SERVER_UNAVAILABLE: transient,
  QUERY_TIMEOUT: {
    ...transient,
    advice: 'The query took longer than 120 s. Filter by an indexed field.',
  },
  UNKNOWN_EXCEPTION: transient,
  INVALID_QUERY_LOCATOR: {
    code: 'ERR_CURSOR_EXPIRED',
    category: 'transient',
    retryable: false,
    advice: 'Begin the query again.',
  },
  MALFORMED_QUERY: validation,
  INVALID_FIELD: {
    ...validation,
    advice:
      'Check the spelling, and that the user may see the field (field-level security). For fields of your own, custom names end in __c.',
  },
  INVALID_FIELD_FOR_INSERT_UPDATE: {
    ...validation,
    advice: 'The field cannot be written, or not by this user (field-level security).',
  },
  INVALID_TYPE: {
    ...configuration,
    advice:
      'The org has no such object, or the user may not see it. Check the name (custom objects end in __c), the licence and the permissions of the user.',
  },
  INVALID_CROSS_REFERENCE_KEY: {
    ...validation,
    advice: 'A record that is referred to does not exist, or the user may not see it.',
  },
  REQUIRED_FIELD_MISSING: { ...validation, advice: 'Give these fields a value.' },
  DUPLICATE_VALUE: {
    code: 'ERR_DUPLICATE',
    category: 'conflict',
    advice: 'A record with this value exists already. Change that one.',
  },
  DUPLICATE_EXTERNAL_ID: {
    code: 'ERR_DUPLICATE',
    category: 'conflict',
    advice: 'Several records have this external id. Merge them and make the field unique.',
  },
  DUPLICATES_DETECTED: {
    code: 'ERR_DUPLICATE',
    category: 'conflict',
    advice:
      'A duplicate rule of the org found similar records. Change the one that is there, or change the rule.',
  },
  ENTITY_IS_DELETED: { ...notFound, advice: 'The record was deleted.' },
  NOT_FOUND: notFound,
  UNSUPPORTED_API_VERSION: {
    ...configuration,
    advice: 'Salesforce has retired this version. Set apiVersion to a newer one.',
  },
  STORAGE_LIMIT_EXCEEDED: { ...configuration, advice: 'The org has no storage left.' },
  EXCEEDED_ID_LIMIT: { ...validation, advice: 'Ask for a shorter time.' },
  ALL_OR_NONE_OPERATION_ROLLED_BACK: rolledBack,
  PROCESSING_HALTED: rolledBack,
  BATCH_PROCESSING_HALTED: rolledBack,
};

/** Taken back for the sake of another record. */
export const isRolledBack = ({ code }: SalesforceProblem): boolean =>
  Object.hasOwn(verdicts, code) && verdicts[code] === rolledBack;

/** @param status - HTTP status, for codes that are not known */
export function verdictOf(problem: SalesforceProblem | undefined, status: number): Verdict {
  const code = problem?.code ?? '';
  if (code === 'REQUEST_LIMIT_EXCEEDED' && /concurrent/i.test(problem?.message ?? '')) {
    return {
      code: 'ERR_RATE_LIMITED',
      category: 'rate-limit',
      notExecuted: true,
      retryAfterMs: 5_000,
      advice: 'Too many requests of this org take longer than 20 s at the same time.',
    };
  }
  if (code === 'NOT_FOUND' && /external id field does not exist/i.test(problem?.message ?? '')) {
    return {
      ...configuration,
      advice:
        'Make the field (Text, External ID, Unique) on this object and give the user access to it, or name another one in externalIdFields.',
    };
  }
  const known = Object.hasOwn(verdicts, code) ? verdicts[code] : undefined;
  if (known !== undefined) return known;
  if (status === 401) return signIn;
  if (status === 403) return permission;
  if (status === 404) return notFound;
  if (status === 409 || status === 412 || status === 428) {
    return { code: 'ERR_CONFLICT', category: 'conflict', advice: 'Read the record again.' };
  }
  if (status === 420 || status >= 500) return transient;
  return validation;
}
