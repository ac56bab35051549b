import {
  type CallOptions,
  ConnectorError,
  type ErpRecord,
  type RecordCondition,
  type RecordFailure,
} from '@common/connector-core';
import type { Mapping } from '@common/connector-core/mapping';
import {
  keysetFilter,
  type ODataClient,
  type ODataPage,
  type ODataRecord,
} from '@common/connector-odata';
import { changeTimeOf } from './sap-change-time.ts';
import type { SapEntity } from './sap-entities.ts';
import { filterOf } from './sap-query.ts';

/** A record with what the canonical form does not show. */
export interface ReadRecord<Record extends ErpRecord = ErpRecord> {
  readonly record: Record;
  /** Change time with seven fraction digits, so that texts compare as times do; empty when there is none. */
  readonly changedAt: string;
  readonly etag: string | undefined;
}

export interface DecodedPage<Record extends ErpRecord = ErpRecord> {
  readonly records: readonly ReadRecord<Record>[];
  readonly failures: readonly RecordFailure[];
  /** Where the service says that there is more. */
  readonly nextLink: string | undefined;
  readonly totalCount: number | undefined;
}

/** A page of a read by key. */
export interface KeyedPage<Record extends ErpRecord = ErpRecord> extends DecodedPage<Record> {
  /** Continue behind this key. */
  readonly lastKey: string;
}

export interface StoredRecord {
  readonly record: ODataRecord;
  readonly etag?: string | undefined;
}

export interface SapReader {
  get(entity: SapEntity, key: string, call: CallOptions): Promise<ReadRecord | undefined>;
  /** The vendor's record as it is stored, navigations expanded. */
  stored(entity: SapEntity, key: string, call: CallOptions): Promise<StoredRecord | undefined>;
  /** Everything that fits a filter, as the service pages it. */
  pages<Record extends ErpRecord>(
    entity: SapEntity,
    query: { readonly filters?: readonly string[]; readonly orderBy: readonly string[] },
    call: CallOptions,
  ): AsyncIterable<DecodedPage<Record>>;
  /** Everything in the order of the key, page by page, each page a request of its own. */
  byKey<Record extends ErpRecord>(
    entity: SapEntity,
    query: {
      readonly after?: string | undefined;
      readonly where?: readonly RecordCondition[] | undefined;
      readonly pageSize?: number | undefined;
    },
    call: CallOptions,
  ): AsyncIterable<KeyedPage<Record>>;
  /** The first record in an order. */
  first(
    entity: SapEntity,
    orderBy: readonly string[],
    call: CallOptions,
  ): Promise<ReadRecord | undefined>;
}

export interface SapReaderOptions {
  readonly clientOf: (entity: SapEntity) => ODataClient;
  readonly mappingOf: (entity: SapEntity) => Mapping<object, ODataRecord>;
  readonly pageSize: number;
  readonly paging: 'server' | 'client';
  readonly language: string;
}

export function createSapReader(options: SapReaderOptions): SapReader {
  const { clientOf, mappingOf, pageSize, paging, language } = options;

  const decode = <Record extends ErpRecord>(
    entity: SapEntity,
    vendor: ODataRecord,
    etag: string | undefined,
  ): ReadRecord<Record> => {
    const changedAt = changeTimeOf(entity, vendor);
    const decoded = mappingOf(entity).decode(vendor) as {
      descriptions?: readonly { language: string; text?: string }[];
    };
    const description = decoded.descriptions?.find(
      (text) => text.language === language.toLowerCase(),
    )?.text;
    const record = {
      ...decoded,
      ...(description ? { description } : {}),
      ...(changedAt && entity.changeTime === 'date-and-time' ? { changedAt } : {}),
      source: {
        system: 'sap',
        entity: entity.name,
        key: String(vendor[entity.keyProperty]),
        ...(changedAt ? { revision: changedAt } : {}),
      },
    };
    return { record: record as unknown as Record, changedAt, etag };
  };

  const decodePage = <Record extends ErpRecord>(
    entity: SapEntity,
    page: ODataPage,
  ): DecodedPage<Record> => {
    const records: ReadRecord<Record>[] = [];
    const failures: RecordFailure[] = page.failures.map(({ key, error }) => ({
      key: key && String(key[entity.keyProperty] ?? key[entity.orderProperty]),
      error,
    }));
    for (const [index, vendor] of page.records.entries()) {
      try {
        records.push(decode(entity, vendor, page.etags[index]));
      } catch (error) {
        failures.push({ key: String(vendor[entity.keyProperty]), error: error as Error });
      }
    }
    return { records, failures, nextLink: page.nextLink, totalCount: page.totalCount };
  };

  const list = (
    entity: SapEntity,
    query: { filter?: string | undefined; orderBy: readonly string[]; top?: number | undefined },
    call: CallOptions,
  ) =>
    clientOf(entity).list({
      entity: entity.type,
      query: { ...query, expand: entity.expand },
      ...call,
      ...(paging === 'client' && query.top === undefined ? { clientPageSize: pageSize } : {}),
    });

  const stored = async (
    entity: SapEntity,
    key: string,
    call: CallOptions,
  ): Promise<StoredRecord | undefined> => {
    if (entity.keyProperty === entity.orderProperty) {
      const query = { expand: entity.expand };
      return clientOf(entity).get({ entity: entity.type, key, query, ...call });
    }
    // A customer or supplier number is no key of the business partner that it belongs to.
    const filter = `${entity.keyProperty} eq '${key.replaceAll("'", "''")}'`;
    for await (const page of list(entity, { filter, orderBy: [entity.orderProperty] }, call)) {
      const [record] = page.records;
      if (record) return { record, etag: page.etags[0] };
    }
    return undefined;
  };

  return {
    stored,

    async get(entity, key, call) {
      const found = await stored(entity, key, call);
      return found && decode(entity, found.record, found.etag);
    },

    async *pages<Record extends ErpRecord>(
      entity: SapEntity,
      { filters = [], orderBy }: { filters?: readonly string[]; orderBy: readonly string[] },
      call: CallOptions,
    ) {
      const restriction = filterOf(entity);
      // Alternatives repeat the restriction: `R and A or R and B` needs no parentheses.
      const filter = (filters.length > 0 ? filters : [undefined])
        .map((one) => [restriction, one].filter((part) => part !== undefined).join(' and '))
        .join(' or ');
      for await (const page of list(entity, { filter: filter || undefined, orderBy }, call)) {
        yield decodePage<Record>(entity, page);
      }
    },

    async *byKey<Record extends ErpRecord>(
      entity: SapEntity,
      query: {
        readonly after?: string | undefined;
        readonly where?: readonly RecordCondition[] | undefined;
        readonly pageSize?: number | undefined;
      },
      call: CallOptions,
    ) {
      const restriction = filterOf(entity, query.where);
      const top = Math.min(query.pageSize ?? pageSize, entity.capabilities.maxPageSize);
      const column = { name: entity.orderProperty, type: 'Edm.String' };
      let after = query.after;
      // Ends at an empty answer, never at a short one: a service may cap `$top` without saying so.
      for (;;) {
        const before = after;
        const filter =
          after === undefined
            ? restriction
            : keysetFilter({
                columns: [{ ...column, value: after }],
                where: restriction,
                version: entity.version,
              });
        const orderBy = [entity.orderProperty];
        let count = 0;
        for await (const page of list(entity, { filter, orderBy, top }, call)) {
          const last: ODataRecord | undefined = page.records.at(-1) ?? page.failures.at(-1)?.key;
          if (last === undefined) continue;
          count += 1;
          after = String(last[entity.orderProperty]);
          yield { ...decodePage<Record>(entity, page), lastKey: after };
        }
        if (count === 0) return;
        if (after === before) throw repeated(entity);
      }
    },

    async first(entity, orderBy, call) {
      const filter = filterOf(entity);
      for await (const page of list(entity, { filter, orderBy, top: 1 }, call)) {
        const [found] = page.records;
        return found && decode(entity, found, page.etags[0]);
      }
      return undefined;
    },
  };
}

function repeated(entity: SapEntity): ConnectorError {
  return new ConnectorError({
    code: 'ERR_PAGINATION_LOOP',
    category: 'internal',
    message: `SAP answers the same page of ${entity.name} again, so the read would never end. The service may ignore $filter on ${entity.orderProperty}.`,
    system: 'sap',
    entity: entity.name,
  });
}
