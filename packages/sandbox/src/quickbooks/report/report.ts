import type { Company } from '../company/company.ts';
import type { Row } from '../company/row.ts';
import { type JsonObject, objectAt, textAt } from '../model/json-object.ts';
import type { Cell } from './report-table.ts';

/** What a report is about. */
export interface Asked {
  readonly company: Company;
  readonly start: string;
  readonly end: string;
}

/** Columns and rows, without a header yet. */
export interface Report {
  readonly columns: readonly (readonly [string, string])[];
  readonly rows: readonly JsonObject[];
}

/** Customer or vendor of a transaction. */
export const partyCell = ({ definition, record }: Row): Cell => {
  const name = objectAt(record, definition.party ?? '');
  return { value: textAt(name, 'name') ?? '', id: textAt(name, 'value') };
};
