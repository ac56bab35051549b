import type { StatementSync } from 'node:sqlite';

const readsFirst = /^\s*(?:select|with|values|pragma|explain)\b/i;
const returning = /\breturning\b/i;

/** Whether a statement answers rows. Node before 22.16 cannot tell; there the text has to. */
export function returnsRows(statement: Partial<Pick<StatementSync, 'columns'>>, sql: string) {
  if (statement.columns !== undefined) return statement.columns().length > 0;
  return readsFirst.test(sql) || returning.test(sql);
}
