import { z } from 'zod';
import { personal } from './personal-data.ts';

/** Exact decimal in plain notation, for example `-12.50`. Never a number: doubles lose digits. */
export const decimal = z
  .string()
  .regex(/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/, 'must be a decimal in plain notation, for example "12.50"')
  .describe('Exact decimal as a string');

/** Quantity with exactly 3 places, for example `5.000`. */
export const quantity = z
  .string()
  .regex(/^-?(?:0|[1-9]\d*)\.\d{3}$/, 'must be a quantity with 3 places, for example "5.000"')
  .describe('Quantity with 3 places as a string');

/** Price or amount with the minor unit of its currency, 2 places for most, for example `100.00`. */
export const amount = decimal.describe(
  "Price or amount with the currency's minor unit (2 places by default) as a string",
);

/** Calendar date without a time zone, `YYYY-MM-DD`. */
export const date = z.iso.date().describe('Calendar date, YYYY-MM-DD');

/** Instant in UTC, for example `2026-01-31T12:00:00.1234567Z`. */
export const instant = z.iso.datetime().describe('Instant, ISO 8601 in UTC');

/** ISO 4217 alphabetic code. */
export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code, for example "EUR"')
  .describe('ISO 4217 currency code');

/** ISO 3166-1 alpha-2 code. */
export const country = z
  .string()
  .regex(/^[A-Z]{2}$/, 'must be an ISO 3166 code of two letters, for example "DE"')
  .describe('ISO 3166-1 alpha-2 country code');

/** ISO 639-1 code. */
export const language = z
  .string()
  .regex(/^[a-z]{2}$/, 'must be an ISO 639-1 code of two lower-case letters, for example "en"')
  .describe('ISO 639-1 language code');

/** Key of a record of another entity, as its own system writes it. */
export const reference = z.string().min(1).describe('Key of another record');

/** Unit of measure. */
export const unit = z
  .strictObject({
    code: z.string().min(1).describe('UN/ECE Recommendation 20 code, for example C62 (piece)'),
    vendorCode: z.string().optional().describe("The vendor's own code, for example PC"),
  })
  .describe('Unit of measure');

/** Postal address. */
export const address = z
  .strictObject({
    kind: z.string().optional().describe('What the address is for, for example billing'),
    name: personal('name', z.string()).optional(),
    street: personal('address', z.string()).optional(),
    houseNumber: personal('address', z.string()).optional(),
    postalCode: personal('address', z.string()).optional(),
    city: personal('address', z.string()).optional(),
    region: z.string().optional().describe('State or province, as the vendor codes it'),
    country: country.optional(),
  })
  .describe('Postal address');

const source = z
  .strictObject({
    system: z.string().min(1),
    entity: z.string().min(1),
    key: z.string().min(1),
    revision: z.string().optional(),
  })
  .describe('Where the record comes from; present on every record that was read');

const custom = personal(
  'custom',
  z.record(z.string(), z.json()).describe("Fields that are the customer's own, by vendor name"),
);

/** Fields that every canonical record has. */
export const recordFields = {
  source: source.optional(),
  custom: custom.optional(),
};

/** Fields of every line of a document. */
export const lineFields = {
  lineNumber: z
    .string()
    .min(1)
    .describe('Number of the line in its document, without leading zeros'),
  custom: custom.optional(),
};
