import type { Vault } from '@common/connector-core/vault';
import { describe, expect, it } from 'vitest';
import { jane, joe, type OpenTestStore, sample, worldOf } from './registry-world.ts';

/** Where a process dies: what it was doing never goes on. */
type Death = 'before the vault' | 'behind the vault' | 'before the old secret is removed';

const hour = 60 * 60_000;

/** A vault of a process that dies, and what it waits for. */
function dyingVault(vault: Vault, death: Death) {
  let dead = (): void => undefined;
  const died = new Promise<void>((resolve) => {
    dead = resolve;
  });
  let goOn = (): void => undefined;
  const stopped = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const stop = async (): Promise<void> => {
    dead();
    await stopped;
  };
  const dying: Vault = {
    ...vault,
    forTenant(tenant) {
      const of = vault.forTenant(tenant);
      return {
        ...of,
        async put(...given) {
          if (death === 'before the vault') await stop();
          const version = await of.put(...given);
          if (death === 'behind the vault') await stop();
          return version;
        },
        async remove(...given) {
          if (death === 'before the old secret is removed') await stop();
          return of.remove(...given);
        },
      };
    },
  };
  return { dying, died, goOn: () => goOn() };
}

/** Vault and table agree, whenever a process dies. */
export function crashSuite(open: OpenTestStore): void {
  const inWorld = worldOf(open);
  const patch = { credentials: { password: 'p2' } };

  describe('a process that dies', () => {
    it.each<[Death, number, string]>([
      ['before the vault', 1, 'canary-password-1'],
      ['behind the vault', 1, 'canary-password-1'],
      ['before the old secret is removed', 2, 'p2'],
    ])('%s leaves a connection that works, and nothing for long', (death, version, password) =>
      inWorld(async (world) => {
        const { connections, another, vault, clock } = world;
        await connections.create(sample(), jane);
        const { dying, died } = dyingVault(vault, death);
        void another({ vault: dying }).forTenant('t1').update('erp', patch, jane);
        await died;
        expect(await connections.get('erp')).toMatchObject({ version });
        await connections.use('erp', (erp) => erp.get('product', '1'));
        const sent = world.requests.at(-1)?.headers.authorization ?? '';
        const [, used] = Buffer.from(sent.slice(6), 'base64').toString().split(':');
        expect(used).toBe(password);
        // It may only be slow: its secret is not taken from under it at once.
        await connections.tidy();
        expect(await world.secretNames()).toHaveLength(death === 'before the vault' ? 1 : 2);
        // First it is given up, then its secret goes: a late writer finds that it was given up.
        for (const _ of ['given up', 'removed']) {
          await clock.advance(hour + 1);
          await connections.tidy();
        }
        expect(await world.secretNames()).toHaveLength(1);
        await connections.use('erp', (erp) => erp.get('product', '1'));
        expect(await connections.tidy()).toEqual({ secrets: 0, requests: 0 });
      })(),
    );

    it(
      'or seems to: one that goes on after it was given up changes nothing',
      inWorld(async (world) => {
        const { connections, another, vault, clock } = world;
        await connections.create(sample(), jane);
        const { dying, died, goOn } = dyingVault(vault, 'behind the vault');
        const late = another({ vault: dying }).forTenant('t1').update('erp', patch, jane);
        await died;
        await clock.advance(hour + 1);
        await connections.tidy();
        await clock.advance(hour + 1);
        await connections.tidy();
        goOn();
        await expect(late).rejects.toMatchObject({
          code: 'ERR_CONFLICT',
          message: expect.stringContaining('took too long'),
        });
        expect(await connections.get('erp')).toMatchObject({ version: 1 });
        expect(await world.secretNames()).toHaveLength(1);
        await connections.use('erp', (erp) => erp.get('product', '1'));
      }),
    );

    it(
      'while it asks for a change leaves no request and no secret',
      inWorld(async (world) => {
        const { connections, another, vault, clock } = world;
        const { dying, died } = dyingVault(vault, 'behind the vault');
        const wanted = sample({ environment: 'production' });
        void another({ vault: dying }).forTenant('t1').create(wanted, jane);
        await died;
        expect(await connections.requests.list()).toEqual([]);
        await clock.advance(hour + 1);
        await connections.tidy();
        await clock.advance(hour + 1);
        await connections.tidy();
        expect(await world.secretNames()).toEqual([]);
      }),
    );
  });

  describe('the vault', () => {
    it(
      'may have its keys rotated meanwhile',
      inWorld(async ({ connections, vault }) => {
        await connections.create(sample(), jane);
        await vault.rotate();
        await connections.update('erp', patch, joe);
        await vault.rotate();
        await connections.use('erp', (erp) => erp.get('product', '1'));
      }),
    );

    it(
      'that has lost the credentials is told in words, and gets them anew',
      inWorld(async ({ connections, secrets }) => {
        await connections.create(sample(), jane);
        for (const row of await secrets.list({ limit: 10 })) await secrets.remove(row);
        await expect(connections.open('erp')).rejects.toMatchObject({
          code: 'ERR_CONFIGURATION',
          path: 'credentials',
          message: expect.stringContaining('are not in the vault'),
        });
        await expect(connections.update('erp', patch, jane)).rejects.toMatchObject({
          path: 'credentials',
        });
        await connections.deactivate('erp', jane);
        await connections.update('erp', { active: true, credentials: sample().credentials }, jane);
        await connections.use('erp', (erp) => erp.get('product', '1'));
      }),
    );
  });
}
