import type { IngestRequest } from './ingest-records.ts';

/** What tells a row, out of its cells by the name of their column. */
export type TokenOf = (cell: (column: string) => string) => string;

/**
 * Results have the rows of the file in no order and without a number. A row is told by its id or external
 * id; a new one without goes by all its cells, so that rows with the same content are the same to us.
 * Ids are of 15 or 18 characters; blanks at the ends of a cell and ends of lines may be others.
 */
export function rowTokens(
  { operation, externalIdField = '' }: Pick<IngestRequest, 'operation' | 'externalIdField'>,
  columns: readonly string[],
): TokenOf {
  if (operation === 'update' || operation === 'delete') return (cell) => cell('Id').slice(0, 15);
  return (cell) => {
    const externalId = cell(externalIdField).trim();
    if (externalId !== '') return externalId;
    return JSON.stringify(columns.map((name) => cell(name).replace(/\r\n?/g, '\n').trim()));
  };
}
