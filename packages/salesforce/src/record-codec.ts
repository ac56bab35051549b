import type { ErpRecord, JsonValue, RecordPatch } from '@common/connector-core';
import { compileTemplate, type Mapping } from '@common/connector-core/mapping';
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
  return {
    mapping,
    decode(row, description) {
      const fields = withIsoInstants(row, description.fields);
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
function withIsoInstants(
  row: SalesforceRow,
  fields: ReadonlyMap<string, ObjectField>,
): SalesforceRow {
  let changed: Record<string, unknown> | undefined;
  for (const [name, value] of Object.entries(row)) {
    if (typeof value !== 'string' || fields.get(name)?.type !== 'datetime') continue;
    // The revision is compared for equality only and stays as it is.
    if (name === 'SystemModstamp' || !name.endsWith('__c')) continue;
    const time = Date.parse(value);
    if (Number.isNaN(time)) continue;
    changed ??= { ...row };
    changed[name] = new Date(time).toISOString();
  }
  return changed ?? row;
}

/** Numbers that a double holds, but not every reader of it trusts: as texts of their digits. */
function withExactNumbers(row: SalesforceRow): SalesforceRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (Array.isArray(value)) return [name, value.map(withExactNumbers)];
      const isLong = typeof value === 'number' && String(value).replace(/\D/g, '').length > 15;
      return [name, isLong ? String(value) : value];
    }),
  );
}
