import type { SalesforceRow } from './run-query.ts';

export const isRow = (value: unknown): value is SalesforceRow =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether it is a list of records, as an answer has to have one. */
export const areRows = (value: unknown): value is readonly SalesforceRow[] =>
  Array.isArray(value) && value.every(isRow);
