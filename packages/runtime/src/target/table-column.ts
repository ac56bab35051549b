import type { ErpRecord } from '@common/connector-core';

/** A column that holds one field of the record. */
export interface TableColumn {
  readonly name: string;
  /** The path of the field. */
  readonly segments: readonly string[];
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
