import type { Clock } from '../../contract/clock.ts';
import type { WebhookHandlerOptions } from '../handle-webhook.ts';

/** What the adapters share. */
export interface WebhookAdapterOptions extends WebhookHandlerOptions {
  /**
   * Longer bodies are cut off and answered 413.
   * @default 1_048_576 (1 MiB)
   */
  readonly maxBytes?: number | undefined;
  /**
   * Slower bodies are cut off and answered 408.
   * @default 10_000
   */
  readonly bodyTimeoutMs?: number | undefined;
  readonly clock?: Clock | undefined;
}

export const defaultMaxBytes = 1024 * 1024;
export const defaultBodyTimeoutMs = 10_000;
