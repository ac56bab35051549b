import type { Kysely, Selectable } from 'kysely';
import type { StateSchema } from '../state/state-schema.ts';
import { laneRows } from './lane-rows.ts';

/** Names an endpoint. */
export interface EndpointKey {
  readonly tenant: string;
  readonly id: string;
}

/** A subscriber. */
export interface WebhookEndpoint extends EndpointKey {
  readonly url: string;
  /** Empty: all. */
  readonly types: readonly string[];
  readonly inOrder: boolean;
  readonly status: 'active' | 'disabled';
  /** Why it is disabled. */
  readonly reason: string | undefined;
}

/** Names a message on its way to an endpoint. */
export interface DeliveryKey {
  readonly tenant: string;
  readonly endpoint: string;
  /** Of the message. */
  readonly id: string;
}

/** A message on its way to an endpoint. */
export interface Delivery extends DeliveryKey {
  readonly type: string;
  readonly status: 'waiting' | 'done' | 'dead' | 'discarded';
  readonly attempts: number;
  /** Milliseconds since the Unix epoch, as all times here. */
  readonly nextAt: number | undefined;
  readonly createdAt: number;
  readonly endedAt: number | undefined;
  /** Of the last answer. */
  readonly httpStatus: number | undefined;
  readonly errorCode: string | undefined;
  readonly errorMessage: string | undefined;
}

export type DeliveryRow = Selectable<StateSchema['outbox_delivery']>;
export type EndpointRow = Selectable<StateSchema['outbox_endpoint']>;
type Db = Kysely<StateSchema>;

export function endpointsOf(db: Db, tenant: string): Promise<EndpointRow[]> {
  return db
    .selectFrom('outbox_endpoint')
    .selectAll()
    .where('tenant', '=', tenant)
    .orderBy('id')
    .execute();
}

export function endpointByKey(
  db: Db,
  { tenant, id }: EndpointKey,
): Promise<EndpointRow | undefined> {
  return db
    .selectFrom('outbox_endpoint')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('id', '=', id)
    .executeTakeFirst();
}

export async function changeEndpoint(
  db: Db,
  { tenant, id }: EndpointKey,
  values: Partial<EndpointRow>,
): Promise<void> {
  await db
    .updateTable('outbox_endpoint')
    .set(values)
    .where('tenant', '=', tenant)
    .where('id', '=', id)
    .execute();
}

/** Deliveries in their lanes. */
export const deliveryLanes = laneRows('outbox_delivery', ['tenant', 'endpoint', 'id']);

export function endpointOf(row: EndpointRow): WebhookEndpoint {
  return {
    tenant: row.tenant,
    id: row.id,
    url: row.url,
    types: JSON.parse(row.types) as readonly string[],
    inOrder: row.in_order === 1,
    status: row.status,
    reason: row.reason ?? undefined,
  };
}

export function deliveryOf(row: DeliveryRow): Delivery {
  return {
    tenant: row.tenant,
    endpoint: row.endpoint,
    id: row.id,
    type: row.type,
    status: row.status,
    attempts: row.attempts,
    nextAt: row.status === 'waiting' ? row.next_at : undefined,
    createdAt: row.created_at,
    endedAt: row.ended_at ?? undefined,
    httpStatus: row.http_status ?? undefined,
    errorCode: row.error_code ?? undefined,
    errorMessage: row.error_message ?? undefined,
  };
}
