import type { ConnectorEvent } from '@common/connector-core';
import type { Kysely, Selectable } from 'kysely';
import type { StateSchema } from '../state/state-schema.ts';
import { laneRows } from './lane-rows.ts';

/** Names an event in the inbox. */
export interface InboxKey {
  readonly tenant: string;
  /** The endpoint that received it. */
  readonly scope: string;
  /** `id` of the event. */
  readonly id: string;
}

/** An event in the inbox. */
export interface InboxEvent extends InboxKey {
  readonly event: ConnectorEvent;
  readonly status: 'waiting' | 'done' | 'dead' | 'discarded';
  readonly attempts: number;
  /** Milliseconds since the Unix epoch, as all times here. */
  readonly nextAt: number | undefined;
  readonly receivedAt: number;
  readonly endedAt: number | undefined;
  readonly errorCode: string | undefined;
  /** Redacted. */
  readonly errorMessage: string | undefined;
}

export type EventRow = Selectable<StateSchema['inbox_event']>;
type Db = Kysely<StateSchema>;

/** Events in their lanes. */
export const eventLanes = laneRows('inbox_event', ['tenant', 'scope', 'id']);

/** An event that has just come. */
export function newEvent(event: ConnectorEvent, now: number) {
  return {
    id: event.id,
    event: JSON.stringify(event),
    status: 'waiting' as const,
    attempts: 0,
    next_at: now,
    received_at: now,
    ended_at: null,
    error_code: null,
    error_message: null,
  };
}

/** What the delivery log does when it confirms. */
export async function remember(
  db: Db,
  delivery: { readonly scope: string; readonly id: string; readonly until: number },
): Promise<void> {
  const { scope, id, until } = delivery;
  await db
    .insertInto('webhook_delivery')
    .values({ scope, id, done: 1, until })
    .onConflict((conflict) => conflict.columns(['scope', 'id']).doUpdateSet({ done: 1, until }))
    .execute();
}

export function inboxEventOf(row: EventRow): InboxEvent {
  return {
    tenant: row.tenant,
    scope: row.scope,
    id: row.id,
    event: JSON.parse(row.event) as ConnectorEvent,
    status: row.status,
    attempts: row.attempts,
    nextAt: row.status === 'waiting' ? row.next_at : undefined,
    receivedAt: row.received_at,
    endedAt: row.ended_at ?? undefined,
    errorCode: row.error_code ?? undefined,
    errorMessage: row.error_message ?? undefined,
  };
}
