import { ConnectorError, type ErpRecord } from '@common/connector-core';

/** A column that holds one field of the record. */
export interface TableColumn {
  readonly name: string;
  /** The path of the field. */
  readonly segments: readonly string[];
}

/** @throws ConnectorError `ERR_CONFIGURATION` for a path that is none */
export function segmentsOf(column: string, path: string): readonly string[] {
  const segments = path.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
  if (segments.every((segment) => segment !== '' && !/[[\]]/.test(segment))) return segments;
  throw new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: `"${path}" is no path of a column. Write names with points between, as in address.city or plants[0].plant; a whole list becomes JSON.`,
    path: `columns.${column}`,
  });
}

/** What the column holds of a record: text, JSON for objects and lists, or nothing. */
export function columnValue(record: ErpRecord, segments: readonly string[]): string | null {
  let value: unknown = record;
  for (const segment of segments) {
    if (typeof value !== 'object' || value === null) return null;
    value = (value as Readonly<Record<string, unknown>>)[segment];
  }
  if (value === undefined || value === null) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
