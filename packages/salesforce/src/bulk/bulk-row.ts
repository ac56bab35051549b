import type { ObjectDescription } from '../object-description.ts';
import type { SalesforceRow } from '../run-query.ts';

const numeric: ReadonlySet<string> = new Set(['int', 'double', 'currency', 'percent', 'long']);

/** A row of a file as the REST API would send it: the rest of the connector knows one form. */
export function rowOfCells(
  cells: Readonly<Record<string, string>>,
  { fields }: ObjectDescription,
): SalesforceRow {
  const row: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(cells)) {
    row[name] = text === '' ? null : cellValue(text, fields.get(name)?.type);
  }
  return row;
}

function cellValue(text: string, type: string | undefined): unknown {
  if (type === 'boolean') return text === 'true';
  if (type !== undefined && numeric.has(type)) return numberOf(text);
  // REST says "+0000" where files say "Z", and revisions are compared as texts.
  if (type === 'datetime') return text.replace(/Z$/, '+0000');
  return text;
}

/** As the core reads JSON: a number that a double cannot hold exactly stays a text. Files say `180053.0`. */
function numberOf(text: string): number | string {
  const plain = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return String(Number(plain)) === plain ? Number(plain) : text;
}
