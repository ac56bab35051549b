import type { FieldMapping, LookupTable } from '@common/connector-core/mapping';
import { countryCodes } from './country-codes.ts';
import { text } from './salesforce-codecs.ts';

/** How an org keeps countries. */
export interface AddressOptions {
  /** State and Country/Territory Picklists: the code has a field of its own. @default false */
  readonly countryPicklists?: boolean | undefined;
}

/**
 * The fields of an address, whose names begin with its kind: `BillingStreet`. Without picklists the
 * country is a text, which people write as a code or as its English name; codes are written.
 */
export function addressFields(
  prefix: string,
  at: string,
  { countryPicklists = false }: AddressOptions,
): readonly FieldMapping[] {
  return [
    { vendor: `${prefix}Street`, canonical: `${at}.street`, codec: text(255) },
    { vendor: `${prefix}PostalCode`, canonical: `${at}.postalCode`, codec: text(20) },
    { vendor: `${prefix}City`, canonical: `${at}.city`, codec: text(40) },
    {
      vendor: countryPicklists ? `${prefix}StateCode` : `${prefix}State`,
      canonical: `${at}.region`,
      codec: text(80),
    },
    countryPicklists
      ? { vendor: `${prefix}CountryCode`, canonical: `${at}.country`, codec: text(10) }
      : {
          vendor: `${prefix}Country`,
          canonical: `${at}.country`,
          // A country that nobody knows is left out; it is no reason to lose the record.
          codec: { kind: 'lookup', table: 'countries', unknown: 'omit' },
        },
  ];
}

/** Codes first, for the first one is written; then English names. */
export function countryTable({ countryPicklists = false }: AddressOptions): {
  readonly tables?: { readonly countries: LookupTable };
} {
  if (countryPicklists) return {};
  const names = new Intl.DisplayNames(['en'], { type: 'region' });
  const rows = new Map(countryCodes.map((code) => [code, code]));
  for (const code of countryCodes) rows.set(names.of(code) ?? code, code);
  for (const [name, code] of otherNames) rows.set(name, code);
  return { tables: { countries: [...rows] } };
}

const otherNames = [
  ['USA', 'US'],
  ['U.S.A.', 'US'],
  ['UK', 'GB'],
  ['Great Britain', 'GB'],
  ['England', 'GB'],
  ['Deutschland', 'DE'],
  ['Czech Republic', 'CZ'],
  ['Turkey', 'TR'],
  ['Russia', 'RU'],
  ['Korea, Republic of', 'KR'],
  ['Viet Nam', 'VN'],
] as const;
