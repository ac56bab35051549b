import { ConnectorError } from '@common/connector-core';
import type { DeadLetter } from './dead-letter.ts';
import type { Intent } from './intent.ts';
import type { Link } from './link.ts';
import type { RunRecord } from './run-record.ts';
import type { StateStore } from './state-store.ts';

/** What is used of a test runner; vitest, jest and `node:test` with an `expect` fit. */
export interface StateStoreConformanceOptions {
  readonly describe: (name: string, body: () => void) => void;
  readonly it: (name: string, body: () => Promise<void>) => void;
  readonly expect: (actual: unknown) => { toEqual(expected: unknown): void };
  /** An empty store, a new one each time. */
  readonly create: () => Promise<StateStore>;
  /** The same store opened again, as by the next process. Only for durable stores. */
  readonly reopen?: ((store: StateStore) => Promise<StateStore>) | undefined;
}

const flow = { tenant: 't1', flow: 'f1' };
const space = { tenant: 't1', space: 's1' };
const scope = { tenant: 't1', scope: 'flow:f1' };

/** The behaviour that the engine relies on, as tests. Every store must pass all of them. */
export function stateStoreConformance(options: StateStoreConformanceOptions): void {
  const { describe, it, expect, create } = options;

  async function using(work: (store: StateStore) => Promise<void>): Promise<void> {
    const store = await create();
    try {
      await work(store);
    } finally {
      await store.close();
    }
  }
  const test = (name: string, work: (store: StateStore) => Promise<void>) =>
    it(name, () => using(work));

  async function codeOf(work: Promise<unknown>): Promise<string> {
    try {
      await work;
      return 'no error';
    } catch (error) {
      return ConnectorError.isInstance(error) ? error.code : String(error);
    }
  }

  describe('transactions', () => {
    test('store all of their work', async (store) => {
      await store.transaction(async (state) => {
        await state.checkpoints.set(flow, 'incremental', { n: 1 });
        await state.links.put(space, [link('a', 'b')]);
      });
      expect(
        await store.transaction(async (state) => [
          await state.checkpoints.get(flow, 'incremental'),
          (await state.links.byKeys(space, 'left', ['a'])).length,
        ]),
      ).toEqual([{ n: 1 }, 1]);
    });

    test('store nothing when their work throws', async (store) => {
      await store.transaction(async (state) => {
        await state.checkpoints.set(flow, 'full', { n: 1 });
        await state.links.put(space, [link('a', 'b')]);
        await state.journal.add([intent('k0')]);
        await state.deadLetters.put([letter('l0')]);
      });
      const failing = store.transaction(async (state) => {
        await state.checkpoints.set(flow, 'full', undefined);
        await state.checkpoints.set(flow, 'incremental', { n: 2 });
        await state.links.put(space, [link('a', 'c'), link('x', 'y')]);
        await state.journal.remove(flow);
        await state.journal.add([intent('k1')]);
        await state.deadLetters.remove(flow, ['l0']);
        await state.deadLetters.put([letter('l1')]);
        await state.runs.put(run('r1', 1));
        throw new ConnectorError({ code: 'ERR_TEST', category: 'internal', message: 'test' });
      });
      expect(await codeOf(failing)).toEqual('ERR_TEST');
      await store.transaction(async (state) => {
        expect(await state.checkpoints.get(flow, 'full')).toEqual({ n: 1 });
        expect(await state.checkpoints.get(flow, 'incremental')).toEqual(undefined);
        expect(await state.links.list(space, { limit: 10 })).toEqual([link('a', 'b')]);
        expect(await state.links.byKeys(space, 'right', ['c', 'y'])).toEqual([]);
        expect(await state.links.byKeys(space, 'right', ['b'])).toEqual([link('a', 'b')]);
        expect((await state.journal.list(flow)).map(({ key }) => key)).toEqual(['k0']);
        expect((await state.deadLetters.list(flow, {})).map(({ id }) => id)).toEqual(['l0']);
        expect(await state.runs.list(flow, 10)).toEqual([]);
      });
    });

    test('take turns', async (store) => {
      const add = () =>
        store.transaction(async (state) => {
          const before = (await state.checkpoints.get(flow, 'full')) as { n: number } | undefined;
          await Promise.resolve();
          await state.checkpoints.set(flow, 'full', { n: (before?.n ?? 0) + 1 });
        });
      await Promise.all(Array.from({ length: 25 }, add));
      expect(await store.transaction((state) => state.checkpoints.get(flow, 'full'))).toEqual({
        n: 25,
      });
    });

    test('go on after one that failed', async (store) => {
      await codeOf(store.transaction(() => Promise.reject(new Error('test'))));
      await store.transaction((state) => state.checkpoints.set(flow, 'full', { n: 1 }));
      expect(await store.transaction((state) => state.checkpoints.get(flow, 'full'))).toEqual({
        n: 1,
      });
    });
  });

  describe('leases', () => {
    const request = { ...scope, owner: 'one', now: 1000, ttlMs: 100 };

    test('are granted to one at a time, with a growing token', async (store) => {
      const acquire = (change: object) =>
        store.transaction((state) => state.leases.acquire({ ...request, ...change }));
      const first = await acquire({});
      expect(first).toEqual({
        granted: true,
        lease: { ...scope, owner: 'one', token: 1, expiresAt: 1100 },
      });
      expect(await acquire({ owner: 'two' })).toEqual({ ...first, granted: false });
      const second = await acquire({ owner: 'two', now: 1100 });
      expect([second.granted, second.lease.token]).toEqual([true, 2]);
      expect((await acquire({ owner: 'one', scope: 'other' })).lease.token).toEqual(1);
      expect((await acquire({ owner: 'one', tenant: 't2' })).granted).toEqual(true);
    });

    test('can be extended, released and taken from the dead', async (store) => {
      const acquire = (change: object) =>
        store.transaction((state) => state.leases.acquire({ ...request, ...change }));
      const { lease } = await acquire({});
      const renewed = await store.transaction((state) => state.leases.renew(lease, 2000));
      expect(renewed).toEqual({ ...lease, expiresAt: 2000 });
      expect((await acquire({ owner: 'two', now: 1500 })).granted).toEqual(false);
      expect((await acquire({ owner: 'two', takeOver: 99 })).granted).toEqual(false);
      const taken = await acquire({ owner: 'two', takeOver: lease.token });
      expect([taken.granted, taken.lease.token]).toEqual([true, 2]);
      expect(await store.transaction((state) => state.leases.renew(lease, 9000))).toEqual(
        undefined,
      );
      await store.transaction((state) => state.leases.release(lease));
      expect((await acquire({ owner: 'three' })).granted).toEqual(false);
      await store.transaction((state) => state.leases.release(taken.lease));
      expect((await acquire({ owner: 'three' })).lease.token).toEqual(3);
    });

    test('fence: a transaction with an older token stores nothing', async (store) => {
      const acquire = (now: number) =>
        store.transaction((state) => state.leases.acquire({ ...request, now }));
      const zombie = (await acquire(1000)).lease;
      const present = (await acquire(1200)).lease;
      const set = (lease: typeof zombie, n: number) =>
        store.transaction((state) => state.checkpoints.set(flow, 'full', { n }), { lease });
      await set(present, 1);
      expect(await codeOf(set(zombie, 2))).toEqual('ERR_LEASE_LOST');
      expect(await store.transaction((state) => state.checkpoints.get(flow, 'full'))).toEqual({
        n: 1,
      });
    });
  });

  describe('checkpoints', () => {
    test('are kept by tenant, flow and name', async (store) => {
      await store.transaction(async (state) => {
        await state.checkpoints.set(flow, 'incremental', { text: 'ä\u0000"\'', list: [1, null] });
        await state.checkpoints.set({ ...flow, tenant: 't2' }, 'incremental', { other: true });
      });
      await store.transaction(async (state) => {
        const { checkpoints } = state;
        expect(await checkpoints.get(flow, 'incremental')).toEqual({
          text: 'ä\u0000"\'',
          list: [1, null],
        });
        expect(await checkpoints.get({ tenant: 't2', flow: 'f1' }, 'incremental')).toEqual({
          other: true,
        });
        expect(await checkpoints.get({ tenant: 't1', flow: 'f2' }, 'incremental')).toEqual(
          undefined,
        );
        await checkpoints.set(flow, 'incremental', undefined);
        expect(await checkpoints.get(flow, 'incremental')).toEqual(undefined);
      });
    });
  });

  describe('the journal', () => {
    test('keeps intents until they are removed, thousands at once', async (store) => {
      const intents = Array.from({ length: 2500 }, (_, index) => intent(`k${index}`));
      await store.transaction((state) => state.journal.add(intents));
      await store.transaction((state) =>
        state.journal.add([{ ...intent('k7'), op: 'delete', targetKey: 'x', body: '{}' }]),
      );
      await store.transaction(async (state) => {
        const found = await state.journal.list(flow);
        expect(found.length).toEqual(2500);
        expect(found.find(({ key }) => key === 'k7')).toEqual({
          ...intent('k7'),
          op: 'delete',
          targetKey: 'x',
          body: '{}',
        });
        expect(await state.journal.flowsOf(space)).toEqual(['f1']);
        expect(await state.journal.flowsOf({ ...space, tenant: 't2' })).toEqual([]);
        await state.journal.remove(
          flow,
          intents.slice(1).map(({ key }) => key),
        );
        expect((await state.journal.list(flow)).map(({ key }) => key)).toEqual(['k0']);
        await state.journal.add([{ ...intent('k1'), flow: 'f2' }]);
        await state.journal.remove(flow);
        expect(await state.journal.list(flow)).toEqual([]);
        expect(await state.journal.flowsOf(space)).toEqual(['f2']);
      });
    });
  });

  describe('links', () => {
    test('are found from either side, thousands at once', async (store) => {
      const links = Array.from({ length: 2500 }, (_, index) => link(`l${index}`, `r${index}`));
      await store.transaction((state) => state.links.put(space, links));
      await store.transaction(async (state) => {
        const keys = links.map(({ leftKey }) => leftKey);
        const byLeft = await state.links.byKeys(space, 'left', [...keys, 'nothing', 'l1']);
        expect(sorted(byLeft)).toEqual(sorted(links));
        expect(await state.links.byKeys(space, 'right', ['r42', 'l42'])).toEqual([
          link('l42', 'r42'),
        ]);
        expect(await state.links.byKeys({ ...space, space: 's2' }, 'left', ['l1'])).toEqual([]);
        expect(await state.links.byKeys({ ...space, tenant: 't2' }, 'left', ['l1'])).toEqual([]);
      });
    });

    test('are replaced by their left key; right keys may repeat', async (store) => {
      await store.transaction(async (state) => {
        await state.links.put(space, [link('a', 'x'), link('b', 'x')]);
        expect((await state.links.byKeys(space, 'right', ['x'])).length).toEqual(2);
        const changed = { ...link('a', 'y'), version: 2, leftDigest: '', deleted: true };
        await state.links.put(space, [changed]);
        expect(await state.links.byKeys(space, 'left', ['a'])).toEqual([changed]);
        expect(await state.links.byKeys(space, 'right', ['x'])).toEqual([link('b', 'x')]);
        await state.links.remove(space, ['b', 'nothing']);
        expect(await state.links.byKeys(space, 'right', ['x'])).toEqual([]);
      });
    });

    test('of a record and its parts are those of no other', async (store) => {
      await store.transaction(async (state) => {
        const gone = { ...link('45/30', '5'), deleted: true };
        await state.links.put(space, [
          link('45', '1'),
          link('45/10', '2'),
          link('45/20/1', '3'),
          link('450', '4'),
          gone,
          link('45-1', '6'),
          link('4', '45/1'),
        ]);
        const left = await state.links.byRecords(space, 'left', ['45']);
        expect(sorted(left).map(({ leftKey }) => leftKey)).toEqual(['45', '45/10', '45/20/1']);
        const right = await state.links.byRecords(space, 'right', ['45']);
        expect(right.map(({ leftKey }) => leftKey)).toEqual(['4']);
        const other = await state.links.byRecords({ ...space, tenant: 't2' }, 'left', ['45']);
        expect(other).toEqual([]);
      });
    });

    test('of many records come at once, each once', async (store) => {
      const links = Array.from({ length: 1200 }, (_, index) => [
        link(`l${index}/10`, `r${index}/a`),
        link(`l${index}/20`, `r${index}/b`),
      ]).flat();
      await store.transaction(async (state) => {
        await state.links.put(space, links);
        const keys = Array.from({ length: 1100 }, (_, index) => `l${index}`);
        const found = await state.links.byRecords(space, 'left', [...keys, 'nothing', 'l7']);
        expect(sorted(found)).toEqual(sorted(links.slice(0, 2200)));
        const right = await state.links.byRecords(space, 'right', ['r1199', 'r1199/a']);
        expect(sorted(right)).toEqual(sorted(links.slice(-2)));
        expect(await state.links.byRecords(space, 'left', [])).toEqual([]);
      });
    });

    test('are listed in order, page by page, tombstones left out', async (store) => {
      await store.transaction(async (state) => {
        await state.links.put(space, [
          link('c', '3'),
          link('a', '1'),
          { ...link('b', '2'), deleted: true },
          link('d', '4'),
        ]);
        const first = await state.links.list(space, { limit: 2 });
        expect(first.map(({ leftKey }) => leftKey)).toEqual(['a', 'c']);
        if (state.links.count !== undefined) expect(await state.links.count(space)).toEqual(3);
        const second = await state.links.list(space, { after: 'c', limit: 2 });
        expect(second.map(({ leftKey }) => leftKey)).toEqual(['d']);
      });
    });

    test('keep keys as they are', async (store) => {
      const odd = ["'; drop table sync_link; --", '0001', ' 1', 'Ä€😀', '%_', '1e3'];
      await store.transaction(async (state) => {
        await state.links.put(
          space,
          odd.map((key, index) => link(key, `r${index}`)),
        );
        const found = await state.links.byKeys(space, 'left', odd);
        expect(found.map(({ leftKey }) => leftKey).sort()).toEqual([...odd].sort());
      });
    });
  });

  describe('dead letters', () => {
    test('are listed, counted, found by source key and removed', async (store) => {
      await store.transaction(async (state) => {
        const { deadLetters } = state;
        const retryable = { ...letter('c').error, retryable: true };
        await deadLetters.put([
          letter('b'),
          { ...letter('a'), status: 'discarded', reason: 'known' },
          { ...letter('c'), stage: 'map', error: retryable, sourceKey: undefined },
          { ...letter('b'), tenant: 't2' },
        ]);
        const ids = async (query: object) =>
          (await deadLetters.list(flow, query)).map(({ id }) => id);
        expect(await ids({})).toEqual(['a', 'b', 'c']);
        expect(await ids({ status: 'open' })).toEqual(['b', 'c']);
        expect(await ids({ stage: 'map' })).toEqual(['c']);
        expect(await ids({ retryable: true })).toEqual(['c']);
        expect(await ids({ after: 'a', limit: 1 })).toEqual(['b']);
        expect(await deadLetters.count(flow)).toEqual(3);
        expect(await deadLetters.get(flow, 'a')).toEqual({
          ...letter('a'),
          status: 'discarded',
          reason: 'known',
        });
        const bySource = await deadLetters.bySourceKeys(flow, ['source b', 'nothing']);
        expect(bySource).toEqual([letter('b')]);
        await deadLetters.put([{ ...letter('b'), attempts: 2, lastAt: 9 }]);
        expect(await deadLetters.get(flow, 'b')).toEqual({
          ...letter('b'),
          attempts: 2,
          lastAt: 9,
        });
        await deadLetters.remove(flow, ['a', 'b']);
        expect(await ids({})).toEqual(['c']);
        expect(await deadLetters.count({ ...flow, tenant: 't2' })).toEqual(1);
      });
    });
  });

  describe('runs', () => {
    test('are kept, the latest first', async (store) => {
      await store.transaction(async (state) => {
        await state.runs.put(run('r1', 1));
        await state.runs.put(run('r3', 3));
        await state.runs.put(run('r2', 2));
        await state.runs.put({ ...run('r1', 1), status: 'failed', errorCode: 'ERR_X' });
        expect((await state.runs.list(flow, 2)).map(({ runId }) => runId)).toEqual(['r3', 'r2']);
        expect((await state.runs.list(flow, 9))[2]).toEqual({
          ...run('r1', 1),
          status: 'failed',
          errorCode: 'ERR_X',
        });
      });
    });
  });

  const { reopen } = options;
  if (reopen !== undefined) {
    describe('a store that is opened again', () => {
      test('has everything that was committed', async (store) => {
        await store.transaction(async (state) => {
          await state.checkpoints.set(flow, 'full', { n: 1 });
          await state.links.put(space, [link('a', 'b')]);
          await state.journal.add([intent('k')]);
        });
        const again = await reopen(store);
        await again.transaction(async (state) => {
          expect(await state.checkpoints.get(flow, 'full')).toEqual({ n: 1 });
          expect(await state.links.byKeys(space, 'right', ['b'])).toEqual([link('a', 'b')]);
          expect(await state.journal.list(flow)).toEqual([intent('k')]);
        });
        await again.close();
      });
    });
  }
}

function link(leftKey: string, rightKey: string): Link {
  return {
    leftKey,
    rightKey,
    leftPart: leftKey.split('/')[1],
    rightPart: rightKey.split('/')[1],
    leftDigest: `digest of ${leftKey}`,
    rightDigest: `digest of ${rightKey}`,
    leftShadow: undefined,
    rightShadow: `{"f":{"name":"${rightKey}"}}`,
    version: 1,
    deleted: false,
    updatedAt: 1_767_225_600_000,
  };
}

function intent(key: string): Intent {
  return {
    ...flow,
    space: 's1',
    key,
    sourceKey: key,
    op: 'create',
    idempotencyKey: `i${key}`,
    targetKey: undefined,
    targetPart: undefined,
    sourceDigest: 'sd',
    targetDigest: 'td',
    body: undefined,
    createdAt: 1_767_225_600_000,
    shadow: `{"f":{"name":"${key}"}}`,
  };
}

function letter(id: string): DeadLetter {
  return {
    ...flow,
    id,
    stage: 'write',
    entity: 'item',
    op: 'upsert',
    key: `key ${id}`,
    sourceKey: `source ${id}`,
    attempts: 1,
    error: {
      code: 'ERR_VALIDATION',
      category: 'validation',
      message: 'It is not valid.',
      path: undefined,
      retryable: false,
    },
    digest: undefined,
    firstAt: 1,
    lastAt: 2,
    status: 'open',
    reason: undefined,
  };
}

function run(runId: string, startedAt: number): RunRecord {
  return {
    ...flow,
    runId,
    mode: 'full',
    status: 'running',
    startedAt,
    updatedAt: startedAt,
    counts: {
      read: 1,
      inserted: 2,
      updated: 3,
      unchanged: 4,
      deleted: 5,
      withheld: 9,
      failed: 6,
      retried: 7,
      skipped: 8,
    },
    errorCode: undefined,
  };
}

function sorted(links: readonly Link[]): readonly Link[] {
  return [...links].sort((a, b) => (a.leftKey < b.leftKey ? -1 : 1));
}
