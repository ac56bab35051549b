import type { z } from 'zod';
import { ConnectorError } from '../errors/connector-error.ts';

/** An answer of Common that is not what its API promises. Names the path and the rule, not the value. */
export function invalidResponse(facts: {
  readonly error: z.ZodError;
  readonly operation: string;
  /** Where in the answer the checked part stands. */
  readonly prefix?: readonly PropertyKey[];
  readonly outcomeUnknown?: boolean;
}): ConnectorError {
  const { error, operation, prefix = [], outcomeUnknown } = facts;
  const issue = error.issues[0];
  const path = [...prefix, ...(issue?.path ?? [])].map(String).join('.');
  return new ConnectorError({
    code: 'ERR_INVALID_RESPONSE',
    category: 'mapping',
    system: 'common',
    operation,
    path,
    outcomeUnknown,
    message: `Common's answer is not what its API promises: ${path === '' ? 'the body' : path}: ${issue?.message ?? 'invalid'}. Check that the address is that of the Common API.`,
  });
}
