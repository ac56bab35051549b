import { ConnectorError } from '../errors/connector-error.ts';
import type { SealedSecret, SecretStore } from './secret-store.ts';

/** What is used of a test runner; vitest, jest and `node:test` with an `expect` fit. */
export interface SecretStoreConformanceOptions {
  readonly describe: (name: string, body: () => void) => void;
  readonly it: (name: string, body: () => Promise<void>) => void;
  readonly expect: (actual: unknown) => { toEqual(expected: unknown): void };
  /** An empty store, a new one each time. */
  readonly create: () => Promise<SecretStore>;
  /** The same rows, opened again as by the next process. Only for durable stores. */
  readonly reopen?: ((store: SecretStore) => Promise<SecretStore>) | undefined;
}

const address = { tenant: 't1', connection: 'c1', name: 'n1' };

function row(change: Partial<SealedSecret> = {}): SealedSecret {
  return { ...address, version: 1, keyId: 'k1', sealed: 'v1.a.b', ...change };
}

const namesOf = (rows: readonly SealedSecret[]): readonly string[] =>
  rows.map(({ tenant, connection, name }) => `${tenant}/${connection}/${name}`);

/** The behaviour that the vault relies on, as tests. Every store must pass all of them. */
export function secretStoreConformance(options: SecretStoreConformanceOptions): void {
  const { describe, it, expect, create, reopen } = options;

  const test = (name: string, work: (store: SecretStore) => Promise<void>) =>
    it(name, async () => {
      const store = await create();
      try {
        await work(store);
      } finally {
        await store.close();
      }
    });

  describe('rows', () => {
    test('are kept by tenant, connection and name', async (store) => {
      expect(await store.read(address)).toEqual(undefined);
      const odd = row({ tenant: 't"\' ä', connection: 'sap:100@https://a.example/b', name: '%_' });
      for (const one of [row(), odd]) expect(await store.write(one, 0)).toEqual(true);
      expect(await store.read(address)).toEqual(row());
      expect(await store.read(odd)).toEqual(odd);
      for (const part of ['tenant', 'connection', 'name'] as const) {
        expect(await store.read({ ...address, [part]: 'x' })).toEqual(undefined);
      }
    });

    test('are changed and removed one by one: none with another tenant, connection or name', async (store) => {
      const others = (['tenant', 'connection', 'name'] as const).map((part) =>
        row({ [part]: 'x' }),
      );
      for (const one of [row(), ...others]) await store.write(one, 0);
      await store.write(row({ version: 2, sealed: 'v1.a.c' }), 1);
      await store.rewrap([
        { before: row({ version: 2, sealed: 'v1.a.c' }), keyId: 'k2', sealed: 'v1.a.d' },
      ]);
      expect(await store.read(address)).toEqual(row({ version: 2, keyId: 'k2', sealed: 'v1.a.d' }));
      for (const one of others) expect(await store.read(one)).toEqual(one);
      await store.remove(address);
      for (const one of others) expect(await store.read(one)).toEqual(one);
    });

    test('are written only on top of the version that was read', async (store) => {
      const large = Number.MAX_SAFE_INTEGER - 1;
      expect(await store.write(row({ version: large }), 1)).toEqual(false);
      expect(await store.write(row({ version: large }), 0)).toEqual(true);
      expect(await store.write(row({ version: 7 }), 0)).toEqual(false);
      expect(await store.write(row({ version: large + 1, keyId: 'k2' }), large)).toEqual(true);
      expect(await store.write(row({ version: 9 }), large)).toEqual(false);
      expect(await store.read(address)).toEqual(row({ version: large + 1, keyId: 'k2' }));
    });

    test('are written by one of many who try at once', async (store) => {
      const tries = Array.from({ length: 20 }, (_, index) =>
        store.write(row({ version: index + 1, sealed: `v1.a.${index}` }), 0),
      );
      const written = (await Promise.all(tries)).flatMap((isWritten, index) =>
        isWritten ? [index + 1] : [],
      );
      expect(written.length).toEqual(1);
      expect((await store.read(address))?.version).toEqual(written[0]);
    });

    test('are removed, if it is asked for only in the version that was read', async (store) => {
      await store.write(row({ version: 5 }), 0);
      expect(await store.remove(address, { expectedVersion: 4 })).toEqual(false);
      expect(await store.remove({ ...address, name: 'x' })).toEqual(false);
      expect(await store.remove(address, { expectedVersion: 5 })).toEqual(true);
      expect(await store.remove(address)).toEqual(false);
      expect(await store.read(address)).toEqual(undefined);
      await store.write(row(), 0);
      expect(await store.remove(address)).toEqual(true);
    });

    test('are listed page by page, each once', async (store) => {
      const rows = ['t1', 't2'].flatMap((tenant) =>
        ['c1', 'c2', 'c"3'].flatMap((connection) =>
          ['n1', 'n2', 'N 1'].map((name, index) =>
            row({ tenant, connection, name, keyId: `k${index}` }),
          ),
        ),
      );
      for (const one of rows) await store.write(one, 0);
      const all: SealedSecret[] = [];
      for (;;) {
        const page = await store.list({ after: all.at(-1), limit: 4 });
        if (page.length === 0) break;
        all.push(...page);
      }
      expect(namesOf(all).toSorted()).toEqual(namesOf(rows).toSorted());
      const some = await store.list({ tenant: 't2', connection: 'c"3', limit: 10 });
      expect(namesOf(some).toSorted()).toEqual(['t2/c"3/N 1', 't2/c"3/n1', 't2/c"3/n2']);
      expect((await store.list({ tenant: 't2', limit: 100 })).length).toEqual(9);
      const others = await store.list({ exceptKeyId: 'k1', limit: 100 });
      expect(others.length).toEqual(12);
      const rest = await store.list({ exceptKeyId: 'k1', after: others[7], limit: 100 });
      expect(rest).toEqual(others.slice(8));
    });
  });

  describe('keys', () => {
    test('are exchanged in rows that are as they were read', async (store) => {
      const rows = ['n1', 'n2', 'n3', 'n4'].map((name) => row({ name }));
      for (const one of rows) await store.write(one, 0);
      await store.write(row({ name: 'n2', version: 2 }), 1);
      await store.remove(row({ name: 'n3' }));
      // Removed and stored anew: the same version, another secret.
      await store.remove(row({ name: 'n4' }));
      await store.write(row({ name: 'n4', sealed: 'v1.c.d' }), 0);
      const next = { keyId: 'k2', sealed: 'v1.x.b' };
      const changes = rows.map((before) => ({ before, ...next }));
      expect(await store.rewrap(changes)).toEqual([true, false, false, false]);
      expect(await store.read(address)).toEqual(row(next));
      expect(await store.read(row({ name: 'n2' }))).toEqual(row({ name: 'n2', version: 2 }));
      expect(await store.read(row({ name: 'n3' }))).toEqual(undefined);
      expect((await store.read(row({ name: 'n4' })))?.sealed).toEqual('v1.c.d');
      expect(await store.rewrap([])).toEqual([]);
    });

    test('are counted', async (store) => {
      expect(await store.keysInUse()).toEqual([]);
      for (const name of ['n1', 'n2']) await store.write(row({ name }), 0);
      await store.write(row({ name: 'n3', keyId: 'k2' }), 0);
      const uses = await store.keysInUse();
      expect(uses.toSorted((left, right) => (left.keyId < right.keyId ? -1 : 1))).toEqual([
        { keyId: 'k1', secrets: 2 },
        { keyId: 'k2', secrets: 1 },
      ]);
    });

    test('have one check each, that of the first', async (store) => {
      expect(await store.readKeyCheck('k1')).toEqual(undefined);
      const stored = await Promise.all(
        ['a', 'b', 'c'].map((text) => store.addKeyCheck('k1', text)),
      );
      const [first = ''] = stored;
      expect(stored).toEqual([first, first, first]);
      expect(await store.readKeyCheck('k1')).toEqual(first);
      expect(await store.addKeyCheck('k2', 'z')).toEqual('z');
      await store.removeKeyCheck('k1');
      expect(await store.readKeyCheck('k1')).toEqual(undefined);
      expect(await store.readKeyCheck('k2')).toEqual('z');
    });
  });

  describe('leases', () => {
    test('let one work at a time, and all in the end', async (store) => {
      let inside = 0;
      let most = 0;
      const works = Array.from({ length: 5 }, (_, index) =>
        store.withLease(address, async () => {
          inside += 1;
          most = Math.max(most, inside);
          for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
          inside -= 1;
          return index;
        }),
      );
      expect(await Promise.all(works)).toEqual([0, 1, 2, 3, 4]);
      expect(most).toEqual(1);
    });

    test('of other secrets do not wait', async (store) => {
      const inner = await store.withLease(address, () =>
        store.withLease({ ...address, tenant: 't2' }, () =>
          store.withLease({ ...address, connection: 'c2' }, async () => 'inside'),
        ),
      );
      expect(inner).toEqual('inside');
    });

    test('end when their work fails', async (store) => {
      const failing = store.withLease(address, () => Promise.reject(new Error('own')));
      expect(await failing.catch((error: Error) => error.message)).toEqual('own');
      expect(await store.withLease(address, async () => 'next')).toEqual('next');
    });

    test('are not waited for any longer by those who abort', async (store) => {
      const controller = new AbortController();
      const code = await store.withLease(address, async () => {
        const waiting = store.withLease(address, async () => 'never', {
          signal: controller.signal,
        });
        controller.abort(new Error('left'));
        return waiting.catch((error: unknown) =>
          ConnectorError.isInstance(error) ? error.code : String(error),
        );
      });
      expect(code).toEqual('ERR_ABORTED');
      expect(await store.withLease(address, async () => 'next')).toEqual('next');
    });
  });

  if (reopen === undefined) return;
  describe('a store that is opened again', () => {
    it('has its rows and its checks', async () => {
      const first = await create();
      await first.write(row(), 0);
      await first.addKeyCheck('k1', 'check');
      const second = await reopen(first);
      expect(second.durable).toEqual(true);
      expect(await second.read(address)).toEqual(row());
      expect(await second.readKeyCheck('k1')).toEqual('check');
      await second.close();
    });
  });
}
