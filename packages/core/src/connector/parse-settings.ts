import type { z } from 'zod';
import { ConnectorError } from '../errors/connector-error.ts';

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
  const result = schema.safeParse(settings);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => ({
    path: issue.path.join('.'),
    message: issue.message,
  }));
  const shown = problems.map(({ path, message }) => (path ? `${path}: ${message}` : message));
  throw new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: `The settings of ${system} cannot be used. ${shown.join('; ')}.`,
    system,
    path: problems[0]?.path,
  });
}
