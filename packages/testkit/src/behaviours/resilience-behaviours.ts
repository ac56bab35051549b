import type { Behaviour } from '../behaviour.ts';
import { ensure } from '../conformance-failure.ts';
import type { SandboxFault } from '../conformance-sandbox.ts';
import { expectConnectorError } from '../expect-error.ts';
import { listKeys, listPages } from '../reading.ts';
import { manyRecords } from '../stage/stage.ts';
import { canList } from './applicability.ts';

/** A fault that hits once must not be noticed by the reader. */
const survives = (id: string, name: string, fault: SandboxFault): Behaviour => ({
  id: `resilience/${id}`,
  group: 'resilience',
  name,
  appliesTo: canList,
  async run({ stage, entity }) {
    const { connector, failReads } = await stage();
    failReads(fault);
    const { length } = await listKeys(connector, entity);
    ensure(length === manyRecords, `Expected ${manyRecords} records, got ${length}`);
  },
});

/** An answer that stays wrong ends as an error with a code, within few requests. */
const refuses = (id: string, name: string, kind: SandboxFault['kind']): Behaviour => ({
  id: `resilience/${id}`,
  group: 'resilience',
  name,
  appliesTo: canList,
  async run({ stage, entity }) {
    const { connector, failReads, reads } = await stage();
    failReads({ kind, times: 30 });
    const error = await expectConnectorError(() => listPages(connector, entity));
    ensure(
      error.category !== 'internal',
      `A bad answer of the vendor is not our defect: ${error.code}, category internal`,
    );
    ensure(reads() <= 12, `The connector asked ${reads()} times`);
  },
});

export const resilienceBehaviours: readonly Behaviour[] = [
  survives('bad-gateway', 'repeats a read after a 502', { kind: 'status', status: 502 }),
  survives('reset', 'repeats a read after a connection reset', { kind: 'reset-before' }),
  survives('truncated-once', 'repeats a read whose answer was cut off', { kind: 'truncate-body' }),
  {
    id: 'resilience/half-open',
    group: 'resilience',
    name: 'reads on over a new connection when those that stand lead nowhere',
    appliesTo: canList,
    async run({ stage, entity }) {
      const { connector, failReads, passLimits } = await stage();
      // Several at a time, so that several connections stand.
      await Promise.all([1, 2, 3, 4, 5, 6].map(() => listKeys(connector, entity)));
      failReads({ kind: 'half-open', everyConnection: true });
      const reading = listKeys(connector, entity);
      await passLimits(reading, 'half-open');
      const { length } = await reading;
      ensure(length === manyRecords, `Expected ${manyRecords} records, got ${length}`);
    },
  },
  {
    id: 'resilience/bad-request',
    group: 'resilience',
    name: 'does not repeat what the vendor calls wrong',
    appliesTo: canList,
    async run({ stage, entity }) {
      const { connector, failReads, reads } = await stage();
      failReads({ kind: 'status', status: 400, times: 10 });
      const error = await expectConnectorError(() => listPages(connector, entity));
      ensure(!error.retryable, 'A 400 is not retryable');
      ensure(reads() === 1, `The connector asked ${reads()} times`);
    },
  },
  {
    id: 'resilience/down',
    group: 'resilience',
    name: 'gives up on a vendor that stays down',
    appliesTo: canList,
    async run({ stage, entity }) {
      const { connector, failReads, reads } = await stage();
      failReads({ kind: 'status', status: 503, times: 40 });
      const error = await expectConnectorError(() => listPages(connector, entity), {
        category: ['transient', 'rate-limit'],
      });
      ensure(
        error.retryable,
        'A vendor that is down may be asked later: the error must be retryable',
      );
      ensure(reads() <= 12, `The connector asked ${reads()} times`);
    },
  },
  refuses('html', 'recognises a login page with status 200', 'html-page'),
  refuses('malformed', 'recognises malformed JSON', 'malformed-json'),
  refuses('empty', 'recognises an empty body', 'empty-body'),
  refuses('truncated', 'recognises a body that is always cut off', 'truncate-body'),
];
