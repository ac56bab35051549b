import type { Clock, HttpTransport, Logger } from '@common/connector-core';
import type { Kysely } from 'kysely';
import type { Lane, LaneSession } from '../jobs/lane-worker.ts';
import type { SqlStore } from '../sql-store.ts';
import type { SqlStateTransaction } from '../state/sql-state.ts';
import type { StateSchema } from '../state/state-schema.ts';
import { type DeliveryAnswer, deliverWebhook, unanswered } from './deliver-webhook.ts';
import {
  changeEndpoint,
  type Delivery,
  type DeliveryRow,
  deliveryLanes,
  deliveryOf,
  type EndpointRow,
  endpointByKey,
  endpointOf,
  type WebhookEndpoint,
} from './outbox-rows.ts';
import { nextTry } from './retry-ladder.ts';
import { signWebhook } from './sign-webhook.ts';

export interface OutboxStepOptions {
  readonly store: SqlStore;
  readonly transport: HttpTransport;
  readonly secretsOf: (endpoint: WebhookEndpoint) => Promise<string | readonly string[]>;
  readonly waitsMs: readonly number[];
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly logger?: Logger | undefined;
  readonly random: () => number;
  readonly onDead?: ((delivery: Delivery) => void | Promise<void>) | undefined;
  readonly onDisabled?: ((endpoint: WebhookEndpoint) => void | Promise<void>) | undefined;
}

type Db = Kysely<StateSchema>;

/** Delivers what is next in a lane, and writes down what became of it. */
export function outboxStep(options: OutboxStepOptions) {
  const { store, transport, clock, logger, waitsMs, timeoutMs, random } = options;

  const within = <Result>(work: (db: Db) => Promise<Result>, session?: LaneSession) =>
    store.transaction((state) => work((state as SqlStateTransaction).database as Db), {
      lease: session?.lease(),
      repeat: 'unless-stored',
    });

  async function attempt(
    row: DeliveryRow,
    endpoint: WebhookEndpoint,
    signal: AbortSignal,
  ): Promise<DeliveryAnswer> {
    let headers: Readonly<Record<string, string>>;
    try {
      const secrets = [await options.secretsOf(endpoint)].flat();
      headers = signWebhook({ id: row.id, body: row.body, now: clock.now(), secrets });
    } catch (error) {
      // Without a signature nothing is sent; the vault may be back the next time.
      return unanswered(error);
    }
    const { url } = endpoint;
    return deliverWebhook({ transport, url, headers, body: row.body, timeoutMs, clock, signal });
  }

  function after(row: DeliveryRow, answer: DeliveryAnswer): Partial<DeliveryRow> {
    const now = clock.now();
    const attempts = row.attempts + 1;
    const told = {
      attempts,
      http_status: answer.status ?? null,
      error_code: answer.errorCode ?? null,
      error_message: answer.errorMessage ?? null,
    };
    if (answer.ok) return { ...told, status: 'done', ended_at: now, next_at: now };
    const { retryAfterMs } = answer;
    const next = answer.gone
      ? undefined
      : nextTry({ waitsMs, attempts, now, random, retryAfterMs });
    return next === undefined
      ? { ...told, status: 'dead', ended_at: now }
      : { ...told, next_at: next };
  }

  async function tell(row: DeliveryRow, disabled: WebhookEndpoint | undefined): Promise<void> {
    const { tenant, endpoint, id } = row;
    if (row.status === 'dead') {
      logger?.error('A webhook could not be delivered.', {
        tenant,
        endpoint,
        id,
        code: row.error_code,
      });
      await Promise.resolve(options.onDead?.(deliveryOf(row))).catch(() => undefined);
    }
    if (disabled !== undefined) {
      logger?.warn('A webhook endpoint is gone and was disabled.', { tenant, endpoint });
      await Promise.resolve(options.onDisabled?.(disabled)).catch(() => undefined);
    }
  }

  return async (lane: Lane, session: LaneSession): Promise<boolean> => {
    const found = await within(async (db) => {
      const row = await deliveryLanes.first(db, lane);
      if (row === undefined || row.next_at > clock.now()) return undefined;
      return { row, endpoint: await endpointByKey(db, { tenant: row.tenant, id: row.endpoint }) };
    }, session);
    if (found === undefined) return false;
    const { row, endpoint } = found;
    if (endpoint?.status !== 'active') {
      const ended = { ended_at: clock.now(), error_code: 'ERR_ENDPOINT_DISABLED' };
      await within((db) => deliveryLanes.settle(db, row, { status: 'dead', ...ended }), session);
      return true;
    }
    const answer = await attempt(row, endpointOf(endpoint), session.signal);
    const values = after(row, answer);
    const gone: Partial<EndpointRow> = {
      status: 'disabled',
      reason: 'It answered 410 Gone.',
      updated_at: clock.now(),
    };
    const isStored = await within(async (db) => {
      if (answer.gone) await changeEndpoint(db, endpoint, gone);
      return deliveryLanes.settle(db, row, values);
    }, session);
    await tell(
      isStored ? { ...row, ...values } : row,
      answer.gone ? endpointOf({ ...endpoint, ...gone }) : undefined,
    );
    return true;
  };
}
