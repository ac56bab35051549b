import type { Behaviour } from '../behaviour.ts';
import { ensure } from '../conformance-failure.ts';
import { ensureConnectorError, expectConnectorError } from '../expect-error.ts';
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
      const waiting = clock.nextWait();
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
      // Either the call rejects, or every record says that nothing was sent for it.
      const outcome = await connector
        .write?.(entity, [change], { signal: AbortSignal.abort() })
        .then(
          ([result]) => (result?.status === 'failed' ? result.error : result),
          (error: unknown) => error,
        );
      ensureConnectorError(outcome, aborted);
      ensure(sandbox.journal.count() === 0, 'A request was sent');
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
