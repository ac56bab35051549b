import { Decimal, type ErpRecord } from '@common/connector-core';
import { currencyMinorUnits } from '@common/connector-core/mapping';

interface Line {
  readonly lineNumber?: string;
  readonly quantity?: string;
  readonly unitPrice?: string;
  readonly netAmount?: string;
}
interface Address {
  readonly street?: string | null;
  readonly houseNumber?: string | null;
}
type Prepared = Readonly<Record<string, unknown>>;

/**
 * The record as QuickBooks can take it: lines of an update with what the stored ones have beside, the
 * amounts of lines that bring none, house numbers in the street.
 *
 * @param now - the stored record, for an update
 */
export function prepareRecord(record: ErpRecord, now?: ErpRecord): ErpRecord {
  const given = record as Prepared;
  const before = now as Prepared | undefined;
  const { lines, addresses } = given;
  const currency = given.currency ?? before?.currency;
  return {
    ...record,
    ...(isLines(lines)
      ? { lines: lines.map((line) => prepareLine(line, before?.lines, currency)) }
      : {}),
    ...(Array.isArray(addresses) ? { addresses: (addresses as Address[]).map(withStreet) } : {}),
  };
}

const isLines = (lines: unknown): lines is readonly Line[] =>
  Array.isArray(lines) && lines.every((line) => typeof line === 'object' && line !== null);

function prepareLine(line: Line, before: unknown, currency: unknown): Line {
  const stored = isLines(before)
    ? before.find(({ lineNumber }) => lineNumber !== undefined && lineNumber === line.lineNumber)
    : undefined;
  if (stored === undefined) return withAmount(line, currency);
  const { netAmount, ...rest } = stored;
  const isRepriced =
    (line.quantity !== undefined && line.quantity !== stored.quantity) ||
    (line.unitPrice !== undefined && line.unitPrice !== stored.unitPrice);
  // The amount of before does not fit another quantity or price.
  const kept = isRepriced || netAmount === undefined ? rest : stored;
  return withAmount({ ...kept, ...line }, currency);
}

/** QuickBooks wants the amount of every line, and that it is the product of quantity and price. */
function withAmount(line: Line, currency: unknown): Line {
  const { quantity, unitPrice, netAmount } = line;
  if (netAmount !== undefined || quantity === undefined || unitPrice === undefined) return line;
  const scale = (typeof currency === 'string' ? currencyMinorUnits(currency) : undefined) ?? 2;
  const product = Decimal.from(quantity).mul(unitPrice).round({ scale, rounding: 'half-even' });
  return { ...line, netAmount: product.toFixed(scale) };
}

/** QuickBooks has lines of text for an address, and no house number. */
function withStreet(address: Address): Address {
  const { houseNumber, ...rest } = address;
  if (!houseNumber) return rest;
  return { ...rest, street: rest.street ? `${rest.street} ${houseNumber}` : houseNumber };
}
