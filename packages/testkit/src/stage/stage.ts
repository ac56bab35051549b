import type { EntityCapabilities, IErpConnector } from '@common/connector-core';
import { ensure } from '../conformance-failure.ts';
import type { ConformanceHarness, EntityHarness, WriteHarness } from '../conformance-harness.ts';
import type { ConformanceSandbox, SandboxFault } from '../conformance-sandbox.ts';
import { createHastyClock, type HastyClock } from './hasty-clock.ts';
import { createRecordingLogger, type RecordingLogger } from './recording-logger.ts';
import { findSecret } from './secret-forms.ts';

/** Records in a page on every stage, unless there are too few. */
export const pageSize = 3;
/** Makes three pages, the last one not full. */
export const manyRecords = 8;

interface StageOptions {
  /** @default manyRecords */
  readonly records?: number;
  /** @default false */
  readonly simultaneous?: boolean;
  /** @default 'good' */
  readonly credentials?: 'good' | 'bad';
  /** @default the sandbox's */
  readonly baseUrl?: string;
  /** @default a hasty clock */
  readonly clock?: HastyClock;
}

/** A fresh sandbox and a fresh connector to it. */
export interface Stage {
  readonly connector: IErpConnector;
  readonly sandbox: ConformanceSandbox;
  readonly clock: HastyClock;
  readonly logger: RecordingLogger;
  /** Adds a fault; the behaviour fails if it never hits. */
  fail(fault: SandboxFault): void;
  /** Adds a fault to calls that read the entity; the behaviour fails if it never hits. */
  failReads(fault: SandboxFault): void;
  /** Adds a fault to calls that create records of the entity. */
  failCreates(fault: SandboxFault): void;
  /** Calls so far that read the entity. */
  reads(): number;
  /** Resolves when every fault has hit as often as it should. */
  faultsConsumed(): Promise<void>;
  /**
   * Lets the connector's time limit pass for each call that hangs on a fault of this kind, until the
   * work is over.
   */
  passLimits(running: Promise<unknown>, kind: SandboxFault['kind']): Promise<void>;
  /** Requests so far, those included that were sent a moment ago and not awaited. */
  requests(): Promise<number>;
  /** A second connector to the same sandbox, with a clock of its own. */
  another(): Promise<IErpConnector>;
}

/** What a behaviour runs on. */
export interface BehaviourContext {
  readonly harness: ConformanceHarness;
  readonly entity: string;
  readonly capabilities: EntityCapabilities;
  readonly entityHarness: EntityHarness;
  /** @throws ConformanceFailure when the harness has none */
  readonly writeHarness: WriteHarness;
  stage(options?: StageOptions): Promise<Stage>;
}

export interface OpenContext extends BehaviourContext {
  /** Kind of a fault that never hit: then the behaviour proved nothing. */
  unhitFault(): string | undefined;
  /** A line of a log that gives a secret away: none may, whatever the behaviour is about. */
  leak(): string | undefined;
  close(): Promise<void>;
}

/** One turn of the event loop, or a millisecond. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

/** Resolves when the condition holds. Real time, because sockets are real. */
export async function until(
  condition: () => boolean,
  what: string,
  limitMs = 5_000,
): Promise<void> {
  const endsAt = Date.now() + limitMs;
  while (!condition()) {
    ensure(Date.now() < endsAt, `${what} (waited ${limitMs} ms)`);
    await turn();
  }
}

export function openContext(options: {
  readonly harness: ConformanceHarness;
  readonly entity: string;
  readonly entityHarness: EntityHarness;
  readonly capabilities: EntityCapabilities;
}): OpenContext {
  const { harness, entity, entityHarness, capabilities } = options;
  const closers: (() => Promise<void>)[] = [];
  const unhit: (() => string | undefined)[] = [];
  const loggers: RecordingLogger[] = [];

  const connect = async (setup: StageOptions & { baseUrl: string; clock: HastyClock }) => {
    const logger = createRecordingLogger();
    loggers.push(logger);
    const connector = await harness.create({
      baseUrl: setup.baseUrl,
      credentials: setup.credentials ?? 'good',
      pageSize,
      clock: setup.clock,
      random: () => 0.5,
      logger,
    });
    closers.unshift(() => connector.disconnect());
    return { connector, logger };
  };

  const stage = async (setup: StageOptions = {}): Promise<Stage> => {
    const { records = manyRecords, simultaneous = false, clock = createHastyClock() } = setup;
    const sandbox = await harness.start({ entity, records, pageSize, simultaneous });
    closers.push(() => sandbox.close());
    const { connector, logger } = await connect({
      ...setup,
      baseUrl: setup.baseUrl ?? sandbox.url,
      clock,
    });
    const remaining = (id: number): number =>
      sandbox.faults.pending.find((fault) => fault.id === id)?.remaining ?? 0;
    const added: number[] = [];
    const inject = (fault: SandboxFault): void => {
      const { id } = sandbox.faults.add(fault);
      added.push(id);
      const times = fault.times ?? 1;
      unhit.push(() => (remaining(id) < times ? undefined : fault.kind));
    };

    return {
      connector,
      sandbox,
      clock,
      logger,
      fail: inject,
      failReads: (fault) => inject({ match: entityHarness.reads, ...fault }),
      failCreates: (fault) => inject({ match: entityHarness.write?.creates, ...fault }),
      reads: () => sandbox.journal.count(entityHarness.reads),
      faultsConsumed: () =>
        until(
          () => added.every((id) => remaining(id) === 0),
          'The call that a fault waits for never came',
        ),
      async passLimits(running, kind) {
        let isOver = false;
        const over = (): void => {
          isOver = true;
        };
        void running.then(over, over);
        let passed = 0;
        for (let idle = 0; !isOver; idle += 1) {
          await new Promise((resolve) => setTimeout(resolve, 2));
          const hits = sandbox.journal.count({ fault: kind });
          // Of several calls at a time, a limit that passed may have been that of another one than hung.
          const isStuck = idle >= 50 && sandbox.faults.pending.length > 0;
          if (isOver || (hits <= passed && !isStuck)) continue;
          clock.passNextLimit();
          passed = Math.min(passed + 1, hits);
          idle = 0;
        }
      },
      async requests() {
        // Two round trips of our own: what was sent before has arrived by then.
        for (let trip = 0; trip < 2; trip += 1) await (await fetch(sandbox.url)).arrayBuffer();
        return sandbox.journal.count() - 2;
      },
      another: async () =>
        (await connect({ baseUrl: sandbox.url, clock: createHastyClock() })).connector,
    };
  };

  return {
    harness,
    entity,
    capabilities,
    entityHarness,
    get writeHarness() {
      const { write } = entityHarness;
      ensure(write, `The harness gives no records to write for the entity "${entity}".`);
      return write;
    },
    stage,
    leak: () => {
      const lines = loggers.flatMap((logger) => logger.lines);
      const secret = findSecret(lines.join('\n'), harness.secrets);
      return secret && lines.find((line) => findSecret(line, [secret]))?.replaceAll(secret, '***');
    },
    unhitFault: () => unhit.map((check) => check()).find((kind) => kind !== undefined),
    async close() {
      await Promise.allSettled(closers.map((closer) => closer()));
    },
  };
}
