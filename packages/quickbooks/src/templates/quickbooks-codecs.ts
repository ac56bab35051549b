import type {
  CodecOptions,
  FieldMapping,
  LookupTable,
  MappingTemplate,
} from '@common/connector-core/mapping';
import { countryNames } from './country-names.ts';

/** A text field with its length; blanks at its ends mean nothing. */
export const text = (maxLength: number): CodecOptions => ({ kind: 'text', trim: true, maxLength });

/** Quantities have 3 places. One with more is refused: extend the template with a rounding of your own. */
export const quantity: CodecOptions = { kind: 'decimal', scale: 3 };

/** An amount or price of a document: at least the places of its currency. */
export const amount: CodecOptions = { kind: 'decimal', minScale: { currencyField: 'currency' } };

/** The same in a line. */
export const lineAmount: CodecOptions = {
  kind: 'decimal',
  minScale: { currencyField: '^.currency' },
};

/** `Active` of name lists, which are deactivated in place of being deleted. */
export const inactive: CodecOptions = { kind: 'flag', true: false, false: true };

/** `LineNum`, a number. */
export const lineNumber: FieldMapping = {
  vendor: 'LineNum',
  canonical: 'lineNumber',
  codec: { kind: 'text', vendorType: 'integer' },
  required: true,
};

/** Time of the last change, with the offset of the company. */
export const changedAt: FieldMapping = {
  vendor: 'MetaData.LastUpdatedTime',
  canonical: 'changedAt',
  codec: { kind: 'instant' },
  direction: 'decode',
};

export const currency: FieldMapping = {
  vendor: 'CurrencyRef.value',
  canonical: 'currency',
  codec: { kind: 'currency' },
};

/** What begins so is a custom field of the company: `CustomField.Crew #`. See `flattenCustomFields`. */
export const customFieldPrefix = 'CustomField.';

/** Countries are free text in QuickBooks: codes and common names are read, codes are written. */
export const countries: { readonly countries: LookupTable } = { countries: countryNames() };

/** The lines of an address, as `BillAddr` ↔ `addresses[kind=billing]`. */
export const addressFields = (
  vendor: 'BillAddr' | 'ShipAddr' | 'CompanyAddr',
  canonical: string,
): readonly FieldMapping[] => [
  { vendor: `${vendor}.Line1`, canonical: `${canonical}.street`, codec: text(500) },
  { vendor: `${vendor}.City`, canonical: `${canonical}.city`, codec: text(255) },
  {
    vendor: `${vendor}.CountrySubDivisionCode`,
    canonical: `${canonical}.region`,
    codec: text(255),
  },
  { vendor: `${vendor}.PostalCode`, canonical: `${canonical}.postalCode`, codec: text(30) },
];

/** A country, by its place at both ends. */
export const countryField = (vendor: string, canonical: string): FieldMapping => ({
  vendor,
  canonical,
  codec: { kind: 'lookup', table: 'countries', unknown: 'omit' },
});

/** QuickBooks keeps credit memos apart from invoices: neither is written as the other. */
export const noCreditMemo: FieldMapping = {
  canonical: 'isCreditMemo',
  constant: false,
  direction: 'encode',
};

/** The fields of a credit memo, by those of the invoice that it is the opposite of. */
export const creditMemoFields = (
  { fields }: MappingTemplate,
  without: readonly string[] = [],
): readonly FieldMapping[] => [
  ...fields.filter(
    (field) =>
      !('canonical' in field) || !['dueDate', 'isCreditMemo', ...without].includes(field.canonical),
  ),
  { canonical: 'isCreditMemo', constant: true },
];

/** Number, dates and totals of an invoice of either side; QuickBooks computes the totals. */
export const invoiceFields: readonly FieldMapping[] = [
  { vendor: 'DocNumber', canonical: 'invoiceNumber', codec: text(21) },
  { vendor: 'TxnDate', canonical: 'invoiceDate', codec: { kind: 'date' }, required: true },
  { vendor: 'DueDate', canonical: 'dueDate', codec: { kind: 'date' } },
  { vendor: 'TotalAmt', canonical: 'grossAmount', codec: amount, direction: 'decode' },
  { vendor: 'TxnTaxDetail.TotalTax', canonical: 'taxAmount', codec: amount, direction: 'decode' },
  { vendor: 'Balance', canonical: 'openAmount', codec: amount, direction: 'decode' },
];
