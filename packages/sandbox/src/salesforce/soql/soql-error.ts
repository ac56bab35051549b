import { badRequest, type SalesforceError } from '../salesforce-error.ts';

/** A refusal of a query that shows where it stands, as the vendor words it. */
export function soqlError(problem: {
  readonly errorCode: string;
  readonly message: string;
  readonly soql: string;
  /** Offset in the query. */
  readonly at: number;
}): SalesforceError {
  const { errorCode, message, soql, at } = problem;
  const before = soql.slice(0, at).split('\n');
  const row = before.length;
  const column = before.at(-1)!.length + 1;
  const line = soql.split('\n')[row - 1]!;
  const shown = line.slice(Math.max(0, column - 40), column + 40);
  const caret = ' '.repeat(Math.min(column, 40) - 1);
  return badRequest(
    errorCode,
    `\n${shown}\n${caret}^\nERROR at Row:${row}:Column:${column}\n${message}`,
  );
}
