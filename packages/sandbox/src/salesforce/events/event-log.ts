import type { SandboxClock } from '../../toolkit/sandbox-clock.ts';
import type { SeededRandom } from '../../toolkit/seeded-random.ts';
import type { Schema } from '../schema/schema.ts';

/** The header of a change event. */
interface ChangeEventHeader {
  readonly entityName: string;
  readonly recordIds: readonly string[];
  readonly changeType: string;
  readonly changeOrigin: string;
  readonly transactionKey: string;
  readonly sequenceNumber: number;
  readonly commitTimestamp: number;
  readonly commitUser: string;
  readonly commitNumber: number;
  readonly nulledFields: readonly string[];
  readonly diffFields: readonly string[];
  readonly changedFields: readonly string[];
}

export type ChangeEventPayload = Readonly<Record<string, unknown>> & {
  readonly ChangeEventHeader: ChangeEventHeader;
};

/** An event on the bus. */
export interface BusEvent {
  readonly replayId: number;
  readonly atMs: number;
  readonly payload: ChangeEventPayload;
}

export interface EventLog {
  publish(payload: ChangeEventPayload): void;
  /** Events of a channel behind a replay id, oldest first. */
  after(channel: string, replayId: number): readonly BusEvent[];
  /** Whether a client may go on behind this id: it is retained still. */
  isRetained(replayId: number): boolean;
  readonly lastReplayId: number;
  /** All events that are retained. */
  events(): readonly BusEvent[];
  /** Whether there is such a channel. */
  hasChannel(channel: string): boolean;
  /** Calls back at every event; gives what ends that. */
  onPublish(listener: () => void): () => void;
}

const retentionMs = 72 * 60 * 60 * 1_000;
const allChannel = '/data/ChangeEvents';

/** `/data/AccountChangeEvent` of Account, `/data/Thing__ChangeEvent` of Thing__c. */
const channelOf = (entityName: string): string =>
  entityName.endsWith('__c')
    ? `/data/${entityName.slice(0, -1)}ChangeEvent`
    : `/data/${entityName}ChangeEvent`;

/** Keeps change events for three days. */
export function createEventLog(options: {
  readonly clock: SandboxClock;
  readonly random: SeededRandom;
  readonly schema: Schema;
}): EventLog {
  const { clock, random, schema } = options;
  const listeners = new Set<() => void>();
  let events: BusEvent[] = [];
  let lastReplayId = random.integer(1_000, 2_000);

  const retained = (): readonly BusEvent[] => {
    const oldest = clock.now() - retentionMs;
    if (events[0] && events[0].atMs < oldest) events = events.filter(({ atMs }) => atMs >= oldest);
    return events;
  };

  return {
    publish(payload) {
      // Ids rise, but not by one.
      lastReplayId += random.integer(1, 9);
      events.push({ replayId: lastReplayId, atMs: clock.now(), payload });
      for (const listener of [...listeners]) listener();
    },
    after: (channel, replayId) =>
      retained().filter(
        (event) =>
          event.replayId > replayId &&
          (channel === allChannel ||
            channelOf(event.payload.ChangeEventHeader.entityName) === channel),
      ),
    isRetained: (replayId) => retained().some((event) => event.replayId === replayId),
    get lastReplayId() {
      return lastReplayId;
    },
    events: () => [...retained()],
    hasChannel: (channel) =>
      channel === allChannel ||
      schema.objects.some(
        ({ name, definition }) => definition.triggerable !== false && channelOf(name) === channel,
      ),
    onPublish(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
