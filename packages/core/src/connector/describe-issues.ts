import type { z } from 'zod';

/** Something wrong with data of the user's: where, and what it has to be. Never the value. */
export interface DataProblem {
  readonly path: string;
  readonly message: string;
}

const articles: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  object: 'an object',
  record: 'an object',
  string: 'a text',
};

/** Messages in the words of settings, where a schema has none of its own. */
export const readingErrors: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  if (issue.code !== 'invalid_type') return undefined;
  return issue.input === undefined
    ? 'is missing'
    : `must be ${articles[issue.expected] ?? `a ${issue.expected}`}`;
};

/** The problems that a schema found, one for each place. */
export function describeIssues(error: z.ZodError): readonly DataProblem[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.join('.');
    if (path === '' && issue.code === 'invalid_type')
      return [{ path, message: 'They must be an object' }];
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
    return issue.keys.map((key) => ({
      path: path ? `${path}.${key}` : key,
      message: 'must not be given, there is no such name; check the spelling',
    }));
  });
}

/** All of them, for a message. */
export function listProblems(problems: readonly DataProblem[]): string {
  return problems
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
    .join('; ');
}
