import { ConnectorError } from '@common/connector-core';
import type { ODataRecord } from '../entity/entity-type.ts';
import type { ODataVersion } from '../literals/edm-type.ts';

/** A record that the service reports as deleted. */
export interface DeletedEntity {
  /** The entity's URL or its bare key, as the service writes it; empty when it sends only `key`. */
  readonly id: string;
  /** Key properties, where the service sends them instead of an id. */
  readonly key?: ODataRecord | undefined;
  /** `deleted`, or `changed` when it only left the query's result. */
  readonly reason: 'deleted' | 'changed';
}

/** A page as it came, envelope taken off. */
export interface WirePage {
  readonly records: readonly ODataRecord[];
  readonly deleted: readonly DeletedEntity[];
  readonly totalCount?: number | undefined;
  readonly nextLink?: string | undefined;
  readonly deltaLink?: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Takes a page out of its envelope.
 *
 * @throws ConnectorError `ERR_INVALID_RESPONSE` when the answer is no collection
 */
export function readPageBody(body: unknown, version: ODataVersion): WirePage {
  const root = isObject(body) ? body : {};
  const envelope = version === 'v2' && isObject(root.d) ? root.d : root;
  // The first V2 services answer with the bare list.
  const list = [envelope, envelope.results, envelope.value].find(Array.isArray);
  if (list === undefined) throw notACollection();
  const text = (name: string) => {
    const value = envelope[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const deleted = list.some(isDeleted) ? list.filter(isDeleted).map(toDeleted) : [];
  const count = envelope.__count ?? envelope['@odata.count'] ?? envelope['@count'];
  return {
    records: (deleted.length === 0
      ? list
      : list.filter((item) => !isDeleted(item))) as readonly ODataRecord[],
    deleted,
    totalCount: count === undefined || count === null ? undefined : Number(count),
    nextLink: text('__next') ?? text('@odata.nextLink') ?? text('@nextLink'),
    deltaLink: text('__delta') ?? text('@odata.deltaLink') ?? text('@deltaLink'),
  };
}

// V4.01 marks `@removed`; V4.0 and Olingo's V2 name the context `…/$deletedEntity`.
function isDeleted(item: unknown): item is Fields {
  if (!isObject(item)) return false;
  if (item['@removed'] !== undefined || item['@odata.removed'] !== undefined) return true;
  const context = item['@odata.context'] ?? item['@context'];
  return typeof context === 'string' && context.endsWith('/$deletedEntity');
}

function toDeleted(item: Fields): DeletedEntity {
  const removed = item['@removed'] ?? item['@odata.removed'];
  const reason = isObject(removed) ? removed.reason : item.reason;
  const id = item['@id'] ?? item['@odata.id'] ?? item.id;
  const key = Object.entries(item).filter(
    ([name]) => !name.startsWith('@') && name !== 'id' && name !== 'reason',
  );
  return {
    id: typeof id === 'string' ? id : '',
    ...(key.length > 0 && { key: Object.fromEntries(key) }),
    reason: reason === 'changed' ? 'changed' : 'deleted',
  };
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function notACollection(): ConnectorError {
  return new ConnectorError({
    code: 'ERR_INVALID_RESPONSE',
    category: 'transient',
    retryable: false,
    message:
      'The answer is no collection of records; check that the service path and the entity set are right.',
  });
}
