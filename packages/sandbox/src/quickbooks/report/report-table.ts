import { fromCents } from '../model/cents.ts';
import type { JsonObject } from '../model/json-object.ts';

/** A cell; `id` names the record that it is about. */
export interface Cell {
  readonly value: string;
  readonly id?: string | undefined;
}

export const money = (cents: number): string => fromCents(cents).toFixed(2);

export const dataRow = (...ColData: readonly Cell[]): JsonObject => ({ ColData, type: 'Data' });

export function section(input: {
  readonly title: string;
  readonly group?: string | undefined;
  readonly rows: readonly JsonObject[];
  readonly total: readonly Cell[];
}): JsonObject {
  const { title, group, rows, total } = input;
  return {
    Header: { ColData: [{ value: title }, ...total.slice(1).map(() => ({ value: '' }))] },
    Rows: { Row: rows },
    Summary: { ColData: total },
    type: 'Section',
    ...(group === undefined ? {} : { group }),
  };
}

/** Columns as `[title, type]`. */
export function reportTable(input: {
  readonly header: JsonObject;
  readonly columns: readonly (readonly [title: string, type: string])[];
  readonly rows: readonly JsonObject[];
}): JsonObject {
  const Column = input.columns.map(([ColTitle, ColType]) => ({ ColTitle, ColType }));
  return { Header: input.header, Columns: { Column }, Rows: { Row: input.rows } };
}
