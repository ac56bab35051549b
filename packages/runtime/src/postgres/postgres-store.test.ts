import { stateStoreConformance } from '@common/connector-sync';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import type { SqlStore } from '../sql-store.ts';
import type { SqlStateTransaction } from '../state/sql-state.ts';
import { pgliteStores, testPostgres } from '../testing/sql-stores.ts';
import type { PostgresPool } from './postgres-pool.ts';
import { postgresStore } from './postgres-store.ts';

const flow = { tenant: 't', flow: 'f' };
const postgres = await testPostgres();
const pglite = await pgliteStores();
afterAll(() => postgres.close());

const valueIn = (store: SqlStore) =>
  store.transaction((state) => state.checkpoints.get(flow, 'full'), { readOnly: true });
const set = (store: SqlStore, n: number) =>
  store.transaction((state) => state.checkpoints.set(flow, 'full', { n }));

/** Ends the connection of the transaction that it is called in. */
async function loseConnection(state: object): Promise<void> {
  await sql`select pg_terminate_backend(pg_backend_pid())`.execute(
    (state as SqlStateTransaction).database,
  );
}

describe('the store on PGlite', () => {
  afterAll(() => pglite.close());
  stateStoreConformance({ describe, it, expect, create: async () => pglite.create() });
});

describe('the tables in PostgreSQL', () => {
  it('have no text whose order depends on the language of the server', async () => {
    const store = postgres.create();
    await set(store, 1);
    const { rows } = await store.database.transaction((db) =>
      sql`
        select table_name, column_name from information_schema.columns
        where table_schema = current_schema() and data_type = 'text'
          and collation_name is distinct from 'C'
      `.execute(db),
    );
    expect(rows).toEqual([]);
  });
});

describe('options of the store in PostgreSQL', () => {
  it('name a server or a pool, one of the two', () => {
    expect(() => postgresStore({})).toThrow('needs a url, or a pool of pg');
    const pool: PostgresPool = { connect: () => Promise.reject(new Error('not now')) };
    expect(() => postgresStore({ pool, url: 'postgres://localhost' })).toThrow('one of the two');
  });
});

/** Needs a server: several connections, which can be lost. */
describe.runIf(postgres.url !== undefined)('the store on a server', () => {
  const url = postgres.url ?? '';

  describe('fences', () => {
    const request = { tenant: 't', scope: 'flow:f', owner: 'one', now: 1000, ttlMs: 100 };
    const acquire = async (store: SqlStore, now: number) =>
      (
        await store.transaction((state) =>
          state.leases.acquire({ ...request, owner: `at ${now}`, now }),
        )
      ).lease;

    it('a holder that lost its lease before it began', async () => {
      const store = postgres.create();
      const other = postgres.another(store);
      const zombie = await acquire(store, 1000);
      await acquire(other, 2000);
      const late = store.transaction((state) => state.checkpoints.set(flow, 'full', { n: 1 }), {
        lease: zombie,
      });
      await expect(late).rejects.toMatchObject({ code: 'ERR_LEASE_LOST' });
      expect(await valueIn(other)).toBeUndefined();
    });

    it('the next holder, until what the last one began is stored', async () => {
      const store = postgres.create();
      const other = postgres.another(store);
      const lease = await acquire(store, 1000);
      const order: string[] = [];
      const began = Promise.withResolvers<number>();
      const goOn = Promise.withResolvers<void>();
      const last = store.transaction(
        async (state) => {
          began.resolve(await pidOf(state));
          await goOn.promise;
          await state.checkpoints.set(flow, 'full', { n: 1 });
          order.push('stored');
        },
        { lease },
      );
      const pid = await began.promise;
      const next = acquire(other, 2000).then(() => order.push('taken over'));
      await blockedBy(pid);
      expect(order).toEqual([]);
      goOn.resolve();
      await Promise.all([last, next]);
      expect(order).toEqual(['stored', 'taken over']);
      const again = store.transaction(async () => undefined, { lease });
      await expect(again).rejects.toMatchObject({ code: 'ERR_LEASE_LOST' });
    });

    it('two who take over at once', async () => {
      const store = postgres.create();
      await acquire(store, 1000);
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          (index % 2 === 0 ? store : postgres.another(store)).transaction((state) =>
            state.leases.acquire({ ...request, owner: `${index}`, now: 2000 }),
          ),
        ),
      );
      expect(answers.filter(({ granted }) => granted)).toHaveLength(1);
      expect(new Set(answers.map(({ lease }) => lease.token))).toEqual(new Set([2]));
    });
  });

  describe('whose connection is lost', () => {
    it('stores nothing, says so, and goes on with another connection', async () => {
      const store = postgres.create();
      await set(store, 1);
      const lost = store.transaction(async (state) => {
        await state.checkpoints.set(flow, 'full', { n: 2 });
        await loseConnection(state);
      });
      await expect(lost).rejects.toMatchObject({
        code: 'ERR_STORE_UNAVAILABLE',
        category: 'transient',
        retryable: true,
        outcomeUnknown: false,
        notExecuted: true,
      });
      expect(await valueIn(store)).toEqual({ n: 1 });
    });

    it('does the work again if the work allows it', async () => {
      const store = postgres.create();
      let tries = 0;
      await store.transaction(
        async (state) => {
          tries += 1;
          const before = (await state.checkpoints.get(flow, 'full')) as { n: number } | undefined;
          await state.checkpoints.set(flow, 'full', { n: (before?.n ?? 0) + 1 });
          if (tries < 3) await loseConnection(state);
        },
        { repeat: 'unless-stored' },
      );
      expect([tries, await valueIn(store)]).toEqual([3, { n: 1 }]);
    });

    it('does not take for stored what the work went on with after a failure', async () => {
      const store = postgres.create();
      const work = store.transaction(async (state) => {
        await state.checkpoints.set(flow, 'full', { n: 2 });
        const { database } = state as SqlStateTransaction;
        await sql`select 1 / 0`.execute(database).catch(() => undefined);
      });
      await expect(work).rejects.toThrow('division by zero');
      expect(await valueIn(store)).toBeUndefined();
    });

    it('notices it between two transactions', async () => {
      const pool = new pg.Pool({ connectionString: url, max: 1 });
      const errors: Error[] = [];
      pool.on('error', (error) => errors.push(error));
      const store = postgresStore({ pool, schema: postgres.schemaOf(postgres.create()) });
      await set(store, 1);
      const admin = postgres.create();
      const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
      await admin.database.transaction((db) =>
        sql`select pg_terminate_backend(${rows[0]?.pid}::int)`.execute(db),
      );
      await set(store, 2);
      expect(await valueIn(store)).toEqual({ n: 2 });
      await pool.end();
    });
  });

  describe('whose commit is not answered', () => {
    /** A pool that loses the connection with the answer to a commit, or just before the commit. */
    function losing(when: 'after' | 'before', times: number) {
      const pool = new pg.Pool({ connectionString: url, max: 2 });
      let left = 0;
      const losingPool: PostgresPool = {
        async connect() {
          const client = await pool.connect();
          return {
            release: (destroy) => client.release(destroy),
            async query(text, values) {
              if (text !== 'commit' || left === 0) return client.query(text, values);
              left -= 1;
              if (when === 'after') await client.query(text);
              else await client.query('rollback');
              throw new Error('Connection terminated unexpectedly');
            },
          };
        },
      };
      return {
        pool: losingPool,
        begin: () => {
          left = times;
        },
        end: () => pool.end(),
      };
    }

    it.each(['after', 'before'] as const)('says that nobody knows: lost %s it', async (when) => {
      const { pool, begin, end } = losing(when, 1);
      const store = postgresStore({ pool, schema: postgres.schemaOf(postgres.create()) });
      await set(store, 1);
      begin();
      const unknown = store.transaction((state) => state.checkpoints.set(flow, 'full', { n: 2 }), {
        repeat: 'unless-stored',
      });
      await expect(unknown).rejects.toMatchObject({
        code: 'ERR_STORE_UNAVAILABLE',
        outcomeUnknown: true,
        notExecuted: false,
      });
      expect(await valueIn(store)).toEqual({ n: when === 'after' ? 2 : 1 });
      await end();
    });

    it.each(['after', 'before'] as const)(
      'repeats what may be repeated: lost %s it',
      async (when) => {
        const { pool, begin, end } = losing(when, 2);
        const store = postgresStore({ pool, schema: postgres.schemaOf(postgres.create()) });
        await set(store, 1);
        begin();
        await store.transaction((state) => state.checkpoints.set(flow, 'full', { n: 2 }), {
          repeat: 'always',
        });
        expect(await valueIn(store)).toEqual({ n: 2 });
        await end();
      },
    );
  });

  describe('in the way of another', () => {
    it('is told when that takes too long', async () => {
      const store = postgres.create();
      await set(store, 1);
      const impatient = postgres.another(store, { busyTimeoutMs: 50 });
      await impatient.transaction(async () => undefined);
      const holding = Promise.withResolvers<void>();
      const goOn = Promise.withResolvers<void>();
      const holder = store.transaction(async (state) => {
        await state.checkpoints.set(flow, 'full', { n: 2 });
        holding.resolve();
        await goOn.promise;
      });
      await holding.promise;
      await expect(set(impatient, 3)).rejects.toMatchObject({
        code: 'ERR_STORE_BUSY',
        retryable: true,
      });
      goOn.resolve();
      await holder;
      expect(await valueIn(store)).toEqual({ n: 2 });
    });

    it('in a circle is let through one after the other', async () => {
      const store = postgres.create();
      await set(store, 0);
      const both = Promise.withResolvers<void>();
      let holding = 0;
      const cross = (first: string, second: string) => {
        let tries = 0;
        return store.transaction(
          async (state) => {
            await state.checkpoints.set({ tenant: 't', flow: first }, 'x', { by: first });
            tries += 1;
            holding += 1;
            if (holding === 2) both.resolve();
            if (tries === 1) await both.promise;
            await state.checkpoints.set({ tenant: 't', flow: second }, 'x', { by: first });
          },
          { repeat: 'unless-stored' },
        );
      };
      await Promise.all([cross('a', 'b'), cross('b', 'a')]);
      const values = await store.transaction(async ({ checkpoints }) => [
        await checkpoints.get({ tenant: 't', flow: 'a' }, 'x'),
        await checkpoints.get({ tenant: 't', flow: 'b' }, 'x'),
      ]);
      expect(values[0]).toEqual(values[1]);
    });
  });

  describe('says what to do', () => {
    const messageOf = async (store: SqlStore) => {
      const error = await store.transaction(async () => undefined).catch((caught: Error) => caught);
      await store.close();
      return error;
    };
    const at = (change: (target: URL) => void): string => {
      const target = new URL(url);
      change(target);
      return target.href;
    };

    it.each([
      [
        'a wrong password',
        () =>
          at((target) => {
            target.password = 'wrong-4711';
          }),
        { code: 'ERR_STORE_UNUSABLE', message: expect.stringContaining('Check user, password') },
      ],
      [
        'a database that is not there',
        () =>
          at((target) => {
            target.pathname = '/nowhere';
          }),
        { code: 'ERR_STORE_UNUSABLE', message: expect.stringContaining('no such database') },
      ],
      [
        'a server that is not there',
        () =>
          at((target) => {
            target.port = '1';
          }),
        { code: 'ERR_STORE_UNAVAILABLE', message: expect.stringContaining('does not answer') },
      ],
    ])('about %s', async (_, target, expected) => {
      const error = await messageOf(postgresStore({ url: target(), busyTimeoutMs: 50 }));
      expect(error).toMatchObject(expected);
      const shown = JSON.stringify(error) + String(error);
      expect(shown).not.toContain('4711');
      expect(shown).not.toContain(new URL(url).password);
    });

    it('about a user who may not make tables', async () => {
      const admin = postgres.create();
      const user = `guest_${crypto.randomUUID().replaceAll('-', '')}`;
      await admin.database.transaction((db) =>
        sql`create role ${sql.ref(user)} login password 'guest'`.execute(db),
      );
      const guest = at((target) => {
        target.username = user;
        target.password = 'guest';
      });
      expect(await messageOf(postgresStore({ url: guest, schema: 'of_a_guest' }))).toMatchObject({
        code: 'ERR_STORE_UNUSABLE',
        message: expect.stringContaining('Grant it create'),
      });
    });

    it('about state of a newer version', async () => {
      const store = postgres.create();
      await set(store, 1);
      await store.database.transaction((db) =>
        sql`insert into sync_schema (version) values (999)`.execute(db),
      );
      await expect(set(postgres.another(store), 2)).rejects.toMatchObject({
        code: 'ERR_CONFIGURATION',
        message: expect.stringContaining('Update @common/connector-runtime'),
      });
    });

    it('about a store that was closed', async () => {
      const store = postgres.create();
      await set(store, 1);
      await store.close();
      await store.close();
      await expect(set(store, 2)).rejects.toMatchObject({ code: 'ERR_STORE_CLOSED' });
    });
  });

  it('leaves a pool open that others use too', async () => {
    const pool = new pg.Pool({ connectionString: url, max: 2 });
    const store = postgresStore({ pool, schema: postgres.schemaOf(postgres.create()) });
    await set(store, 1);
    await store.close();
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });

  const pidOf = async (state: object): Promise<number> => {
    const { database } = state as SqlStateTransaction;
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(database);
    return rows[0]?.pid ?? 0;
  };

  /** Waits until somebody waits for a lock that a connection has. */
  async function blockedBy(pid: number): Promise<void> {
    const admin = postgres.create();
    for (let isBlocked = false; !isBlocked; ) {
      const { rows } = await admin.database.transaction(
        (db) =>
          sql`select 1 from pg_stat_activity where ${pid}::int = any(pg_blocking_pids(pid))`.execute(
            db,
          ),
        { readOnly: true },
      );
      isBlocked = rows.length > 0;
    }
  }
});
