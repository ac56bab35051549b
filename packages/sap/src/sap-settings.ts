import { type AuthStrategy, parseSettings } from '@common/connector-core';
import { z } from 'zod';

/** Settings as plain data. */
export const sapSettingsSchema = z.strictObject({
  baseUrl: z
    .url({
      protocol: /^https?$/,
      error:
        'must be the address of the system, for example "https://my000000-api.s4hana.cloud.sap"',
      abort: true,
    })
    .refine((url) => !/^\/sap\//i.test(pathOf(url)) && !/\/sap\/opu\b/i.test(pathOf(url)), {
      error: 'must end before /sap/opu/…: the connector knows the paths of the services',
    })
    .describe('Address of the system, without the path of a service'),
  client: z
    .string()
    .regex(/^\d{3}$/, 'must be three digits, for example "100"')
    .optional()
    .describe('SAP client; without one the default client of the system answers'),
  language: z
    .string()
    .regex(/^[A-Z]{2}$/, 'must be two capital letters, for example "EN"')
    .default('EN')
    .describe('Language of texts and messages'),
  query: z
    .record(
      z.string().regex(/^[\w-]+$/, 'must be the name of a parameter, for example "saml2"'),
      z.string(),
    )
    .default({})
    .describe('Further parameters of every call'),
  purchaseOrderApi: z
    .enum(['v2', 'v4'])
    .default('v2')
    .describe('v2: API_PURCHASEORDER_PROCESS_SRV (deprecated by SAP); v4: api_purchaseorder_2'),
  companyCodes: z
    .array(z.string().regex(/^\w{1,4}$/, 'must be a company code of up to four characters'))
    .min(1)
    .optional()
    .describe('Only purchase orders of these company codes'),
  pageSize: z.int().min(1).max(5000).default(1000).describe('Records in a page of a full read'),
  safetyLagMs: z
    .int()
    .min(0)
    .default(5 * 60_000)
    .describe('How far a new search for changes reaches back: longer than the longest transaction'),
  referenceField: z
    .enum(['CorrespncInternalReference', 'CorrespncExternalReference', 'none'])
    .default('CorrespncInternalReference')
    .describe('Field of a purchase order that holds the idempotency key (12 characters)'),
});

/** Settings with their defaults. */
export type SapConfiguration = z.output<typeof sapSettingsSchema>;

/** What `sap()` takes besides `SapOptions`. */
export interface SapSettings {
  /**
   * Scheme, host and port, for example `https://my000000-api.s4hana.cloud.sap`; with the prefix of a gateway
   * in front, but without the path of a service.
   */
  readonly baseUrl: string;
  /** How to sign in: `basic`, `oauth2ClientCredentials`, `apiKey` (API Business Hub sandbox), … */
  readonly auth: AuthStrategy;
  /**
   * SAP client, three digits. Without one the default client of the system answers.
   * @example '100'
   */
  readonly client?: string | undefined;
  /**
   * Language of texts and messages, as SAP writes it.
   * @default 'EN'
   */
  readonly language?: string | undefined;
  /**
   * Further query parameters of every call. With `{ saml2: 'disabled' }` systems with single sign-on do not
   * answer API calls with a login page.
   * @default {}
   */
  readonly query?: Readonly<Record<string, string>> | undefined;
  /**
   * Which service purchase orders go through. `v2` is API_PURCHASEORDER_PROCESS_SRV, which SAP has marked as
   * deprecated but every release has; `v4` is api_purchaseorder_2.
   * @default 'v2'
   */
  readonly purchaseOrderApi?: 'v2' | 'v4' | undefined;
  /**
   * Only purchase orders of these company codes.
   * @default all
   */
  readonly companyCodes?: readonly string[] | undefined;
  /**
   * Records in a page of a full read, at most 5000.
   * @default 1000
   */
  readonly pageSize?: number | undefined;
  /**
   * How far a new search for changes reaches back behind the last change that was seen, in milliseconds,
   * until nothing newer has come for that long. A change that takes longer than this to commit may be missed.
   * @default 300000
   */
  readonly safetyLagMs?: number | undefined;
  /**
   * Field of a purchase order that holds the idempotency key, so that an order whose answer was lost
   * is found again. `none`: lost answers stay unknown.
   * @default 'CorrespncInternalReference'
   */
  readonly referenceField?:
    | 'CorrespncInternalReference'
    | 'CorrespncExternalReference'
    | 'none'
    | undefined;
}

/** @throws ConnectorError `ERR_CONFIGURATION` naming every bad setting, and those that do not exist */
export function readSapSettings(settings: object): SapConfiguration {
  return parseSettings(sapSettingsSchema, settings, 'sap');
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : '';
}
