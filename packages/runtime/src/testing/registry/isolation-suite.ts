import { describe, expect, it } from 'vitest';
import { databaseOf } from '../../registry/connection-rows.ts';
import { ann, jane, joe, type OpenTestStore, sample, worldOf } from './registry-world.ts';

const tenants = [
  't1',
  'T1',
  't1 ',
  't2',
  "t1' or '1'='1",
  't1"; drop table connection; --',
  '%',
  '__proto__',
  'constructor',
  '["t1","x"]',
  'tést',
  'te\u0301st',
];

/** What one tenant does is never seen by another. */
export function isolationSuite(open: OpenTestStore): void {
  const inWorld = worldOf(open);
  const production = sample({ environment: 'production' });

  describe('tenants', () => {
    it(
      'have the same code each for themselves, whatever they are called',
      inWorld(async ({ registry, requests }) => {
        for (const [index, tenant] of tenants.entries()) {
          const settings = { baseUrl: `https://erp-${index}.example` };
          await registry.forTenant(tenant).create(sample({ settings, name: `of ${index}` }), jane);
        }
        for (const [index, tenant] of tenants.entries()) {
          const connections = registry.forTenant(tenant);
          const list = await connections.list();
          expect(list).toMatchObject([{ tenant, code: 'erp', name: `of ${index}` }]);
          await (await connections.open('erp')).get('product', 'p1');
          expect(requests.at(-1)?.url).toBe(`https://erp-${index}.example/p1`);
        }
      }),
    );

    it.each(['', '   ', 'a\0b', 'a\nb', '\ud800', 'x'.repeat(201), undefined, {}])(
      'cannot be called %j',
      (tenant) =>
        inWorld(async ({ registry }) => {
          expect(() => registry.forTenant(tenant as string)).toThrow(/^tenant: must be/);
        })(),
    );

    it(
      'reach nothing of another by code or id, in any operation',
      inWorld(async ({ registry, connections, factory, store }) => {
        await connections.create(sample(), jane);
        await connections.create(sample({ code: 'gone' }), jane);
        await connections.remove('gone', jane);
        const [gone] = await connections.list({ removed: true });
        await connections.create({ ...production, code: 'live' }, jane);
        const [request] = await connections.requests.list();
        const before = await connections.get('erp');
        const other = registry.forTenant('t2');
        const id = request?.id ?? '';
        const works: (() => Promise<unknown>)[] = [
          () => other.get('erp'),
          () => other.get(before.id),
          () => other.credentials('erp'),
          () => other.update('erp', { name: 'taken' }, joe),
          () => other.activate('erp', joe),
          () => other.deactivate('erp', joe),
          () => other.remove('erp', joe),
          () => other.restore(gone?.id ?? '', joe),
          () => other.purge(gone?.id ?? '', joe),
          () => other.open('erp'),
          () => other.use('erp', async () => undefined),
          () => other.test('erp', joe),
          () => other.authorizationUrl('erp', joe),
          () => other.handleCallback('erp', 'https://app.example/?code=1', joe),
          () => other.requests.get(id),
          () => other.requests.approve(id, { ...joe, revision: 1 }),
          () => other.requests.reject(id, { ...joe, reason: 'no' }),
          () => other.requests.withdraw(id, jane),
          () => other.requests.revise(id, { name: 'x' }, { ...joe, revision: 1 }),
        ];
        for (const work of works) {
          await expect(work(), String(work)).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
        }
        const held = store.transaction((state) => other.hold('erp', state));
        await expect(held).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
        await other.recordSync('erp', { at: 1 });
        expect(await other.list()).toEqual([]);
        expect(await other.list({ removed: true, after: gone })).toEqual([]);
        expect(await other.requests.list({ all: true })).toEqual([]);
        expect(await connections.get('erp')).toEqual(before);
        expect(await connections.list({ removed: true })).toEqual([gone]);
        expect(await connections.requests.get(id)).toMatchObject({ status: 'open' });
        expect(factory.made).toEqual([]);
      }),
    );

    it(
      'do not share what is open, although another has opened the same code before',
      inWorld(async ({ registry, connections, factory }) => {
        await connections.create(sample(), jane);
        const first = await connections.open('erp');
        const other = registry.forTenant('t2');
        await expect(other.open('erp')).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
        await other.create(sample(), joe);
        const second = await other.open('erp');
        expect(factory.made).toHaveLength(2);
        const [mine, theirs] = factory.made;
        expect(mine?.services.governor).not.toBe(theirs?.services.governor);
        expect(mine?.services.tokens).not.toBe(theirs?.services.tokens);
        await other.deactivate('erp', joe);
        await expect(second.get('product', '1')).rejects.toMatchObject({
          code: 'ERR_CONNECTION_CLOSED',
        });
        await first.get('product', '1');
      }),
    );

    it(
      'are not found by a code that would mean something to a database or to JavaScript',
      inWorld(async ({ connections }) => {
        await connections.create(sample(), jane);
        for (const code of [
          "erp' or '1'='1",
          'e%',
          'ERP',
          'erp ',
          '__proto__',
          'a\0b',
          '\ud800',
          '',
        ]) {
          await expect(connections.get(code), code).rejects.toMatchObject({
            code: 'ERR_NOT_FOUND',
          });
        }
      }),
    );

    it(
      'keep codes that are names of JavaScript apart',
      inWorld(async ({ connections }) => {
        for (const code of ['constructor', 'tostring', 'valueof']) {
          await connections.create(sample({ code }), jane);
          expect(await connections.get(code)).toMatchObject({ code });
        }
        const settings = JSON.parse('{"__proto__":{"pageSize":1}}') as object;
        await expect(connections.update('constructor', { settings }, jane)).rejects.toMatchObject({
          path: '__proto__',
        });
      }),
    );

    it(
      'cannot use secrets that somebody has moved from another in the database',
      inWorld(async ({ registry, connections, secrets, store }) => {
        await connections.create(sample(), jane);
        const other = registry.forTenant('t2');
        await other.create(sample(), ann);
        const [mine] = (await secrets.list({ tenant: 't1', limit: 1 })) as [never];
        const [theirs] = (await secrets.list({ tenant: 't2', limit: 1 })) as [never];
        const { version, name } = theirs as { version: number; name: string };
        await secrets.write({ ...(mine as object), tenant: 't2', name } as never, version);
        await expect(other.open('erp')).rejects.toMatchObject({ code: 'ERR_VAULT_TAMPERED' });
        // Nor by a row that names the secret of another.
        const own = (mine as { name: string }).name;
        await store.transaction(async (state) => {
          const rows = databaseOf(state).updateTable('connection').where('tenant', '=', 't2');
          await rows.set({ credentials: own }).execute();
        });
        await expect(other.open('erp')).rejects.toMatchObject({
          code: 'ERR_CONFIGURATION',
          path: 'credentials',
        });
        await connections.open('erp');
      }),
    );

    it(
      'are not touched by another that has all names and ids in common with them',
      inWorld(async ({ registry, connections, vault, store, clock, secrets, factory }) => {
        const tables = ['connection', 'connection_change', 'connection_secret'] as const;
        const rowsOf = (tenant: string) =>
          store.transaction(
            (state) =>
              Promise.all(
                tables.map((table) =>
                  databaseOf(state)
                    .selectFrom(table)
                    .selectAll()
                    .where('tenant', '=', tenant)
                    .execute(),
                ),
              ),
            { readOnly: true },
          );
        await connections.create(sample(), jane);
        await connections.create(sample({ code: 'gone' }), jane);
        await connections.create({ ...production, code: 'live' }, jane);
        const asked = await connections.update('erp', { environment: 'production' }, jane);
        expect(asked.status).toBe('requested');
        await connections.remove('gone', jane);
        // Secrets that a process left when it died.
        await store.transaction(async (state) => {
          for (const left of ['writing', 'dropped'] as const) {
            const place = { tenant: 't1', connection: 'erp', name: `credentials.${left}` };
            await databaseOf(state)
              .insertInto('connection_secret')
              .values({ ...place, state: left, changed_at: clock.now() })
              .execute();
          }
        });
        const mine = await rowsOf('t1');
        await store.transaction(async (state) => {
          for (const [index, table] of tables.entries()) {
            const twins = mine[index]?.map((row) => ({ ...row, tenant: 't2' })) ?? [];
            await databaseOf(state)
              .insertInto(table)
              .values(twins as never)
              .execute();
          }
        });
        const theirVault = vault.forTenant('t2');
        for await (const { connection, name } of vault.forTenant('t1').list()) {
          const value = { kind: 'basic', username: 'THEIRS', password: 'p' };
          await theirVault.put({ connection, name }, value);
        }
        const theirs = await rowsOf('t2');
        const theirSecrets = await secrets.list({ tenant: 't2', limit: 100 });

        const { requests } = connections;
        const of = async (code: string) => (await requests.list({ connection: code }))[0]?.id ?? '';
        const [first, second] = [await of('live'), await of('erp')];
        await requests.revise(first, { credentials: { password: 'p2' } }, { ...jane, revision: 1 });
        await requests.approve(first, { ...joe, revision: 2 });
        await requests.reject(second, { ...joe, reason: 'no' });
        await connections.update('erp', { credentials: { password: 'p2' } }, jane);
        await connections.recordSync('erp', { at: 1 });
        await store.transaction((state) => connections.hold('erp', state));
        const [gone] = await connections.list({ removed: true });
        await connections.purge(gone?.id ?? '', jane);
        const opened = await connections.open('erp');
        await clock.advance(61 * 60_000);
        // Credentials and token of each of `live`, `gone` and `erp`, and what was left.
        expect(await connections.tidy()).toMatchObject({ secrets: 7 });
        await clock.advance(61 * 60_000);
        expect(await connections.tidy()).toMatchObject({ secrets: 1 });
        expect(await rowsOf('t2')).toEqual(theirs);
        expect(await secrets.list({ tenant: 't2', limit: 100 })).toEqual(theirSecrets);
        const other = await registry.forTenant('t2').open('erp');
        expect(factory.made).toHaveLength(2);
        expect(other).not.toBe(opened);
      }),
    );

    it(
      'keep their tokens apart',
      inWorld(async ({ registry, secretNames }) => {
        const credentials = {
          ...{ kind: 'oauth2-client-credentials', clientId: 'id', clientSecret: 's1' },
          tokenUrl: 'https://login.acme.example/token',
        };
        for (const tenant of ['t1', 't2']) {
          const connections = registry.forTenant(tenant);
          await connections.create(sample({ credentials }), jane);
          await connections.use('erp', (erp) => erp.get('product', '1'));
        }
        const tokens = (await secretNames()).filter((name) => name.includes('/token.'));
        expect(tokens.map((name) => name.split('/')[0])).toEqual(['t1', 't2']);
      }),
    );

    it(
      'have an audit of their own',
      inWorld(async ({ registry, connections, audit }) => {
        await connections.create(sample(), jane);
        await registry.forTenant('t2').create(sample(), joe);
        expect(await audit('t1')).toMatchObject([{ actor: jane.actor, tenant: 't1', sequence: 1 }]);
        expect(await audit('t2')).toMatchObject([{ actor: joe.actor, tenant: 't2', sequence: 1 }]);
      }),
    );
  });
}
