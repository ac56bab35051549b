import { type AuthStrategy, parseSettings } from '@common/connector-core';
import { z } from 'zod';

const key = z.string().regex(/^[\w-]{1,50}$/, 'must be the Id of an account, for example "79"');

/** Settings as plain data. */
export const quickbooksSettingsSchema = z.strictObject({
  realmId: z
    .string()
    .regex(
      /^\d{1,25}$/,
      'must be the number of the company, which Intuit sends back as realmId after the sign-in',
    )
    .describe('Number of the company (realm id)'),
  environment: z
    .enum(['production', 'sandbox'])
    .default('production')
    .describe('sandbox: companies for development, with the development keys of the app'),
  baseUrl: z
    .url({
      protocol: /^https?$/,
      error: 'must be the address of the API, for example "https://quickbooks.api.intuit.com"',
      abort: true,
    })
    .refine((url) => !/\/v3\b/.test(url), 'must end before /v3: the connector knows the paths')
    .optional()
    .describe('Address of the API in place of that of the environment'),
  minorVersion: z
    .int()
    .min(75, 'must be 75 at least: Intuit ignores lower ones since 2025-08-01')
    .default(75)
    .describe('Minor version of the API'),
  salesOrderAs: z
    .enum(['estimate', 'salesReceipt'])
    .default('estimate')
    .describe('What stands for a sales order, which QuickBooks Online does not have'),
  homeCurrency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code, for example "USD"')
    .optional()
    .describe('Currency of the books; without it the preferences of the company are asked'),
  accounts: z
    .strictObject({
      income: key.optional().describe('Income account of new products'),
      expense: key.optional().describe('Expense account of new products'),
      asset: key.optional().describe('Asset account of new inventory products'),
      payable: key.optional().describe('Payable account of new purchase orders'),
    })
    .default({})
    .describe('Accounts (their Ids) for new records that bring none'),
  pageSize: z.int().min(1).max(1000).default(1000).describe('Records in a page'),
  safetyLagMs: z
    .int()
    .min(0)
    .default(60_000)
    .describe('How far a new search for changes reaches back'),
  // Intuit, limits and throttles.
  throttlePauseMs: z
    .int()
    .min(0)
    .default(60_000)
    .describe('How long all requests wait after a 429 that does not say'),
});

/** Settings with their defaults. */
export type QuickbooksConfiguration = z.output<typeof quickbooksSettingsSchema>;

/** What `quickbooks()` takes besides `QuickbooksOptions`. */
export interface QuickbooksSettings {
  /** Number of the company, which Intuit sends back as `realmId` after the sign-in. */
  readonly realmId: string;
  /** How to sign in: `quickbooksOauth`, or `oauth2RefreshToken` with a token that came elsewhere. */
  readonly auth: AuthStrategy;
  /**
   * `sandbox` companies are for development and take the development keys of the app.
   * @default 'production'
   */
  readonly environment?: 'production' | 'sandbox' | undefined;
  /** Address of the API in place of that of the environment, for tests and gateways. */
  readonly baseUrl?: string | undefined;
  /**
   * Minor version of the API. Intuit takes lower ones as 75 since 2025-08-01.
   * @default 75
   */
  readonly minorVersion?: number | undefined;
  /**
   * What stands for a sales order, which QuickBooks Online does not have.
   * @default 'estimate'
   */
  readonly salesOrderAs?: 'estimate' | 'salesReceipt' | undefined;
  /**
   * Currency of the books, for records that name none.
   * @default the company's preferences are asked once
   */
  readonly homeCurrency?: string | undefined;
  /** Accounts, by their Ids, for new records that bring none in `custom`. */
  readonly accounts?:
    | {
        readonly income?: string | undefined;
        readonly expense?: string | undefined;
        readonly asset?: string | undefined;
        readonly payable?: string | undefined;
      }
    | undefined;
  /**
   * Records in a page, at most 1000.
   * @default 1000
   */
  readonly pageSize?: number | undefined;
  /**
   * How far a search for changes reaches back behind the end of the last one, in milliseconds, for
   * changes that show late.
   * @default 60000
   */
  readonly safetyLagMs?: number | undefined;
  /**
   * How long all requests wait after a 429 that does not say, in milliseconds. Intuit asks for a minute.
   * @default 60000
   */
  readonly throttlePauseMs?: number | undefined;
}

/** @throws ConnectorError `ERR_CONFIGURATION` naming every bad setting, and those that do not exist */
export function readQuickbooksSettings(settings: object): QuickbooksConfiguration {
  return parseSettings(quickbooksSettingsSchema, settings, 'quickbooks');
}

/** Quickbooks facts 2.1. */
const baseUrls = {
  production: 'https://quickbooks.api.intuit.com',
  sandbox: 'https://sandbox-quickbooks.api.intuit.com',
} as const;

/** Where the API is. */
export const baseUrlOf = ({ baseUrl, environment }: QuickbooksConfiguration): string =>
  baseUrl ?? baseUrls[environment];
