import type { CallOptions } from '@common/connector-core';
import { formatLiteral, type ODataClient, type ODataRecord } from '@common/connector-odata';
import { withCustomDates } from './custom-fields.ts';
import { changeTimeOf } from './sap-change-time.ts';
import type { SapEntity } from './sap-entity.ts';
import { filterOf } from './sap-query.ts';

/** Where an entity is read. */
export interface SapSource {
  readonly entity: SapEntity;
  readonly client: ODataClient;
}

/** The vendor's record as it is stored, navigations expanded. */
export interface StoredRecord {
  readonly record: ODataRecord;
  readonly etag?: string | undefined;
}

/** Reads one record by the key of the canonical one, within what the settings restrict the entity to. */
export async function readStored(
  { entity, client }: SapSource,
  key: string,
  call: CallOptions,
): Promise<StoredRecord | undefined> {
  const { type, expand, keyProperty, orderProperty, version } = entity;
  const stored = ({ record, etag }: StoredRecord): StoredRecord => ({
    record: withCustomDates(entity, record),
    etag,
  });
  if (keyProperty === orderProperty) {
    const found = await client.get({ entity: type, key, query: { expand }, ...call });
    return found && isWithin(entity, found.record) ? stored(found) : undefined;
  }
  // A customer or supplier number is no key of the business partner that it belongs to.
  const filter = `${keyProperty} eq ${formatLiteral({ value: key, type: 'Edm.String', version })}`;
  const query = { filter, expand, orderBy: [orderProperty] };
  for await (const page of client.list({ entity: type, query, ...call })) {
    const [record] = page.records;
    if (record) return stored({ record, etag: page.etags[0] });
    const [failure] = page.failures;
    if (failure) throw failure.error;
  }
  return undefined;
}

/** The newest change time of an entity; `undefined` when nothing has one. */
export async function readLatestChange(
  { entity, client }: SapSource,
  call: CallOptions,
): Promise<string | undefined> {
  const times = await Promise.all(
    changeProperties[entity.changeTime].map(async (names) => {
      const query = {
        filter: filterOf(entity),
        orderBy: names.map((name) => `${name} desc`),
        select: [...entity.type.key, ...names],
        top: 1,
      };
      for await (const page of client.list({ entity: entity.type, query, ...call })) {
        const [newest] = page.records;
        if (newest) return changeTimeOf(entity, newest);
      }
      return '';
    }),
  );
  return times.sort().at(-1) || undefined;
}

// A business partner has no change date before its first change.
const changeProperties = {
  instant: [['LastChangeDateTime']],
  'date-and-time': [
    ['LastChangeDate', 'LastChangeTime'],
    ['CreationDate', 'CreationTime'],
  ],
} as const;

function isWithin({ conditions }: SapEntity, record: ODataRecord): boolean {
  return conditions.every(
    ({ field, operator, value }) =>
      operator !== 'in' || (value as readonly string[]).includes(String(record[field])),
  );
}
