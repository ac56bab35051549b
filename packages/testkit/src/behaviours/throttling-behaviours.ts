import type { Behaviour } from '../behaviour.ts';
import { ensure } from '../conformance-failure.ts';
import type { SandboxFault } from '../conformance-sandbox.ts';
import { ensureConnectorError, expectConnectorError } from '../expect-error.ts';
import { listKeys, listPages } from '../reading.ts';
import type { BehaviourContext } from '../stage/stage.ts';
import { manyRecords } from '../stage/stage.ts';
import { canList } from './applicability.ts';

/** Reads through one fault and answers how long the connector waited, in milliseconds. */
async function readThrough(
  { stage, entity }: BehaviourContext,
  fault: (now: number) => SandboxFault,
): Promise<number> {
  const { connector, clock, failReads } = await stage();
  const startedAt = clock.now();
  failReads(fault(startedAt));
  const keys = await listKeys(connector, entity);
  ensure(keys.length === manyRecords, `Expected ${manyRecords} records, got ${keys.length}`);
  return clock.waits.reduce((longest, wait) => Math.max(longest, wait), 0);
}

export const throttlingBehaviours: readonly Behaviour[] = [
  {
    id: 'throttling/seconds',
    group: 'throttling',
    name: 'waits as many seconds as Retry-After says',
    appliesTo: canList,
    async run(context) {
      const waited = await readThrough(context, () => ({
        kind: 'status',
        status: 429,
        retryAfter: 4,
      }));
      ensure(waited >= 4_000, `Retry-After was 4 s, the connector waited ${waited} ms`);
    },
  },
  {
    id: 'throttling/date',
    group: 'throttling',
    name: 'waits until the date that Retry-After says',
    appliesTo: canList,
    async run(context) {
      const waited = await readThrough(context, (now) => ({
        kind: 'status',
        status: 429,
        retryAfter: new Date(now + 6_000),
      }));
      // A date has no fractions of a second, and some real time has passed.
      ensure(waited >= 3_000, `Retry-After was 6 s ahead, the connector waited ${waited} ms`);
    },
  },
  {
    id: 'throttling/garbage',
    group: 'throttling',
    name: 'goes on by its own back-off when Retry-After is garbage',
    appliesTo: canList,
    async run(context) {
      const waited = await readThrough(context, () => ({
        kind: 'status',
        status: 429,
        retryAfter: 'soon',
      }));
      ensure(waited > 0, 'The connector did not wait at all');
    },
  },
  {
    id: 'throttling/hour',
    group: 'throttling',
    name: 'hands a wait of an hour to the caller instead of waiting or hurrying',
    appliesTo: canList,
    async run({ stage, entity }) {
      const { connector, failReads, reads } = await stage();
      failReads({ kind: 'status', status: 429, retryAfter: 3_600, times: 5 });
      const error = await expectConnectorError(() => listPages(connector, entity), {
        category: ['rate-limit'],
      });
      ensure(reads() === 1, `Told to wait an hour, the connector asked ${reads()} times`);
      ensure(
        (error.retryAfterMs ?? 0) > 3_500_000,
        `error.retryAfterMs is ${error.retryAfterMs}, the vendor said an hour`,
      );
    },
  },
  {
    id: 'throttling/for-ever',
    group: 'throttling',
    name: 'ends as rate limit when the vendor keeps throttling',
    appliesTo: canList,
    async run({ stage, entity }) {
      const { connector, failReads, reads } = await stage();
      failReads({ kind: 'status', status: 429, retryAfter: 1, times: 40 });
      const error = await expectConnectorError(() => listPages(connector, entity), {
        category: ['rate-limit'],
      });
      ensure(error.retryable, 'A rate limit is retryable later');
      ensure(reads() <= 12, `The connector asked ${reads()} times`);
    },
  },
  {
    id: 'throttling/unavailable',
    group: 'throttling',
    name: 'honours Retry-After of a 503 too',
    appliesTo: canList,
    async run(context) {
      const waited = await readThrough(context, () => ({
        kind: 'status',
        status: 503,
        retryAfter: 3,
      }));
      ensure(waited >= 3_000, `Retry-After was 3 s, the connector waited ${waited} ms`);
    },
  },
  {
    id: 'throttling/page-survives',
    group: 'throttling',
    name: 'loses no page when the vendor fails between two',
    appliesTo: canList,
    async run({ stage, entity }) {
      const { connector, sandbox, failReads } = await stage();
      const expected = await listKeys(connector, entity);
      failReads({ kind: 'status', status: 503, times: 1 });
      const keys: string[] = [];
      for await (const page of connector.list(entity, { pageSize: 3 })) {
        keys.push(...page.records.map((record) => record.source?.key ?? ''));
        if (sandbox.faults.pending.length === 0 && keys.length < 4)
          failReads({ kind: 'reset-before' });
      }
      ensure(
        keys.join() === expected.join(),
        `Expected [${expected.join(', ')}], got [${keys.join(', ')}]`,
      );
    },
  },
  {
    id: 'throttling/error-shape',
    group: 'throttling',
    name: 'says in its errors which system, operation or entity failed',
    appliesTo: canList,
    async run({ stage, entity }) {
      const { connector, failReads } = await stage();
      failReads({ kind: 'status', status: 503, times: 40 });
      const error = ensureConnectorError(
        await listPages(connector, entity).catch((found: unknown) => found),
      );
      ensure(
        error.system === connector.manifest.id,
        `error.system is "${error.system}", manifest.id "${connector.manifest.id}"`,
      );
      ensure(
        error.httpStatus === 503,
        `error.httpStatus is ${error.httpStatus}, the vendor answered 503`,
      );
      const body = error.toJSON();
      ensure(
        body.error_code === error.code && body.detail !== '' && body.timestamp !== '',
        'error.toJSON() is no standard error body',
      );
    },
  },
];
