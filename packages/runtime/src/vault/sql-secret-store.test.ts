import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { manualClock } from '@common/connector-core';
import { type SecretStore, secretStoreConformance } from '@common/connector-core/vault';
import { afterAll, describe, expect, it } from 'vitest';
import type { SqlStore } from '../sql-store.ts';
import { sqliteStore } from '../sqlite-store.ts';
import { advanceUntil } from '../testing/advance-until.ts';
import { sqlStores } from '../testing/sql-stores.ts';
import { sqlSecretStore } from './sql-secret-store.ts';

const holder = fileURLToPath(new URL('../testing/lease-child.ts', import.meta.url));

const address = { tenant: 't1', connection: 'c1', name: 'token' };
const row = { ...address, version: 1, keyId: 'k1', sealed: 'v1.a.b' };

for (const stores of await sqlStores()) {
  describe(`the secret store in ${stores.name}`, () => {
    afterAll(() => stores.close());

    const storeOf = new Map<SecretStore, SqlStore>();
    const open = async (store: SqlStore): Promise<SecretStore> => {
      const secrets = sqlSecretStore({ store });
      storeOf.set(secrets, store);
      return secrets;
    };
    secretStoreConformance({
      describe,
      it,
      expect,
      create: () => open(stores.create()),
      async reopen(secrets) {
        const store = storeOf.get(secrets) as SqlStore;
        await store.close();
        return open(stores.another(store));
      },
    });

    it('shares the database of a state store, which closes it', async () => {
      const store = stores.create();
      const secrets = sqlSecretStore({ store });
      await secrets.write(row, 0);
      await secrets.close();
      await store.transaction((state) =>
        state.checkpoints.set({ tenant: 't', flow: 'f' }, 'x', {}),
      );
      expect(await secrets.read(address)).toEqual(row);
      await store.close();
    });

    describe('a lease of two processes', () => {
      // Two connections to one database stand for two processes; the second looks at another clock.
      const pair = () => {
        const clock = manualClock();
        const store = stores.create({ clock });
        const secrets = [store, stores.another(store, { clock })].map((one) =>
          sqlSecretStore({ store: one, clock, random: () => 0.5 }),
        );
        return { clock, secrets: secrets as [SecretStore, SecretStore] };
      };

      it('is waited for, and had when the other is done', async () => {
        const { clock, secrets } = pair();
        const order: string[] = [];
        let end = (): void => undefined;
        const first = secrets[0].withLease(address, async () => {
          order.push('first begins');
          await new Promise<void>((resolve) => {
            end = resolve;
          });
          order.push('first ends');
        });
        while (order.length === 0) await clock.advance(0);
        const second = secrets[1].withLease(address, async () => {
          order.push('second');
        });
        await clock.advance(5_000);
        expect(order).toEqual(['first begins']);
        end();
        await first;
        await advanceUntil(second, { clock, stepMs: 10 });
        expect(order).toEqual(['first begins', 'first ends', 'second']);
      });

      it('is taken over when it has expired, and the former holder is told', async () => {
        const { clock, secrets } = pair();
        let signal: AbortSignal | undefined;
        let end = (): void => undefined;
        // Renews every 100 ms of real time, by a clock that the other process moves past the lease.
        const first = secrets[0].withLease(
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
        const second = secrets[1].withLease(address, async () => {
          await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
          return signal?.reason as unknown;
        });
        await clock.advance(400);
        expect(await advanceUntil(second, { clock, stepMs: 10 })).toMatchObject({
          code: 'ERR_LEASE_LOST',
        });
        end();
        await first;
      });
    });
  });
}

describe('a lease of a process that was killed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-secrets-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is had at once, long before it has expired', async () => {
    const path = join(folder, 'secrets.db');
    const child = spawn(
      process.execPath,
      ['--conditions=@common/source', '--disable-warning=ExperimentalWarning', holder, path],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const ended = new Promise((resolve) => child.on('close', resolve));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const store = sqliteStore({ path });
    const secrets = sqlSecretStore({ store });
    let isFree = false;
    const next = secrets.withLease(address, async () => {
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
