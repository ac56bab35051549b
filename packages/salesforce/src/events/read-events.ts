import {
  type AuthStrategy,
  type CallOptions,
  type Checkpoint,
  ConnectorError,
  type EventPage,
  invalidCheckpoint,
  type PipelineOptions,
  systemClock,
} from '@common/connector-core';
import type { SalesforceEntity } from '../salesforce-entity.ts';
import type { SalesforceConfiguration } from '../salesforce-settings-schema.ts';
import { type BayeuxClient, openBayeuxClient } from './bayeux-client.ts';
import { createEventReader, type EventMessage } from './change-event.ts';

/** What a stream is made of. */
export interface EventSource {
  readonly settings: SalesforceConfiguration;
  readonly auth: AuthStrategy;
  readonly pipeline: PipelineOptions;
  readonly entities: Iterable<SalesforceEntity>;
  /** The streams that are open, for whoever disconnects. */
  readonly streams: Set<Pick<BayeuxClient, 'close'>>;
}

const backoffMs = { first: 1_000, most: 60_000 };

/**
 * Change events of the org until the signal aborts. A stream that breaks is opened again behind the last
 * event that the consumer has asked to go on from, so that a lost answer loses no event.
 *
 * @throws ConnectorError `ERR_CHECKPOINT_EXPIRED` when the events behind the checkpoint are kept no more
 */
export async function* readEvents(
  { settings, auth, pipeline, entities, streams }: EventSource,
  since: Checkpoint | undefined,
  call: CallOptions,
): AsyncGenerator<EventPage> {
  const { clock = systemClock, random = Math.random } = pipeline;
  const { signal } = call;
  const eventsOf = createEventReader(entities, settings);
  let position = readPosition(since);
  let beganAt = Number.POSITIVE_INFINITY;
  let failures = 0;
  const client = openBayeuxClient(settings, auth, pipeline);
  streams.add(client);
  try {
    while (signal?.aborted !== true) {
      try {
        // Without an event there is no position yet: what came since the beginning is told by its time.
        const replay = position ?? (Number.isFinite(beganAt) ? 'oldest' : 'next');
        const openedAt = await client.open(replay, call);
        if (replay === 'next') beganAt = Math.min(beganAt, openedAt ?? clock.now());
        for (;;) {
          const messages = await client.receive(call);
          failures = 0;
          const fresh =
            replay === 'oldest' && position === undefined
              ? messages.filter((message) => isFresh(message, beganAt))
              : messages;
          const events = fresh.flatMap(eventsOf);
          const last = fresh.at(-1)?.replayId ?? position;
          if (events.length > 0 && last !== undefined) {
            yield { events, checkpoint: { replayId: last } };
          }
          position = last;
        }
      } catch (error) {
        if (signal?.aborted || !mayPass(error)) throw error;
        failures += 1;
        await clock.sleep(pauseOf(error, failures, random), signal);
      }
    }
  } catch (error) {
    // An abort is how a stream ends.
    if (!signal?.aborted) throw error;
  } finally {
    streams.delete(client);
    await client.close();
  }
}

/** Whether it happened since the stream began, by the clock of the server, which tells whole seconds. */
function isFresh({ payload }: EventMessage, beganAt: number): boolean {
  const { commitTimestamp } = (payload.ChangeEventHeader ?? {}) as { commitTimestamp?: unknown };
  return (
    typeof commitTimestamp !== 'number' || commitTimestamp >= Math.floor(beganAt / 1000) * 1000
  );
}

function mayPass(error: unknown): boolean {
  return (
    ConnectorError.isInstance(error) &&
    (error.category === 'transient' || error.category === 'rate-limit') &&
    error.code !== 'ERR_ABORTED'
  );
}

function pauseOf(error: unknown, failures: number, random: () => number): number {
  const told = ConnectorError.isInstance(error) ? error.retryAfterMs : undefined;
  const grown = Math.min(backoffMs.first * 2 ** (failures - 1), backoffMs.most);
  return told ?? grown * (0.5 + random() / 2);
}

function readPosition({ replayId }: Checkpoint = {}): number | undefined {
  if (replayId === undefined || (Number.isSafeInteger(replayId) && Number(replayId) >= 0)) {
    return replayId as number | undefined;
  }
  throw invalidCheckpoint({ system: 'salesforce', of: 'a stream of events' });
}
