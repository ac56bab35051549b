import type { CallOptions } from '../contract/call-options.ts';
import type {
  ConnectorEvent,
  WebhookReceipt,
  WebhookRequest,
} from '../contract/connector-event.ts';
import type { Logger } from '../contract/logger.ts';
import { redact } from '../errors/redact.ts';
import type { WebhookReceiver } from './create-webhook-receiver.ts';

/** What an app does with webhooks. */
export interface WebhookHandlerOptions {
  /** `createWebhookReceiver(…)`, or `receiveWebhook` of a connector. */
  readonly receive: WebhookReceiver;
  /**
   * Puts events where they survive: a table, a queue. The vendor is answered when it is done, so it
   * has to be quick (vendors wait 3 s). When it fails, the vendor is asked to send them again.
   */
  readonly store: (events: readonly ConnectorEvent[], options: CallOptions) => Promise<void>;
  /**
   * Works on the events after the answer has gone. What is lost here, for example because the
   * process ends, is still where `store` put it.
   */
  readonly process?: ((events: readonly ConnectorEvent[]) => Promise<void>) | undefined;
  /** @default silent */
  readonly logger?: Logger | undefined;
}

/** The answer, and what to do once it has gone. */
export interface HandledWebhook {
  readonly response: WebhookReceipt['response'];
  /** Never rejects. */
  readonly afterwards: () => Promise<void>;
}

/** Verify, store, acknowledge, answer; then process. Never rejects. */
export async function handleWebhook(
  request: WebhookRequest,
  options: WebhookHandlerOptions & CallOptions,
): Promise<HandledWebhook> {
  const { receive, store, process, logger, signal, correlationId } = options;
  const report = (message: string, error: unknown): void =>
    logger?.error(message, { reason: error instanceof Error ? redact(error.message) : 'unknown' });

  let receipt: WebhookReceipt;
  try {
    receipt = await receive(request, { signal, correlationId });
  } catch (error) {
    // A connector's receiver may throw, for example when its audit is down.
    report('A webhook could not be received; the vendor is to send it again.', error);
    return { response: unavailable, afterwards: nothing };
  }
  const { response, events, acknowledge, release } = receipt;
  if (events.length === 0) return { response, afterwards: nothing };
  try {
    await store(events, { signal, correlationId });
    await acknowledge?.();
  } catch (error) {
    report('Events of a webhook could not be stored; the vendor is to send them again.', error);
    // Without it the claim ends by itself, a little later.
    await release?.().catch(() => undefined);
    return { response: unavailable, afterwards: nothing };
  }
  return {
    response,
    async afterwards() {
      try {
        await process?.(events);
      } catch (error) {
        report('Stored events of a webhook could not be processed.', error);
      }
    },
  };
}

const unavailable = { status: 503, headers: { 'retry-after': '10' } } as const;

const nothing = async (): Promise<void> => undefined;
