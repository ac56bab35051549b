import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { manualClock } from '@common/connector-core';
import { type SecretStore, secretStoreConformance } from '@common/connector-core/vault';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqliteStore } from '../sqlite-store.ts';
import { sqliteSecretStore } from './sqlite-secret-store.ts';

const holder = fileURLToPath(new URL('../testing/lease-child.ts', import.meta.url));

let folder: string;
let files = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sqlite-secrets-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const newPath = () => {
  files += 1;
  return join(folder, `secrets-${files}.db`);
};

const address = { tenant: 't1', connection: 'c1', name: 'token' };
const row = { ...address, version: 1, keyId: 'k1', sealed: 'v1.a.b' };

describe('the secret store in SQLite', () => {
  const paths = new Map<SecretStore, string>();
  secretStoreConformance({
    describe,
    it,
    expect,
    async create() {
      const path = newPath();
      const store = sqliteSecretStore({ path });
      paths.set(store, path);
      return store;
    },
    async reopen(store) {
      await store.close();
      return sqliteSecretStore({ path: paths.get(store) ?? '' });
    },
  });

  it('shares the file of a state store, which closes it', async () => {
    const store = sqliteStore({ path: newPath() });
    const secrets = sqliteSecretStore({ store });
    await secrets.write(row, 0);
    await secrets.close();
    await store.transaction((state) => state.checkpoints.set({ tenant: 't', flow: 'f' }, 'x', {}));
    expect(await secrets.read(address)).toEqual(row);
    await store.close();
  });

  it('needs to be told where', () => {
    expect(() => sqliteSecretStore({})).toThrow('needs a path, or a store');
  });
});

describe('a lease of two processes', () => {
  // Two stores on one file stand for two processes; the second looks at another clock.
  const pair = () => {
    const path = newPath();
    const clock = manualClock();
    const stores = [0, 1].map(() => sqliteSecretStore({ path, clock, random: () => 0.5 }));
    return { clock, stores: stores as [SecretStore, SecretStore] };
  };

  it('is waited for, and had when the other is done', async () => {
    const { clock, stores } = pair();
    const order: string[] = [];
    let end = (): void => undefined;
    const first = stores[0].withLease(address, async () => {
      order.push('first begins');
      await new Promise<void>((resolve) => {
        end = resolve;
      });
      order.push('first ends');
    });
    while (order.length === 0) await clock.advance(0);
    const second = stores[1].withLease(address, async () => {
      order.push('second');
    });
    await clock.advance(5_000);
    expect(order).toEqual(['first begins']);
    end();
    await first;
    await clock.runUntil(second);
    expect(order).toEqual(['first begins', 'first ends', 'second']);
    for (const store of stores) await store.close();
  });

  it('is taken over when it has expired, and the former holder is told', async () => {
    const { clock, stores } = pair();
    let signal: AbortSignal | undefined;
    let end = (): void => undefined;
    // Renews every 100 ms of real time, by a clock that the other process moves past the lease.
    const first = stores[0].withLease(
      address,
      async (lease) => {
        signal = lease.signal;
        await new Promise<void>((resolve) => {
          end = resolve;
        });
      },
      { ttlMs: 300 },
    );
    while (signal === undefined) await clock.advance(0);
    const second = stores[1].withLease(address, async () => {
      await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
      return signal?.reason as unknown;
    });
    await clock.advance(400);
    expect(await second).toMatchObject({ code: 'ERR_LEASE_LOST' });
    end();
    await first;
    for (const store of stores) await store.close();
  });

  it('that was killed is had at once, long before its lease has expired', async () => {
    const path = newPath();
    const child = spawn(
      process.execPath,
      ['--conditions=@common/source', '--disable-warning=ExperimentalWarning', holder, path],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const ended = new Promise((resolve) => child.on('close', resolve));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const store = sqliteSecretStore({ path });
    let isFree = false;
    const next = store.withLease(address, async () => {
      isFree = true;
    });
    expect(await Promise.race([next, setTimeout(100, 'waiting')])).toBe('waiting');
    expect(isFree).toBe(false);
    child.kill('SIGKILL');
    await ended;
    await next;
    expect(isFree).toBe(true);
    await store.close();
  });
});
