import {
  type CallOptions,
  ConnectorError,
  Decimal,
  type DecodedRecords,
  decodeRecords,
  type ErpRecord,
} from '@common/connector-core';
import type { Mapping } from '@common/connector-core/mapping';
import type { QuickbooksEntity, Row } from './quickbooks-entity.ts';
import type { QuickbooksSession } from './quickbooks-session.ts';
import { toFlat } from './row/flat-row.ts';

/** Where an entity is read and written. */
export interface QuickbooksTarget {
  readonly entity: QuickbooksEntity;
  readonly mapping: Mapping<object, Row>;
  readonly session: QuickbooksSession;
}

/** The home currency, if a row needs it. */
export async function currencyFor(
  { entity, session }: QuickbooksTarget,
  rows: readonly Row[],
  call: CallOptions,
): Promise<string | undefined> {
  if (!entity.hasCurrency || rows.every((row) => row.CurrencyRef !== undefined)) return undefined;
  return session.homeCurrency(call);
}

/** A record that cannot be decoded is reported beside the others and does not stop them. */
export async function decodeRows(
  target: QuickbooksTarget,
  rows: readonly Row[],
  call: CallOptions,
): Promise<DecodedRecords<ErpRecord>> {
  const homeCurrency = await currencyFor(target, rows, call);
  return decodeRecords(rows, {
    decode: (row) => decodeRow(target, row, homeCurrency),
    keyOf: (row) => (typeof row.Id === 'string' ? row.Id : undefined),
  });
}

/** @throws ConnectorError `ERR_MAPPING` with the path of the first problem */
export function decodeRow(
  { entity, mapping }: Pick<QuickbooksTarget, 'entity' | 'mapping'>,
  row: Row,
  homeCurrency: string | undefined,
): ErpRecord {
  const record = mapping.decode(toFlat(entity, row, { homeCurrency })) as ErpRecord;
  const revision = row.SyncToken;
  return {
    ...record,
    ...(entity.name === 'company' ? { companyNumber: keyOf(row) } : {}),
    ...statusOf(row, record),
    source: {
      system: 'quickbooks',
      entity: entity.name,
      key: keyOf(row),
      ...(typeof revision === 'string' ? { revision } : {}),
    },
  };
}

/** Invoices have no status of their own: it follows from the amounts. A voided one says so in its note. */
function statusOf(row: Row, record: ErpRecord): { readonly status?: string } {
  const { grossAmount, openAmount } = record as {
    readonly grossAmount?: string;
    readonly openAmount?: string;
  };
  if (grossAmount === undefined || openAmount === undefined) return {};
  if (isVoided(row, grossAmount)) return { status: 'cancelled' };
  if (Decimal.parse(openAmount).isZero()) return { status: 'paid' };
  return { status: Decimal.parse(openAmount).equals(grossAmount) ? 'open' : 'partially_paid' };
}

const isVoided = ({ PrivateNote }: Row, grossAmount: string): boolean =>
  Decimal.parse(grossAmount).isZero() && /\bvoided\b/i.test(String(PrivateNote ?? ''));

/** @throws ConnectorError `ERR_INVALID_RESPONSE` for a record without one */
export function keyOf({ Id }: Row): string {
  if (typeof Id === 'string' && Id !== '') return Id;
  throw new ConnectorError({
    code: 'ERR_INVALID_RESPONSE',
    category: 'transient',
    retryable: false,
    message: 'QuickBooks answered with a record without its Id. Report it to Intuit.',
    system: 'quickbooks',
  });
}
