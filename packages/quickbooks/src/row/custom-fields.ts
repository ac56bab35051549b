import { ConnectorError } from '@common/connector-core';
import type { Row } from '../quickbooks-entity.ts';
import { customFieldPrefix } from '../templates/quickbooks-codecs.ts';

/** A custom field as the company has defined it. */
export interface CustomFieldDefinition {
  readonly id: string;
  readonly name: string;
}

const entriesOf = (row: Row): readonly Row[] =>
  Array.isArray(row.CustomField) ? (row.CustomField as readonly Row[]) : [];

/** `CustomField[{ Name, StringValue }]` as members `CustomField.<name>`, which templates can name. */
export function flattenCustomFields(row: Row): Row {
  const entries = entriesOf(row);
  if (entries.length === 0) return row;
  const flat: Record<string, unknown> = { ...row };
  for (const { Name, StringValue } of entries) {
    if (typeof Name === 'string' && StringValue !== '') {
      flat[`${customFieldPrefix}${Name}`] = StringValue;
    }
  }
  return flat;
}

/**
 * The way back. Fields that the record has already keep their definition, as do those that are not
 * written.
 *
 * @throws ConnectorError `ERR_VALIDATION` for a field that the company does not have
 */
export function gatherCustomFields(
  flat: Row,
  known: {
    readonly stored?: Row | undefined;
    readonly definitions: readonly CustomFieldDefinition[];
  },
): Row {
  const written = Object.entries(flat).filter(([name]) => name.startsWith(customFieldPrefix));
  if (written.length === 0) return flat;
  const rest = Object.fromEntries(
    Object.entries(flat).filter(([name]) => !name.startsWith(customFieldPrefix)),
  );
  const entries = [...entriesOf(known.stored ?? {})];
  for (const [member, value] of written) {
    const name = member.slice(customFieldPrefix.length);
    const at = entries.findIndex(({ Name }) => Name === name);
    const id = entries[at]?.DefinitionId ?? known.definitions.find((one) => one.name === name)?.id;
    if (id === undefined) throw unknownField(member);
    const entry = {
      DefinitionId: id,
      Name: name,
      Type: 'StringType',
      StringValue: value === null ? '' : String(value),
    };
    if (at === -1) entries.push(entry);
    else entries[at] = entry;
  }
  return { ...rest, CustomField: entries };
}

function unknownField(member: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_VALIDATION',
    category: 'validation',
    message: `The company has no custom field of the name in custom["${member}"]. Define it in QuickBooks (Account and settings, Sales or Expenses), or leave it out.`,
    system: 'quickbooks',
    path: `custom.${member}`,
  });
}
