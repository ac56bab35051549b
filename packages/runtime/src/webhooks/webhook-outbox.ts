import { randomUUID } from 'node:crypto';
import {
  axiosTransport,
  type Clock,
  ConnectorError,
  type HttpTransport,
  type JsonValue,
  type Logger,
  type NetworkPolicy,
  redact,
  systemClock,
} from '@common/connector-core';
import type { StateTransaction } from '@common/connector-sync';
import type { Kysely } from 'kysely';
import type { JobEngine, JobWorker, WorkOptions } from '../jobs/job-engine.ts';
import { type Lane, startLanes, wakeLane } from '../jobs/lane-worker.ts';
import { pruner } from '../jobs/prune-rows.ts';
import type { SqlStore } from '../sql-store.ts';
import type { SqlStateTransaction } from '../state/sql-state.ts';
import type { StateSchema } from '../state/state-schema.ts';
import {
  type Delivery,
  type DeliveryKey,
  type DeliveryRow,
  deliveryLanes,
  deliveryOf,
  type EndpointKey,
  endpointByKey,
  endpointOf,
  endpointsOf,
  type WebhookEndpoint,
} from './outbox-rows.ts';
import { outboxStep } from './outbox-step.ts';
import { standardWaitsMs } from './retry-ladder.ts';

/** A subscriber that is registered. */
export interface NewEndpoint extends EndpointKey {
  /** `https:`. */
  readonly url: string;
  /** Types of messages that it gets. @default all */
  readonly types?: readonly string[] | undefined;
  /**
   * One message after the other: one that fails keeps the others waiting.
   * @default false
   */
  readonly inOrder?: boolean | undefined;
}

/** Something to tell subscribers. */
export interface OutboxMessage {
  readonly tenant: string;
  /** For example `order.changed`. */
  readonly type: string;
  /** The whole body. Keep it under 20 kB: say what changed, let them read it. */
  readonly data: JsonValue;
  /**
   * `webhook-id`: receivers know a repetition by it. No dots. The same one twice is one message.
   * @default `msg_` and a UUID
   */
  readonly id?: string | undefined;
}

export interface WebhookOutboxOptions {
  readonly store: SqlStore;
  readonly engine: JobEngine;
  /**
   * Secrets that requests to an endpoint are signed with, for example out of the vault: `whsec_` and base64.
   * Several while a receiver changes its key.
   */
  readonly secretsOf: (endpoint: WebhookEndpoint) => Promise<string | readonly string[]>;
  /**
   * Waits between tries.
   * @default 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h
   */
  readonly waitsMs?: readonly number[] | undefined;
  /** @default 20_000 */
  readonly timeoutMs?: number | undefined;
  /**
   * Where deliveries may lead.
   * @default public addresses only: tenants type in the URLs
   */
  readonly network?: NetworkPolicy | undefined;
  /**
   * Whether endpoints may have `http:`; for tests.
   * @default false
   */
  readonly allowHttp?: boolean | undefined;
  /** In place of the default one and of `network`. Who made it closes it. */
  readonly transport?: HttpTransport | undefined;
  /** Told of every dead letter, once it is stored. */
  readonly onDead?: ((delivery: Delivery) => void | Promise<void>) | undefined;
  /** Told when an endpoint has answered 410 and gets nothing more. */
  readonly onDisabled?: ((endpoint: WebhookEndpoint) => void | Promise<void>) | undefined;
  /**
   * How long deliveries are kept that are done or discarded. Dead letters wait for somebody.
   * @default 7 days
   */
  readonly keepMs?: number | undefined;
  readonly work?: WorkOptions | undefined;
  /** @default 60_000 */
  readonly leaseMs?: number | undefined;
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
  /** @default Math.random */
  readonly random?: (() => number) | undefined;
}

/** Messages to subscribers: signed, repeated, never lost. */
export interface WebhookOutbox {
  /** Registers an endpoint, or changes it; one that was disabled is active again. */
  setEndpoint(endpoint: NewEndpoint): Promise<WebhookEndpoint>;
  endpoints(tenant: string): Promise<readonly WebhookEndpoint[]>;
  /** Removes it; what waits for it is discarded. Answers whether it was there. */
  removeEndpoint(key: EndpointKey): Promise<boolean>;
  /**
   * Queues a message for every active endpoint of the tenant that wants its type. Give the transaction that
   * stores what the message tells: both happen, or neither.
   *
   * @returns its id
   */
  send(
    message: OutboxMessage,
    options?: { readonly within?: StateTransaction | undefined },
  ): Promise<string>;
  /** Begins to deliver. */
  start(): void;
  list(query: {
    readonly tenant: string;
    readonly endpoint?: string | undefined;
    readonly status?: Delivery['status'] | undefined;
    readonly limit?: number | undefined;
  }): Promise<readonly Delivery[]>;
  /** Delivers again, with the same id. Answers whether it was there. */
  replay(key: DeliveryKey): Promise<boolean>;
  /** Takes what waits or is dead out of the way. Answers whether it was there. */
  discard(key: DeliveryKey, reason: string): Promise<boolean>;
  close(): Promise<void>;
}

const queue = 'outbox';

/** Makes an outbox. */
export function createWebhookOutbox(options: WebhookOutboxOptions): WebhookOutbox {
  const { store, engine, clock = systemClock, logger, random = Math.random } = options;
  const { waitsMs = standardWaitsMs, timeoutMs = 20_000, leaseMs = 60_000 } = options;
  const { network = { addresses: { deny: 'private' as const } } } = options;
  const own = options.transport === undefined ? axiosTransport({ network }) : undefined;
  const transport = options.transport ?? own;
  let worker: JobWorker | undefined;

  const within = <Result>(
    given: StateTransaction | undefined,
    work: (db: Kysely<StateSchema>, state: SqlStateTransaction) => Promise<Result>,
  ): Promise<Result> => {
    const run = (state: StateTransaction): Promise<Result> => {
      const sql = state as SqlStateTransaction;
      return work(sql.database as Kysely<StateSchema>, sql);
    };
    return given === undefined ? store.transaction(run, { repeat: 'unless-stored' }) : run(given);
  };

  async function queueFor(
    endpoint: WebhookEndpoint,
    message: { readonly id: string; readonly type: string; readonly body: string },
    state: SqlStateTransaction,
  ): Promise<void> {
    const db = state.database as Kysely<StateSchema>;
    const { tenant } = endpoint;
    const lane = JSON.stringify(endpoint.inOrder ? [endpoint.id] : [endpoint.id, message.id]);
    let sequence = 1;
    if (endpoint.inOrder) {
      await state.lock('outbox', tenant, lane);
      sequence = (await deliveryLanes.lastSequence(db, { tenant, lane })) + 1;
    }
    const now = clock.now();
    const row: DeliveryRow = {
      ...message,
      tenant,
      endpoint: endpoint.id,
      lane,
      sequence,
      status: 'waiting',
      attempts: 0,
      next_at: now,
      created_at: now,
      ended_at: null,
      http_status: null,
      error_code: null,
      error_message: null,
    };
    await db
      .insertInto('outbox_delivery')
      .values(row)
      .onConflict((conflict) => conflict.columns(['tenant', 'endpoint', 'id']).doNothing())
      .execute();
    await wakeLane(engine, { tenant, lane, queue }, state);
  }

  return {
    setEndpoint: async (endpoint) => {
      checkUrl(endpoint.url, options.allowHttp === true);
      return within(undefined, async (db) => {
        const now = clock.now();
        const before = await endpointByKey(db, endpoint);
        const row = {
          tenant: endpoint.tenant,
          id: endpoint.id,
          url: endpoint.url,
          types: JSON.stringify(endpoint.types ?? []),
          in_order: endpoint.inOrder === true ? 1 : 0,
          status: 'active' as const,
          reason: null,
          created_at: before?.created_at ?? now,
          updated_at: now,
        };
        await db
          .insertInto('outbox_endpoint')
          .values(row)
          .onConflict((conflict) => conflict.columns(['tenant', 'id']).doUpdateSet(row))
          .execute();
        return endpointOf(row);
      });
    },
    endpoints: (tenant) =>
      within(undefined, async (db) => (await endpointsOf(db, tenant)).map(endpointOf)),
    removeEndpoint: (key) =>
      within(undefined, async (db) => {
        const { numDeletedRows } = await db
          .deleteFrom('outbox_endpoint')
          .where('tenant', '=', key.tenant)
          .where('id', '=', key.id)
          .executeTakeFirst();
        await db
          .updateTable('outbox_delivery')
          .set({ status: 'discarded', ended_at: clock.now(), error_message: 'Endpoint removed.' })
          .where('tenant', '=', key.tenant)
          .where('endpoint', '=', key.id)
          .where('status', '=', 'waiting')
          .execute();
        return numDeletedRows === 1n;
      }),
    async send({ tenant, type, data, id = `msg_${randomUUID()}` }, { within: given } = {}) {
      const body = JSON.stringify(data) as string | undefined;
      if (body === undefined || id === '' || id.includes('.')) throw unusableMessage();
      await within(given, async (db, state) => {
        const endpoints = (await endpointsOf(db, tenant)).map(endpointOf);
        for (const endpoint of endpoints) {
          const wants = endpoint.types.length === 0 || endpoint.types.includes(type);
          if (endpoint.status === 'active' && wants)
            await queueFor(endpoint, { id, type, body }, state);
        }
      });
      if (given === undefined) engine.wake(queue);
      return id;
    },
    start() {
      if (transport === undefined) return;
      const { secretsOf, onDead, onDisabled, keepMs = 7 * 86_400_000 } = options;
      const hooks = { secretsOf, onDead, onDisabled };
      worker ??= startLanes({
        ...options.work,
        store,
        engine,
        queue,
        clock,
        logger,
        leaseMs,
        mostSteps: 50,
        step: outboxStep({
          ...hooks,
          store,
          transport,
          waitsMs,
          timeoutMs,
          clock,
          logger,
          random,
        }),
        nextAt: async (state, lane) =>
          (await deliveryLanes.first(state.database as Kysely<StateSchema>, lane))?.next_at,
        overdue: ({ database }, query): Promise<readonly Lane[]> =>
          deliveryLanes.overdue(database as Kysely<StateSchema>, query),
        prune: pruner({ store, clock, logger, oldRows: (now) => deliveryLanes.old(now - keepMs) }),
      });
    },
    list: ({ tenant, endpoint, status, limit = 100 }) =>
      within(undefined, async (db) => {
        let rows = db.selectFrom('outbox_delivery').selectAll().where('tenant', '=', tenant);
        if (endpoint !== undefined) rows = rows.where('endpoint', '=', endpoint);
        if (status !== undefined) rows = rows.where('status', '=', status);
        const found = await rows.orderBy('created_at').orderBy('id').limit(limit).execute();
        return found.map(deliveryOf);
      }),
    async replay(key) {
      const wasThere = await within(undefined, async (db, state) => {
        const row = await deliveryLanes.byKey(db, key);
        if (row === undefined) return false;
        const now = clock.now();
        await deliveryLanes.change(db, key, {
          status: 'waiting',
          attempts: 0,
          next_at: now,
          ended_at: null,
        });
        await wakeLane(engine, { tenant: row.tenant, lane: row.lane, queue }, state);
        return true;
      });
      engine.wake(queue);
      return wasThere;
    },
    discard: (key, reason) =>
      within(undefined, async (db) => {
        const row = await deliveryLanes.byKey(db, key);
        if (row === undefined || row.status === 'done') return false;
        const ended = { status: 'discarded' as const, ended_at: clock.now() };
        await deliveryLanes.change(db, key, { ...ended, error_message: redact(reason) });
        return true;
      }),
    async close() {
      const closing = worker;
      worker = undefined;
      await closing?.close();
      await own?.close();
    },
  };
}

function checkUrl(url: string, allowsHttp: boolean): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isAllowed = parsed?.protocol === 'https:' || (allowsHttp && parsed?.protocol === 'http:');
  if (isAllowed && parsed.username === '' && parsed.password === '') return;
  throw new ConnectorError({
    code: 'ERR_VALIDATION',
    category: 'validation',
    message:
      'The address of a webhook endpoint has to begin with https: and hold no user or password.',
    path: 'url',
  });
}

function unusableMessage(): ConnectorError {
  return new ConnectorError({
    code: 'ERR_VALIDATION',
    category: 'validation',
    message: 'A message of the outbox needs data that is JSON, and an id without a dot, or none.',
  });
}
