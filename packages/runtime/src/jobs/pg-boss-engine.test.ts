import { type Clock, systemClock } from '@common/connector-core';
import { CompiledQuery } from 'kysely';
import { PgBoss } from 'pg-boss';
import { afterAll, describe, expect, it } from 'vitest';
import { sqliteStore } from '../sqlite-store.ts';
import { testPostgres } from '../testing/sql-stores.ts';
import { jobEngineConformance } from './job-engine-conformance.ts';
import { pgBossEngine } from './pg-boss-engine.ts';

const postgres = await testPostgres();
afterAll(() => postgres.close());

const { executeSql, url } = postgres;
/** pg-boss of an app; without a server on the one connection that there is. */
async function bossOf(schema: string): Promise<PgBoss> {
  const often = { superviseIntervalSeconds: 2, monitorIntervalSeconds: 2 };
  const place = executeSql === undefined ? { connectionString: url ?? '' } : { db: { executeSql } };
  const boss = new PgBoss({ ...place, schema, schedule: false, ...often });
  await boss.start();
  return boss;
}

describe(`pgBossEngine on ${postgres.name}`, () => {
  let schemas = 0;

  jobEngineConformance({
    describe,
    it,
    expect,
    async create() {
      schemas += 1;
      const schema = `jobs_${process.pid}_${schemas}`;
      let aheadMs = 0;
      const clock: Clock = { ...systemClock, now: () => Date.now() + aheadMs };
      const store = postgres.create({ clock });
      // Without a server there is one connection, which all share.
      const boss = url === undefined ? await bossOf(schema) : undefined;
      const place = boss === undefined ? { url } : { boss };
      const start = () => pgBossEngine({ store, ...place, schema, clock, pollMs: 20 });
      const query = (text: string, values: unknown[] = []) =>
        store.database.transaction((db) => db.executeQuery(CompiledQuery.raw(text, values)));
      const engine = start();
      await engine.prepare(['work', 'other']);
      return {
        engine,
        store,
        another: async () => start(),
        async advance(milliseconds) {
          aheadMs += milliseconds;
          // The time of waiting jobs is that of the server.
          await query(
            `update ${schema}.job set start_after = start_after - $1 * interval '1 millisecond' where state < 'active'`,
            [milliseconds],
          );
        },
        async active() {
          const { rows } = await query(`select id from ${schema}.job where state = 'active'`);
          return rows.length;
        },
        now: () => Date.now(),
        async close() {
          await engine.close();
          await boss?.stop({ graceful: false });
          await store.close();
        },
      };
    },
  });
});

describe(`an app's own pg-boss on ${postgres.name}`, () => {
  it('is used, and left to the app', async () => {
    const schema = `own_${process.pid}`;
    const boss = await bossOf(schema);
    const store = postgres.create();
    const engine = pgBossEngine({ store, boss, schema, pollMs: 20 });
    await engine.prepare();
    const done = new Promise((resolve) => {
      engine.work('flow', async ({ data }) => resolve(data));
    });
    await store.transaction(async (state) => {
      await engine.enqueue([{ queue: 'flow', tenant: 't', data: 'mine' }], { within: state });
    });
    expect(await done).toBe('mine');
    await engine.close();
    expect(await boss.getQueue('flow')).not.toBeNull();
    await boss.stop({ graceful: false });
  });
});

describe('pgBossEngine', () => {
  it('wants the state in PostgreSQL', () => {
    const store = sqliteStore({ path: ':memory:' });
    expect(() => pgBossEngine({ store, url: 'postgres://x' })).toThrow(
      'needs the state in PostgreSQL',
    );
  });

  it('wants a schema that needs no quotes', () => {
    const store = postgres.create();
    for (const schema of ['Jobs', 'a b', 'x"; drop table y']) {
      expect(() => pgBossEngine({ store, url: 'postgres://x', schema })).toThrow('small letters');
    }
  });

  it('wants a url or a boss', () => {
    expect(() => pgBossEngine({ store: postgres.create() })).toThrow('a url, or a boss');
  });
});
