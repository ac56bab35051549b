import type { WriteResult } from '@common/connector-core';
import type { Behaviour } from '../behaviour.ts';
import { ensure } from '../conformance-failure.ts';
import { ensureConnectorError, expectConnectorError, show } from '../expect-error.ts';
import { listPages } from '../reading.ts';
import { createHastyClock } from '../stage/hasty-clock.ts';
import { pageSize, until } from '../stage/stage.ts';
import { canCreate, canList } from './applicability.ts';

const aborted = { code: 'ERR_ABORTED' } as const;
/** An answer that comes long after the behaviour's time limit. */
const never = { kind: 'slow-headers', delayMs: 60_000 } as const;

export const abortBehaviours: readonly Behaviour[] = [
  {
    id: 'abort/before',
    group: 'abort',
    name: 'sends nothing when it was aborted before',
    appliesTo: canList,
    async run({ stage, entity, entityHarness, capabilities }) {
      const { connector, sandbox } = await stage();
      const signal = AbortSignal.abort();
      await expectConnectorError(() => listPages(connector, entity, {}, { signal }), aborted);
      if (capabilities.get) {
        await expectConnectorError(
          () => connector.get(entity, entityHarness.missingKey, { signal }),
          aborted,
        );
      }
      ensure(sandbox.journal.count() === 0, 'A request was sent');
    },
  },
  {
    id: 'abort/during',
    group: 'abort',
    name: 'ends a call that waits for its answer, and closes the socket',
    appliesTo: canList,
    async run({ stage, entity }) {
      const { connector, sandbox, failReads, faultsConsumed } = await stage();
      const controller = new AbortController();
      failReads(never);
      const call = expectConnectorError(
        () => listPages(connector, entity, {}, { signal: controller.signal }),
        aborted,
      );
      await faultsConsumed();
      controller.abort();
      await call;
      // The simulator notes the call when its client has gone.
      await until(
        () => sandbox.journal.count({ fault: never.kind }) > 0,
        'The socket stayed open after the abort',
      );
    },
  },
  {
    id: 'abort/back-off',
    group: 'abort',
    name: 'ends a call that waits to be tried again',
    appliesTo: canList,
    async run({ stage, entity }) {
      const clock = createHastyClock({ frozen: true });
      const { connector, failReads, reads } = await stage({ clock });
      const controller = new AbortController();
      failReads({ kind: 'status', status: 503, times: 5 });
      // Signing in may wait for something too, before the call that is to be tried again.
      const backOff = async (): Promise<void> => {
        do await clock.nextWait();
        while (reads() === 0);
      };
      const waiting = backOff();
      const call = expectConnectorError(
        () => listPages(connector, entity, {}, { signal: controller.signal }),
        aborted,
      );
      await Promise.race([waiting, call]);
      controller.abort();
      await call;
      ensure(reads() === 1, `The connector asked ${reads()} times`);
    },
  },
  {
    id: 'abort/between-pages',
    group: 'abort',
    name: 'reads no further page after an abort',
    appliesTo: canList,
    async run({ stage, entity }) {
      const { connector } = await stage();
      const controller = new AbortController();
      await expectConnectorError(async () => {
        for await (const page of connector.list(
          entity,
          { pageSize },
          { signal: controller.signal },
        )) {
          if (page.records.length > 0) controller.abort();
        }
      }, aborted);
    },
  },
  {
    id: 'abort/write',
    group: 'abort',
    name: 'writes nothing when it was aborted before',
    appliesTo: canCreate,
    async run({ stage, entity, writeHarness }) {
      const { connector, sandbox } = await stage();
      const change = { op: 'upsert', record: writeHarness.record(1) } as const;
      await expectConnectorError(
        async () => connector.write?.(entity, [change], { signal: AbortSignal.abort() }),
        aborted,
      );
      ensure(sandbox.journal.count() === 0, 'A request was sent');
    },
  },
  {
    id: 'abort/write-under-way',
    group: 'abort',
    name: 'answers record by record what became of a write that was aborted',
    appliesTo: canCreate,
    async run({ stage, entity, writeHarness }) {
      const { connector, failCreates, faultsConsumed } = await stage();
      const controller = new AbortController();
      failCreates(never);
      const changes = [1, 2, 3].map((n) => ({
        op: 'upsert' as const,
        record: writeHarness.record(n),
      }));
      const writing = Promise.resolve(
        connector.write?.(entity, changes, { signal: controller.signal }),
      ).catch((error: unknown) => error);
      await faultsConsumed();
      controller.abort();
      const results = await writing;
      ensure(
        Array.isArray(results) && results.length === changes.length,
        `Expected a result for each change, got ${show(results)}`,
      );
      const statuses = (results as readonly WriteResult[]).map(({ status }) => status);
      ensure(
        statuses.includes('unknown'),
        `What was under way is of unknown outcome; got ${statuses.join(', ')}`,
      );
      for (const result of results as readonly WriteResult[]) {
        if (result.status === 'failed') ensureConnectorError(result.error, aborted);
      }
    },
  },
  {
    id: 'abort/disconnect',
    group: 'abort',
    name: 'ends calls that are under way when it is disconnected',
    appliesTo: canList,
    async run({ stage, entity }) {
      const { connector, failReads, faultsConsumed } = await stage();
      failReads(never);
      const call = expectConnectorError(() => listPages(connector, entity), aborted);
      await faultsConsumed();
      await connector.disconnect();
      await call;
    },
  },
];
