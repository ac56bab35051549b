import type { ErpRecord, JsonValue, RecordPatch } from '@common/connector-core';
import { compileTemplate, type Mapping } from '@common/connector-core/mapping';
import { isRow } from './is-row.ts';
import type { ObjectDescription, ObjectField } from './object-description.ts';
import type { SalesforceRow } from './run-query.ts';
import type { SalesforceEntity, SalesforceFields } from './salesforce-entity.ts';

/** Makes canonical records of an entity's rows, and rows of its records. */
export interface RecordCodec {
  readonly mapping: Mapping<object, SalesforceFields> | undefined;
  /** @throws ConnectorError `ERR_MAPPING` with the path of the first problem */
  decode(row: SalesforceRow, description: ObjectDescription): ErpRecord;
  /** @throws ConnectorError `ERR_MAPPING` */
  encode(record: ErpRecord): SalesforceFields;
  /** Only what the patch has; null clears. @throws ConnectorError `ERR_MAPPING` */
  encodePatch(record: RecordPatch): SalesforceFields;
}

export function createRecordCodec(
  entity: SalesforceEntity,
  options: { readonly currency: string | undefined },
): RecordCodec {
  const { name, template, prepareRow = (row) => row } = entity;
  const prepare = entity.prepareRecord ?? ((record) => record);
  const mapping = template && compileTemplate<object, SalesforceFields>(template);
  let described: ObjectDescription | undefined;
  let instants: readonly string[] = [];
  return {
    mapping,
    decode(row, description) {
      if (description !== described) instants = instantsOf(description.fields);
      described = description;
      const fields = withIsoInstants(row, instants);
      const known =
        options.currency !== undefined && !description.fields.has('CurrencyIsoCode')
          ? { ...fields, CurrencyIsoCode: options.currency }
          : fields;
      const record: ErpRecord = mapping
        ? (mapping.decode(withExactNumbers(prepareRow(known))) as ErpRecord)
        : { custom: customOf(fields) };
      const { Id, SystemModstamp } = row;
      return {
        ...record,
        source: {
          system: 'salesforce',
          entity: name,
          key: String(Id),
          ...(typeof SystemModstamp === 'string' ? { revision: SystemModstamp } : {}),
        },
      };
    },
    encode: (record) => (mapping ? mapping.encode(prepare(record)) : (record.custom ?? {})),
    encodePatch: (record) =>
      mapping
        ? mapping.encodePatch(prepare(record) as object)
        : ((record.custom ?? {}) as SalesforceFields),
  };
}

/** Fields that Salesforce keeps itself, or that stand elsewhere in the record. */
const ownFields: ReadonlySet<string> = new Set(['attributes', 'Id', 'SystemModstamp', 'IsDeleted']);

function customOf(row: SalesforceRow): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(
    Object.entries(row).filter(
      (entry): entry is [string, JsonValue] =>
        entry[1] !== null && entry[1] !== undefined && !ownFields.has(entry[0]),
    ),
  );
}

/** Instants of the org's own fields in UTC, as all others: `2026-01-31T12:00:00.000Z`. */
function withIsoInstants(row: SalesforceRow, names: readonly string[]): SalesforceRow {
  let changed: Record<string, unknown> | undefined;
  for (const name of names) {
    const value = row[name];
    const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(time)) continue;
    changed ??= { ...row };
    changed[name] = new Date(time).toISOString();
  }
  return changed ?? row;
}

/** The revision is compared for equality only and stays as it is. */
const instantsOf = (fields: ReadonlyMap<string, ObjectField>): readonly string[] =>
  [...fields.values()]
    .filter(({ name, type }) => type === 'datetime' && name.endsWith('__c'))
    .map(({ name }) => name);

/** Numbers that a double holds, but not every reader of it trusts: as texts of their digits. */
function withExactNumbers(row: SalesforceRow): SalesforceRow {
  // Most rows have none, so that they are not copied.
  let changed: Record<string, unknown> | undefined;
  for (const name of Object.keys(row)) {
    const value = row[name];
    const exact = Array.isArray(value)
      ? value.map((item) => (isRow(item) ? withExactNumbers(item) : item))
      : typeof value === 'number' && isLong(value)
        ? String(value)
        : value;
    if (exact === value) continue;
    changed ??= { ...row };
    changed[name] = exact;
  }
  return changed ?? row;
}

function isLong(value: number): boolean {
  const text = String(value);
  return text.length > 15 && text.replace(/\D/g, '').length > 15;
}
