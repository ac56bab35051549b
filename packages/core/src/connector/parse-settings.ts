import type { z } from 'zod';
import { ConnectorError } from '../errors/connector-error.ts';
import { describeIssues, listProblems, readingErrors } from './describe-issues.ts';

/**
 * Checks the settings of a connector against their schema. The message names every bad setting and what
 * it should be, never the value: it may be a secret.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` with the path of the first bad setting
 */
export function parseSettings<Schema extends z.ZodType>(
  schema: Schema,
  settings: unknown,
  system: string,
): z.output<Schema> {
  const result = schema.safeParse(settings, { error: readingErrors });
  if (result.success) return result.data;
  const problems = describeIssues(result.error);
  throw new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: `The settings of ${system} cannot be used. ${listProblems(problems)}.`,
    system,
    path: problems[0]?.path,
  });
}
