import type { Checkpoint, EventPage, IErpConnector } from '@common/connector-core';
import type { Behaviour, BehaviourSubject } from '../behaviour.ts';
import { ensure } from '../conformance-failure.ts';
import type { EventHarness } from '../conformance-harness.ts';
import { ensureConnectorError, show } from '../expect-error.ts';
import { ensureCheckpoint } from '../reading.ts';
import { type BehaviourContext, type Stage, until } from '../stage/stage.ts';
import { all, announces } from './applicability.ts';

const hasEvents = announces('events');

const mayForget = ({ harness }: BehaviourSubject): true | string => {
  const forget = harness.events?.forget;
  return typeof forget === 'string' ? forget : true;
};

function harnessOf({ harness }: Pick<BehaviourContext, 'harness'>): EventHarness {
  ensure(
    harness.events,
    'The connector announces events, but the harness cannot publish any. Give `events: { publish, forget }` (see EventHarness).',
  );
  return harness.events;
}

/** A consumer of the stream. */
interface Consumer {
  readonly pages: readonly EventPage[];
  readonly ids: readonly string[];
  /** What the stream ended with: nothing, or an error. Absent while it is open. */
  readonly outcome: { readonly error: unknown } | undefined;
  /** Waits until all of these have come. */
  received(ids: readonly string[], what: string): Promise<void>;
  /** Ends it as a consumer does that is done; resolves when the stream has let go. */
  stop(): Promise<void>;
}

function consume(connector: IErpConnector, since?: Checkpoint): Consumer {
  ensure(connector.events, 'The connector has no method "events"');
  const controller = new AbortController();
  const pages: EventPage[] = [];
  let outcome: { readonly error: unknown } | undefined;
  const stream = connector.events(since, { signal: controller.signal });
  const read = async (): Promise<void> => {
    for await (const page of stream) pages.push(page);
  };
  const done = read().then(
    () => (outcome = { error: undefined }),
    (error: unknown) => (outcome = { error }),
  );
  const consumer: Consumer = {
    pages,
    get ids() {
      return pages.flatMap((page) => page.events.map(({ id }) => id));
    },
    get outcome() {
      return outcome;
    },
    async received(ids, what) {
      const missing = (): readonly string[] => ids.filter((id) => !consumer.ids.includes(id));
      await until(() => missing().length === 0 || outcome !== undefined, what).catch(
        () => undefined,
      );
      const end = outcome === undefined ? '' : `; the stream ended with ${show(outcome.error)}`;
      ensure(missing().length === 0, `${what}: missing [${missing().join(', ')}]${end}`);
    },
    async stop() {
      controller.abort();
      await until(() => outcome !== undefined, 'The stream went on after its signal had aborted');
      await done;
    },
  };
  return consumer;
}

/** An abort ends a stream, with its error or without. */
function ensureEnded({ outcome }: Consumer): void {
  if (outcome?.error !== undefined) ensureConnectorError(outcome.error, { code: 'ERR_ABORTED' });
}

/** A consumer that listens from now on: the vendor publishes until the first event comes. */
async function listen(stage: Stage, { publish }: EventHarness): Promise<Consumer> {
  const consumer = consume(stage.connector);
  for (let trials = 0; consumer.pages.length === 0 && trials < 20; trials += 1) {
    await publish(stage.sandbox, 1);
    await until(() => consumer.pages.length > 0 || consumer.outcome !== undefined, '', 250).catch(
      () => undefined,
    );
    ensure(
      consumer.outcome === undefined,
      `The stream ended by itself, with ${show(consumer.outcome?.error)}`,
    );
  }
  ensure(consumer.pages.length > 0, 'Twenty events were published, none came');
  return consumer;
}

const lastCheckpoint = ({ pages }: Consumer): Checkpoint =>
  ensureCheckpoint(pages.at(-1)!.checkpoint);

export const eventBehaviours: readonly Behaviour[] = [
  {
    id: 'events/arrive',
    group: 'events',
    name: 'brings what the vendor publishes, each event once, with a checkpoint',
    appliesTo: hasEvents,
    async run(context) {
      const harness = harnessOf(context);
      const stage = await context.stage();
      const consumer = await listen(stage, harness);
      const ids = await harness.publish(stage.sandbox, 4);
      await consumer.received(ids, 'Published while the stream was open');
      await consumer.stop();
      const inOrder = consumer.ids.filter((id) => ids.includes(id));
      ensure(inOrder.join() === ids.join(), `Published ${ids.join()}, came as ${inOrder.join()}`);
      for (const page of consumer.pages) {
        ensureCheckpoint(page.checkpoint);
        for (const { id, type } of page.events) {
          ensure(id !== '' && type !== '', `An event has no id or no type: ${show({ id, type })}`);
        }
      }
    },
  },
  {
    id: 'events/resume',
    group: 'events',
    name: 'misses no event, from whichever checkpoint it resumes',
    appliesTo: hasEvents,
    async run(context) {
      const harness = harnessOf(context);
      const stage = await context.stage();
      const consumer = await listen(stage, harness);
      for (let round = 0; round < 3; round += 1) {
        const ids = await harness.publish(stage.sandbox, 2);
        await consumer.received(ids, 'Published while the stream was open');
      }
      await consumer.stop();
      const later = await harness.publish(stage.sandbox, 2);
      for (const [index, page] of consumer.pages.entries()) {
        const rest = consumer.pages.slice(index + 1).flatMap(({ events }) => events);
        const resumed = consume(await stage.another(), ensureCheckpoint(page.checkpoint));
        const expected = [...rest.map(({ id }) => id), ...later];
        await resumed.received(expected, `Resumed behind page ${index + 1}`);
        await resumed.stop();
      }
    },
  },
  {
    id: 'events/consumer-dies',
    group: 'events',
    name: 'loses nothing when its consumer dies with a page in its hands',
    appliesTo: hasEvents,
    async run(context) {
      const harness = harnessOf(context);
      const stage = await context.stage();
      const first = await listen(stage, harness);
      const saved = lastCheckpoint(first);
      await first.stop();
      const before = await harness.publish(stage.sandbox, 2);
      const dying = await stage.another();
      ensure(dying.events, 'The connector has no method "events"');
      // The page is taken, its checkpoint is never saved, nobody says good-bye.
      for await (const page of dying.events(saved)) {
        if (page.events.length > 0) break;
      }
      const after = await harness.publish(stage.sandbox, 2);
      const heir = consume(await stage.another(), saved);
      await heir.received([...before, ...after], 'Resumed from what the dead consumer had saved');
      await heir.stop();
    },
  },
  {
    id: 'events/abort',
    group: 'events',
    name: 'ends when its signal aborts',
    appliesTo: hasEvents,
    async run(context) {
      const consumer = await listen(await context.stage(), harnessOf(context));
      await consumer.stop();
      ensureEnded(consumer);
    },
  },
  {
    id: 'events/disconnect',
    group: 'events',
    name: 'ends when the connector is disconnected',
    appliesTo: hasEvents,
    async run(context) {
      const stage = await context.stage();
      const consumer = await listen(stage, harnessOf(context));
      await stage.connector.disconnect();
      await until(
        () => consumer.outcome !== undefined,
        'The stream went on after the connector was disconnected',
      );
      ensureEnded(consumer);
    },
  },
  {
    id: 'events/expired',
    group: 'events',
    name: 'says that a checkpoint has expired, and streams on without it',
    appliesTo: all(hasEvents, mayForget),
    async run(context) {
      const harness = harnessOf(context);
      const stage = await context.stage();
      const consumer = await listen(stage, harness);
      const since = lastCheckpoint(consumer);
      await consumer.stop();
      await harness.publish(stage.sandbox, 3);
      ensure(typeof harness.forget === 'function', 'The harness cannot make the vendor forget');
      await harness.forget(stage.sandbox);
      const late = consume(await stage.another(), since);
      await until(
        () => late.outcome !== undefined || late.pages.length > 0,
        'The vendor has forgotten the position, and the stream waits as if nothing was missed',
      );
      ensure(
        late.outcome !== undefined,
        'The vendor has forgotten the position, and the stream goes on behind the gap',
      );
      ensureConnectorError(late.outcome.error, { code: 'ERR_CHECKPOINT_EXPIRED' });
      await (await listen(stage, harness)).stop();
    },
  },
];
