import { type Clock, manualClock, systemClock } from '@common/connector-core';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { sqlStores } from '../testing/sql-stores.ts';
import { jobEngineConformance } from './job-engine-conformance.ts';
import { sqlJobEngine } from './sql-job-engine.ts';

/** A file answers in the turn in which it is asked: time stands still until the test says otherwise. */
function standingTime() {
  const clock = manualClock();
  return { clock, pollMs: 30_000, advance: (milliseconds: number) => clock.advance(milliseconds) };
}

/** A server answers when it answers: time goes on, and the test leaps ahead in it. */
function leapingTime() {
  let aheadMs = 0;
  const clock: Clock = { ...systemClock, now: () => Date.now() + aheadMs };
  const advance = async (milliseconds: number) => {
    aheadMs += milliseconds;
  };
  return { clock, pollMs: 20, advance };
}

for (const stores of await sqlStores()) {
  describe(`sqlJobEngine on ${stores.name}`, () => {
    afterAll(() => stores.close());

    jobEngineConformance({
      describe,
      it,
      expect,
      async create() {
        const { advance, clock, pollMs } =
          stores.name === 'SQLite' ? standingTime() : leapingTime();
        const store = stores.create();
        const opened = [store];
        const start = (over: typeof store) => sqlJobEngine({ store: over, clock, pollMs });
        const engine = start(store);
        return {
          ...{ advance, engine, store },
          // Through connections of its own, as another process has it.
          async another() {
            const other = stores.another(store);
            opened.push(other);
            return start(other);
          },
          async active() {
            const { rows } = await store.database.transaction((db) =>
              sql<{ id: string }>`select id from job where status = 'running'`.execute(db),
            );
            return rows.length;
          },
          now: () => clock.now(),
          async close() {
            await engine.close();
            for (const one of opened) await one.close();
          },
        };
      },
    });
  });
}
