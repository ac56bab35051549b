import type { z } from 'zod';
import { ConnectorError } from '../errors/connector-error.ts';
import { describeIssues, listProblems, readingErrors } from './describe-issues.ts';

/** Whose operation. */
export interface OperationName {
  /** `manifest.id`. */
  readonly system: string;
  readonly operation: string;
}

/**
 * Checks the input of an operation of `call`. The message names all that is wrong and what it should be,
 * never the value.
 *
 * @throws ConnectorError `ERR_VALIDATION` with the path of the first problem
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  about: OperationName,
): z.output<Schema> {
  const result = schema.safeParse(input, { error: readingErrors });
  if (result.success) return result.data;
  const [first, ...more] = describeIssues(result.error);
  // Settings are many, an input is one.
  const message = first?.message.replace(/^They /, '') ?? 'invalid';
  const why = listProblems([{ path: '', message }, ...more]);
  throw badInput({ ...about, path: first?.path || 'input', why });
}

/** The `ERR_VALIDATION` of an input that a schema takes and the operation does not. */
export function badInput(
  about: OperationName & { readonly path: string; readonly why: string },
): ConnectorError {
  const { system, operation, path, why } = about;
  return new ConnectorError({
    code: 'ERR_VALIDATION',
    category: 'validation',
    message: `The input of ${operation} cannot be used: ${path}: ${why}.`,
    system,
    operation,
    path,
  });
}
