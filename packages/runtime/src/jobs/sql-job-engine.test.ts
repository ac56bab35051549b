import { manualClock } from '@common/connector-core';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { sqliteStore } from '../sqlite-store.ts';
import { jobEngineConformance } from './job-engine-conformance.ts';
import { sqlJobEngine } from './sql-job-engine.ts';

describe('sqlJobEngine on SQLite', () => {
  jobEngineConformance({
    describe,
    it,
    expect,
    async create() {
      const clock = manualClock();
      const store = sqliteStore({ path: ':memory:' });
      const start = () => sqlJobEngine({ store, clock, pollMs: 30_000 });
      const engine = start();
      return {
        engine,
        store,
        another: async () => start(),
        async advance(milliseconds) {
          await clock.advance(milliseconds);
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
          await store.close();
        },
      };
    },
  });
});
