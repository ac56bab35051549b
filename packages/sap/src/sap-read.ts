import type { CallOptions } from '@common/connector-core';
import { formatLiteral, type ODataClient, type ODataRecord } from '@common/connector-odata';
import { withCustomDates } from './custom-fields.ts';
import {
  type ChangeProperties,
  changeProperties,
  normalizeInstant,
  timeIn,
} from './sap-change-time.ts';
import type { SapEntity } from './sap-entity.ts';
import { filterOf, pageFilter } from './sap-query.ts';

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

/**
 * The newest change time of an entity that is not after `now`; `undefined` when nothing has one. A record
 * whose time lies in the future, by a wrong clock or date, must not hide what changes until then.
 */
export async function readLatestChange(
  source: SapSource,
  now: number,
  call: CallOptions,
): Promise<string | undefined> {
  const limit = normalizeInstant(new Date(now).toISOString());
  const times = await Promise.all(
    changeProperties[source.entity.changeTime].map(async (names) => {
      const newest = await readNewest(source, { names }, call);
      return newest > limit ? readNewest(source, { names, limit }, call) : newest;
    }),
  );
  return times.sort().at(-1) || undefined;
}

async function readNewest(
  { entity, client }: SapSource,
  { names, limit }: { readonly names: ChangeProperties; readonly limit?: string },
  call: CallOptions,
): Promise<string> {
  const query = {
    filter: pageFilter(entity, {
      restriction: filterOf(entity),
      alternatives: limit === undefined ? [] : [notAfter(entity, { names, limit })],
    }),
    orderBy: names.map((name) => `${name} desc`),
    select: [...entity.type.key, ...names],
    top: 1,
  };
  for await (const page of client.list({ entity: entity.type, query, ...call })) {
    const [newest] = page.records;
    if (newest) return timeIn(names, newest);
  }
  return '';
}

/** Whole seconds, or the days before. */
function notAfter(
  { version }: SapEntity,
  { names: [first, second], limit }: { readonly names: ChangeProperties; readonly limit: string },
): string {
  return second === undefined
    ? `${first} le ${formatLiteral({ value: `${limit.slice(0, 19)}Z`, type: 'Edm.DateTimeOffset', version })}`
    : `${first} lt ${formatLiteral({ value: limit.slice(0, 10), type: 'Edm.DateTime', version })}`;
}

function isWithin({ conditions }: SapEntity, record: ODataRecord): boolean {
  return conditions.every(
    ({ field, operator, value }) =>
      operator !== 'in' || (value as readonly string[]).includes(String(record[field])),
  );
}
