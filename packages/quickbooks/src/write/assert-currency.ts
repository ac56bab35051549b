import { type CallOptions, ConnectorError } from '@common/connector-core';
import type { QuickbooksTarget } from '../decode-rows.ts';
import type { Row } from '../quickbooks-entity.ts';
import { isRow } from '../row/merge-row.ts';

/**
 * A company without several currencies has no property for one: the home currency goes without saying,
 * another one is refused before QuickBooks does it in harder words.
 *
 * @throws ConnectorError `ERR_VALIDATION`
 */
export async function assertCurrency(
  { entity, session }: QuickbooksTarget,
  row: Row,
  call: CallOptions,
  /** Of the stored record, where it names none. */
  implied?: string | undefined,
): Promise<Row> {
  const { CurrencyRef, ...rest } = row;
  if (!isRow(CurrencyRef) || typeof CurrencyRef.value !== 'string') return row;
  if (CurrencyRef.value === implied) return rest;
  const preferences = await session.preferences(call);
  if (preferences?.isMultiCurrency !== false) return row;
  if (CurrencyRef.value === preferences.homeCurrency) return rest;
  throw new ConnectorError({
    code: 'ERR_VALIDATION',
    category: 'validation',
    message: `The company has one currency, ${preferences.homeCurrency ?? 'that of its books'}. Turn on multicurrency in QuickBooks (Account and settings, Advanced), or write the record in that currency.`,
    system: 'quickbooks',
    entity: entity.name,
    path: 'currency',
  });
}
