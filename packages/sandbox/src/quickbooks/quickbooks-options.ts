import type { SandboxServerOptions } from '../toolkit/create-sandbox.ts';
import type { QuickbooksLimits } from './access/throttle.ts';
import type { QuickbooksCompany } from './company/company.ts';
import type { QuickbooksWebhook } from './webhook/webhook-notifier.ts';

/** What can be chosen when a QuickBooks sandbox starts. */
export interface QuickbooksSandboxOptions extends SandboxServerOptions {
  /** @default 'sandbox-client' */
  readonly clientId?: string | undefined;
  /** @default 'sandbox-secret' */
  readonly clientSecret?: string | undefined;
  /** The first one is that of `settings`. @default one company in USD */
  readonly companies?: readonly QuickbooksCompany[] | undefined;
  /** Per company. @default 20 */
  readonly customers?: number | undefined;
  /** @default 10 */
  readonly vendors?: number | undefined;
  /** @default 2 */
  readonly employees?: number | undefined;
  /** @default 12 */
  readonly items?: number | undefined;
  /** @default 0 */
  readonly invoices?: number | undefined;
  /** Each pays one invoice in full. @default 0 */
  readonly payments?: number | undefined;
  /** @default 0 */
  readonly bills?: number | undefined;
  /** @default 0 */
  readonly purchaseOrders?: number | undefined;
  /** IANA name of the zone whose offset times carry. @default 'America/Los_Angeles' */
  readonly timeZone?: string | undefined;
  /** Life of an access token by the sandbox's clock. @default 3600 */
  readonly accessTokenSeconds?: number | undefined;
  /** Life of a refresh token since the last refresh. @default 8726400, 101 days */
  readonly refreshTokenSeconds?: number | undefined;
  /** Life of a refresh token since consent. @default 157680000, five years */
  readonly refreshTokenHardSeconds?: number | undefined;
  /**
   * How long a refresh token works on after it was rotated. Within that time it is answered with the
   * one that replaced it. 0 is strict.
   * @default 0
   */
  readonly previousRefreshTokenMinutes?: number | undefined;
  /**
   * Throttling by the sandbox's clock; `{}` takes the vendor's numbers. A fixed clock has to be moved
   * on, or the limits are reached for good.
   * @default none
   */
  readonly limits?: QuickbooksLimits | undefined;
  /** Where changes of all companies are told. Can be set later by `actions.setWebhook`. */
  readonly webhook?: QuickbooksWebhook | undefined;
}
