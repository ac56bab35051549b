import { pipeline, Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { stringify } from 'csv-stringify/sync';
import type { ObjectDescription } from '../object-description.ts';
import type { SalesforceFields } from '../salesforce-entity.ts';

/** What clears a field; an empty cell leaves it as it is (Bulk API 2.0, preparing CSV files). */
const nothing = '#N/A';

/**
 * Whether a row can be told as cells: a text that means "clear" cannot, nor can a field that is not there,
 * since an unknown column ends the whole job.
 */
export const fitsCsv = (row: SalesforceFields, { fields }: ObjectDescription): boolean =>
  Object.entries(row).every(
    ([name, value]) =>
      value !== nothing &&
      !Array.isArray(value) &&
      (fields.has(name) || (typeof value === 'object' && value !== null)),
  );

/** Fields of the records that a row refers to by their external ids have a column `Account.ERP_Id__c`. */
export function cellsOf(row: SalesforceFields): ReadonlyMap<string, string> {
  const cells = new Map<string, string>();
  for (const [name, value] of Object.entries(row)) {
    if (value === undefined || name === 'attributes') continue;
    if (typeof value !== 'object' || value === null) {
      // An empty text would leave the field as it is.
      cells.set(name, value === null || value === '' ? nothing : String(value));
      continue;
    }
    for (const [part, inner] of Object.entries(value)) cells.set(`${name}.${part}`, String(inner));
  }
  return cells;
}

/** A line of a file, with its line feed. */
export const lineOf = (cells: readonly string[]): string => stringify([[...cells]]);

/** Reads a file as it arrives, row by row. @throws when it is no CSV or its last row is cut off */
export async function* readCsv(
  stream: AsyncIterable<Uint8Array>,
): AsyncGenerator<Readonly<Record<string, string>>> {
  const parser = parse({ columns: true });
  // The parser waits for whoever reads it, and so does the connection; when one of them ends early, so
  // do the others. Its errors come out of the parser.
  pipeline(Readable.from(stream, { objectMode: false }), parser, () => {});
  yield* parser;
}
