import { ConnectorError, type WriteChange, type WriteResult } from '@common/connector-core';
import fc from 'fast-check';
import type { StateStore } from '../state/state-store.ts';
import { crashingProcess } from './crashing.ts';
import type { MemoryConnector, WriteFault } from './memory-connector.ts';

/** What becomes of one run. */
export interface Life {
  /** What becomes of its writes, in turn; all others are well. */
  readonly faults: readonly (WriteFault | undefined)[];
  /** Which of its reads by key and searches fail, in turn; all others are well. */
  readonly unread: readonly boolean[];
  /** Turns of the event loop that its writes take. */
  readonly delays: readonly number[];
  /** Steps of store and connectors behind which the process is killed. */
  readonly deathAt: number | undefined;
  readonly abortAt: number | undefined;
}

const step = () => fc.option(fc.integer({ min: 5, max: 50 }), { nil: undefined, freq: 2 });

/** Any life, for property tests. */
export const anyLife: fc.Arbitrary<Life> = fc.record({
  faults: fc.array(
    fc.constantFrom<WriteFault | undefined>(
      undefined,
      undefined,
      'lost',
      'lost',
      'not-sent',
      'busy',
      'rejected',
      'unauthorized',
    ),
    { maxLength: 12 },
  ),
  unread: fc.array(
    fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { arbitrary: fc.boolean(), weight: 1 }),
    { maxLength: 8 },
  ),
  delays: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 5 }),
  deathAt: step(),
  abortAt: step(),
});

/** Runs that end by a kill or an abort, at systems whose answers are lost, or come late and in another order. */
export function createLives() {
  let process = crashingProcess(Number.POSITIVE_INFINITY);
  let controller = new AbortController();
  let life: Partial<Life> = {};
  let writes = 0;
  let reads = 0;
  let calls = 0;
  const taken = new Set<string>();

  return {
    /** For memory connectors. */
    crashPoint() {
      if (process.steps() >= (life.abortAt ?? Number.POSITIVE_INFINITY)) controller.abort();
      process.step();
    },
    /** For memory connectors that are written to. */
    fault({ op, idempotencyKey = '' }: WriteChange): WriteFault | undefined {
      const next = life.faults?.[writes++];
      // A vendor with idempotency keys does not refuse what it has taken.
      if (next === 'rejected' && taken.has(idempotencyKey)) return undefined;
      if (op === 'upsert' && (next === undefined || next === 'lost')) taken.add(idempotencyKey);
      return next;
    },
    /** What a target that is no connector answers. */
    resultOf(fault: WriteFault): WriteResult {
      switch (fault) {
        case 'lost':
        case 'not-sent':
          return { status: 'unknown', error: error('TIMEOUT', 'transient', true) };
        case 'busy':
          return { status: 'failed', error: error('TRANSIENT', 'transient') };
        case 'rejected':
          return { status: 'failed', error: error('VALIDATION', 'validation') };
        case 'unauthorized':
          return { status: 'failed', error: error('AUTHENTICATION_FAILED', 'authentication') };
        default:
          return fault satisfies never;
      }
    },
    /** Makes the answers of a connector late, and its reads fail. */
    disturb({ connector }: MemoryConnector) {
      const { write, get, find } = connector;
      const read = <Call extends unknown[], Result>(work: (...call: Call) => Promise<Result>) => {
        return async (...call: Call): Promise<Result> => {
          if (life.unread?.[reads++] === true) throw error('TRANSIENT', 'transient');
          return work(...call);
        };
      };
      connector.write = async (...call: Parameters<typeof write>) => {
        const turns = life.delays?.[calls++ % (life.delays.length || 1)] ?? 0;
        for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
        return write(...call);
      };
      connector.get = read(get);
      if (find !== undefined) connector.find = read(find);
    },
    /** @returns what the work threw, if it did */
    async live(
      next: Partial<Life>,
      store: StateStore,
      work: (store: StateStore, signal: AbortSignal) => Promise<unknown>,
    ): Promise<unknown> {
      life = next;
      writes = 0;
      reads = 0;
      calls = 0;
      process = crashingProcess(next.deathAt ?? Number.POSITIVE_INFINITY);
      controller = new AbortController();
      try {
        await work(process.store(store), controller.signal);
        return undefined;
      } catch (error) {
        return error;
      } finally {
        life = {};
        process = crashingProcess(Number.POSITIVE_INFINITY);
      }
    },
  };
}

function error(code: string, category: ConnectorError['category'], outcomeUnknown = false) {
  return new ConnectorError({
    code: `ERR_${code}`,
    category,
    outcomeUnknown,
    message: `${code} of the test.`,
  });
}
