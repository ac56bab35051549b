import {
  ConnectorError,
  decodeRecords,
  type ErpRecord,
  type RecordFailure,
} from '@common/connector-core';
import type { Mapping } from '@common/connector-core/mapping';
import type { ODataPage, ODataRecord } from '@common/connector-odata';
import { withCustomDates } from './custom-fields.ts';
import { changeTimeOf } from './sap-change-time.ts';
import type { SapEntity } from './sap-entity.ts';

/** A record with what the canonical form does not show. */
export interface ReadRecord {
  readonly record: ErpRecord;
  /** Change time with seven fraction digits, so that texts compare as times do; empty when there is none. */
  readonly changedAt: string;
}

/** A page of a read in the order of the key. */
export interface KeyedPage {
  readonly records: readonly ReadRecord[];
  readonly failures: readonly RecordFailure[];
  /** The next page begins behind this key. */
  readonly lastKey: string;
}

/** What a record needs to become canonical. */
export interface Decoding {
  readonly entity: SapEntity;
  readonly mapping: Mapping<object, ODataRecord>;
  /** Language of the connection, as SAP writes it. */
  readonly language: string;
}

/** @throws ConnectorError `ERR_MAPPING` with the path of the first problem */
export function decodeRecord(vendor: ODataRecord, decoding: Decoding): ReadRecord {
  const { entity, mapping, language } = decoding;
  const changedAt = changeTimeOf(entity, vendor);
  const decoded = mapping.decode(vendor) as ErpRecord & {
    readonly descriptions?: readonly { readonly language: string; readonly text?: string }[];
  };
  const description = decoded.descriptions?.find(
    (text) => text.language === language.toLowerCase(),
  )?.text;
  return {
    record: {
      ...decoded,
      ...(description ? { description } : {}),
      ...(changedAt && entity.changeTime === 'date-and-time' ? { changedAt } : {}),
      source: {
        system: 'sap',
        entity: entity.name,
        key: String(vendor[entity.keyProperty]),
        ...(changedAt ? { revision: changedAt } : {}),
      },
    },
    changedAt,
  };
}

/** A record that cannot be decoded is reported beside the others and does not stop them. */
export function decodePage(page: ODataPage, decoding: Decoding): KeyedPage {
  const { entity } = decoding;
  const unreadable = page.failures.map(({ key, error }) => ({
    key: textOf(key?.[entity.keyProperty]) ?? textOf(key?.[entity.orderProperty]),
    error,
  }));
  const { records, failures } = decodeRecords(page.records, {
    decode: (vendor) => decodeRecord(withCustomDates(entity, vendor), decoding),
    keyOf: (vendor) => textOf(vendor[entity.keyProperty]),
  });
  return { records, failures: [...unreadable, ...failures], lastKey: lastKeyOf(page, entity) };
}

function lastKeyOf(page: ODataPage, { name, orderProperty }: SapEntity): string {
  const last = page.records.length + page.failures.length - 1;
  const failed = page.failures.find(({ index }) => index === last);
  const key = (failed ? failed.key : page.records.at(-1))?.[orderProperty];
  if (typeof key === 'string') return key;
  throw new ConnectorError({
    code: 'ERR_INVALID_RESPONSE',
    category: 'internal',
    message: `The last ${name} of a page came without its ${orderProperty}, so nobody knows where the next page begins. Look at the record in SAP.`,
    system: 'sap',
    entity: name,
  });
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;
