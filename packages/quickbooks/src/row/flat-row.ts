import type { QuickbooksEntity, Row } from '../quickbooks-entity.ts';
import {
  type CustomFieldDefinition,
  flattenCustomFields,
  gatherCustomFields,
} from './custom-fields.ts';
import { readLines, writeLines } from './lines.ts';
import { isRow, mergeRow } from './merge-row.ts';

// What QuickBooks puts behind a name when a record is deactivated, again with a number if it has to.
const deactivated = / \(deleted(?:[ -]?\d+)?\)$/;
const nameProperties = ['DisplayName', 'Name', 'FullyQualifiedName', 'PrintOnCheckName'] as const;

/** A row in the form that templates read. */
export function toFlat(
  entity: QuickbooksEntity,
  row: Row,
  { homeCurrency }: { readonly homeCurrency?: string | undefined } = {},
): Row {
  const flat: Record<string, unknown> = { ...flattenCustomFields(row) };
  if (entity.lines !== undefined && Array.isArray(row.Line)) {
    flat.Line = readLines(entity.lines, row);
  }
  if (entity.hasCurrency && row.CurrencyRef === undefined && homeCurrency !== undefined) {
    flat.CurrencyRef = { value: homeCurrency };
  }
  if (row.Active === false) {
    for (const name of nameProperties) {
      const value = row[name];
      if (typeof value === 'string') flat[name] = value.replace(deactivated, '');
    }
  }
  return flat;
}

/** The way back: the properties to write, each whole, made of those of the template and of what is stored. */
export function toRow(
  entity: QuickbooksEntity,
  flat: Row,
  known: {
    readonly stored?: Row | undefined;
    readonly definitions: readonly CustomFieldDefinition[];
  },
): Row {
  const { stored } = known;
  const row: Record<string, unknown> = { ...gatherCustomFields(flat, known) };
  if (entity.lines !== undefined && Array.isArray(row.Line)) {
    row.Line = writeLines(entity.lines, row.Line as readonly Row[], stored);
  }
  for (const [name, value] of Object.entries(row)) {
    const before = stored?.[name];
    if (isRow(value) && isRow(before))
      row[name] = mergeRow({ [name]: before }, { [name]: value })[name];
  }
  return row;
}
