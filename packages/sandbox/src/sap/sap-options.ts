import type { SandboxServerOptions } from '../toolkit/create-sandbox.ts';

/** What can be chosen when an S/4HANA sandbox starts. */
export interface SapSandboxOptions extends SandboxServerOptions {
  /** @default 1000 */
  readonly products?: number | undefined;
  /** Numbered from 17300001. @default 20 */
  readonly suppliers?: number | undefined;
  /** More suppliers, blocked for purchasing, numbered from 17390001. @default 0 */
  readonly blockedSuppliers?: number | undefined;
  /** Numbered from 10100001. @default 50 */
  readonly customers?: number | undefined;
  /** Numbered from 4500000000. @default 0 */
  readonly purchaseOrders?: number | undefined;
  /** Currencies of the seeded orders. @default ['EUR'] */
  readonly currencies?: readonly string[] | undefined;
  /** SAP client; a call that names another one is not let in. @default '100' */
  readonly client?: string | undefined;
  /** User name to password. @default { COMM_USER: 'sandbox-password' } */
  readonly users?: Readonly<Record<string, string>> | undefined;
  /** @default clientId 'sandbox-client', clientSecret 'sandbox-secret' */
  readonly oauthClient?: { readonly clientId: string; readonly clientSecret: string } | undefined;
  /** Lifetime of an access token, on the sandbox's clock. @default 3600 */
  readonly tokenLifetimeSeconds?: number | undefined;
  /** @default 'sandbox-api-key' */
  readonly apiKey?: string | undefined;
  /** Most rows of one page. @default 1000 */
  readonly pageSize?: number | undefined;
  /** `false`: pages only by `$top` and `$skip`, there are no next links. @default true */
  readonly serverPaging?: boolean | undefined;
  /** What happens to server-maintained properties in a write. @default 'ignore' */
  readonly readOnlyProperties?: 'ignore' | 'reject' | undefined;
  /**
   * Whether the header's LastChangeDateTime moves when only an item or a schedule line was changed.
   * @default true
   */
  readonly headerTimestampOnItemChange?: boolean | undefined;
  /** Days from today to a delivery date that was not given. @default 14 */
  readonly defaultDeliveryDays?: number | undefined;
  /** Services that are not activated: they answer 404. */
  readonly inactiveServices?: readonly string[] | undefined;
  /** Services that the users have no role for: they answer 403. */
  readonly revokedServices?: readonly string[] | undefined;
  /** Whether V4 services take a JSON `$batch`; no source says that ABAP does. @default false */
  readonly jsonBatch?: boolean | undefined;
  /** Whether `$1` in a change set names the entity of an earlier part. @default true */
  readonly contentIdReferences?: boolean | undefined;
}
