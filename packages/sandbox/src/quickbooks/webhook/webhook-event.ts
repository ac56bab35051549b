import type { ChangeOperation } from '../company/records.ts';
import type { VendorTime } from '../model/vendor-time.ts';

/** A change that a webhook tells. */
export interface WebhookEvent {
  /** Of the CloudEvent. */
  readonly id: string;
  readonly realmId: string;
  readonly entity: string;
  readonly entityId: string;
  readonly operation: ChangeOperation;
  /** What was merged into the entity. */
  readonly deletedId?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export type WebhookFormat = 'cloud-events' | 'legacy';

const verbs: Readonly<Record<ChangeOperation, string>> = {
  Create: 'created',
  Update: 'updated',
  Delete: 'deleted',
  Merge: 'merged',
  Void: 'voided',
  Emailed: 'emailed',
};

// The source carries nanoseconds.
const toNanosecond = (at: number): string => `${new Date(at).toISOString().slice(0, -1)}000000Z`;

function legacyBody(events: readonly WebhookEvent[], time: VendorTime): string {
  const byRealm = Map.groupBy(events, ({ realmId }) => realmId);
  const eventNotifications = Array.from(byRealm, ([realmId, own]) => ({
    realmId,
    dataChangeEvent: {
      entities: own.map(({ entity, entityId, operation, at, deletedId }) => ({
        name: entity,
        id: entityId,
        operation,
        lastUpdated: time.toCompact(at),
        ...(deletedId === undefined ? {} : { deletedId }),
      })),
    },
  }));
  return JSON.stringify({ eventNotifications });
}

function cloudEventsBody(events: readonly WebhookEvent[]): string {
  return JSON.stringify(
    events.map(({ id, realmId, entity, entityId, operation, at, deletedId }) => ({
      specversion: '1.0',
      id,
      source: 'intuit.c2FuZGJveC1jb21wYW55',
      type: `qbo.${entity.toLowerCase()}.${verbs[operation]}.v1`,
      datacontenttype: 'application/json',
      time: toNanosecond(at),
      intuitentityid: entityId,
      intuitaccountid: realmId,
      data: deletedId === undefined ? {} : { deletedId },
    })),
  );
}

/** The body of one POST; events of several companies go together. */
export const webhookBody = (
  events: readonly WebhookEvent[],
  format: WebhookFormat,
  time: VendorTime,
): string => (format === 'legacy' ? legacyBody(events, time) : cloudEventsBody(events));
