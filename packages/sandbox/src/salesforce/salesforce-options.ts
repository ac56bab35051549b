import type { SandboxServerOptions } from '../toolkit/create-sandbox.ts';
import type { SandboxRequest } from '../toolkit/sandbox-request.ts';
import type { SandboxResponse } from '../toolkit/sandbox-response.ts';
import type { DuplicateRule } from './data/record-checks.ts';
import type {
  FieldDefinition,
  ObjectDefinition,
  ValidationRule,
} from './schema/object-definition.ts';

/** What can be chosen when a Salesforce sandbox starts. */
export interface SalesforceSandboxOptions extends SandboxServerOptions {
  /** How many there are from the start. @default 20 */
  readonly accounts?: number | undefined;
  /** Spread over the accounts. @default 20 */
  readonly contacts?: number | undefined;
  /** Each with a standard price. @default 20 */
  readonly products?: number | undefined;
  /** With one to three lines; every third one is activated. @default 10 */
  readonly orders?: number | undefined;
  /** @default 5 */
  readonly opportunities?: number | undefined;
  /** Records of `Purchase_Order__c`, with one to three lines. @default 5 */
  readonly purchaseOrders?: number | undefined;
  /** Records of `Invoice`, when licensed. @default 5 */
  readonly invoices?: number | undefined;

  /** Consumer key. @default '3MVG9.sandbox.consumer.key' */
  readonly clientId?: string | undefined;
  /** @default 'sandbox-consumer-secret' */
  readonly clientSecret?: string | undefined;
  /** The integration user. @default 'integration@sandbox.example' */
  readonly username?: string | undefined;
  /** Public keys (PEM) that sign JWT assertions, beside the one of `settings.privateKey`. */
  readonly jwtPublicKeys?: readonly string[] | undefined;
  /** Where a code may be sent to. @default anywhere */
  readonly redirectUris?: readonly string[] | undefined;
  /** Refuses authorize calls without a code challenge. @default false */
  readonly requiresPkce?: boolean | undefined;
  /** A test organisation: JWTs are for `https://test.salesforce.com`. @default false */
  readonly isSandboxOrganization?: boolean | undefined;
  /** Whether client credentials have a user to run as. @default true */
  readonly clientCredentialsUser?: boolean | undefined;
  /** Each refresh gives a new refresh token; an old one used again ends the whole grant. @default true */
  readonly refreshTokenRotation?: boolean | undefined;
  /** Days without use after which a refresh token is void. @default never */
  readonly refreshTokenIdleDays?: number | undefined;
  /** Life of an access token, on the sandbox's clock. @default 7200 */
  readonly sessionSeconds?: number | undefined;

  /** API requests per day. @default 100000 */
  readonly dailyApiRequests?: number | undefined;
  /** `false`: the edition has no API, calls are answered 403. @default true */
  readonly apiEnabled?: boolean | undefined;
  /** Newest API version; older ones down to 31 are served too. @default 68 */
  readonly latestVersion?: number | undefined;
  /** Rows of a query page unless the client asks for fewer, 200 to 2,000. @default 2000 */
  readonly pageSize?: number | undefined;
  /** Most ids that getUpdated and getDeleted answer. @default 600000 */
  readonly maximumReplicationIds?: number | undefined;
  /** Whether getUpdated and getDeleted cut seconds off `start` and `end`. @default false */
  readonly replicationIgnoresSeconds?: boolean | undefined;

  /** Precision of SystemModstamp and the like: 1,000 stores and shows whole seconds. @default 1 */
  readonly stampPrecisionMs?: number | undefined;

  /** Whether `Invoice` and `InvoiceLine` exist. @default false */
  readonly invoicing?: boolean | undefined;
  /** Adds `CurrencyIsoCode` to objects with amounts: the first is the default. @default one currency */
  readonly currencies?: readonly string[] | undefined;
  /** More objects. */
  readonly objects?: readonly ObjectDefinition[] | undefined;
  /** More fields, by object. */
  readonly fields?: Readonly<Record<string, readonly FieldDefinition[]>> | undefined;
  readonly validationRules?: readonly ValidationRule[] | undefined;
  /** Records that look alike are refused with DUPLICATES_DETECTED. */
  readonly duplicateRules?: readonly DuplicateRule[] | undefined;

  /** How often a bulk job is looked at before it goes one state on. @default 1 */
  readonly bulkPolls?: number | undefined;
  /** Seconds of the sandbox's clock after which a bulk job is done in any case. @default 60 */
  readonly bulkSeconds?: number | undefined;
  /** Rows of a page of bulk query results, at most. @default 50000 */
  readonly bulkResultRows?: number | undefined;
  /** Real milliseconds that a streaming connect is held while nothing happens. @default 1000 */
  readonly longPollMs?: number | undefined;

  /** REST services of the organisation in Apex, below `/services/apexrest`. @default none */
  readonly apexRest?: ((request: SandboxRequest) => SandboxResponse | undefined) | undefined;
}
