import { ConnectorError, type WriteResult } from '@common/connector-core';
import type { SalesforceTarget } from '../salesforce-target.ts';

type About = Pick<SalesforceTarget, 'entity'>;

/** The result of a change that threw. */
export function failure({ entity }: About, key: string | undefined, thrown: unknown): WriteResult {
  const known = ConnectorError.isInstance(thrown)
    ? thrown
    : new ConnectorError({
        code: 'ERR_INTERNAL',
        category: 'internal',
        message: `The record could not be written: ${(thrown as Error)?.message ?? thrown}`,
        cause: thrown,
      });
  const error = known.with({ system: 'salesforce', entity: entity.name, key });
  return { status: error.outcomeUnknown ? 'unknown' : 'failed', key, error };
}

/** `ERR_NOT_FOUND`. */
export function missing({ entity }: About, key: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_NOT_FOUND',
    category: 'not-found',
    message: `Salesforce has no ${entity.name} ${key}, or the user may not see it.`,
    system: 'salesforce',
    entity: entity.name,
    key,
  });
}

/** `ERR_CONFLICT`: somebody was faster. */
export function conflict({ entity }: About, key: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFLICT',
    category: 'conflict',
    message: `The ${entity.name} ${key} has changed in Salesforce since it was read. Read it again.`,
    system: 'salesforce',
    entity: entity.name,
    key,
  });
}

/** `ERR_VALIDATION`, for what is no change. */
export function noChange({ entity }: About): ConnectorError {
  return new ConnectorError({
    code: 'ERR_VALIDATION',
    category: 'validation',
    message: `This is no change of a ${entity.name}: give op "upsert" with a record, or "delete" with the key; keys are texts.`,
    system: 'salesforce',
    entity: entity.name,
  });
}

/** `ERR_UNSUPPORTED_OPERATION`. */
export function refusal({ entity }: About, what: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_UNSUPPORTED_OPERATION',
    category: 'unsupported',
    message: `A ${entity.name} of Salesforce cannot be ${what} by this connector.`,
    system: 'salesforce',
    entity: entity.name,
  });
}

/** `ERR_ABORTED`, before anything was sent. */
export function aborted(reason: unknown): ConnectorError {
  return new ConnectorError({
    code: 'ERR_ABORTED',
    category: 'transient',
    retryable: false,
    message: 'The write was aborted before this record was sent.',
    system: 'salesforce',
    cause: reason,
  });
}
