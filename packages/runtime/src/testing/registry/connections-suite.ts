import { describe, expect, it } from 'vitest';
import { secretMask } from '../../registry/index.ts';
import { jane, joe, type OpenTestStore, password, sample, worldOf } from './registry-world.ts';

/** Adding, changing and removing connections. */
export function connectionsSuite(open: OpenTestStore): void {
  const inWorld = worldOf(open);

  describe('a connection that is added', () => {
    it(
      'is there with everything but its secrets',
      inWorld(async ({ connections, clock }) => {
        const outcome = await connections.create(sample(), jane);
        expect(outcome).toMatchObject({ status: 'applied' });
        expect(await connections.get('erp')).toEqual({
          tenant: 't1',
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          code: 'erp',
          name: 'ERP of the plant',
          type: 'acme',
          url: 'https://erp.acme.example',
          authMethod: 'basic',
          environment: 'test',
          active: true,
          settings: { baseUrl: 'https://erp.acme.example', pageSize: 100 },
          lastSyncAt: undefined,
          createdBy: jane.actor,
          createdAt: clock.now(),
          updatedBy: jane.actor,
          updatedAt: clock.now(),
          version: 1,
          removedAt: undefined,
        });
        expect(await connections.list()).toEqual([await connections.get('erp')]);
      }),
    );

    it(
      'keeps its secrets in the vault only',
      inWorld(async (world) => {
        await world.connections.create(sample(), jane);
        const change = { credentials: { password: 'canary-password-2' } };
        await world.connections.update('erp', change, jane);
        expect(await world.everything()).not.toContain('canary');
        expect(JSON.stringify(await world.rows())).not.toContain('canary');
        expect(JSON.stringify(await world.connections.credentials('erp'))).not.toContain('canary');
      }),
    );

    it.each([
      ['code', { code: 'SAP Production' }, 'lower-case letters'],
      ['code', { code: '' }, 'lower-case letters'],
      ['code', { code: 'pending-authorizations' }, 'is taken'],
      ['environment', { environment: 'Production' }, 'one of production, staging, test'],
      ['environment', { environment: undefined }, 'one of production, staging, test'],
      ['active', { active: 'yes' }, 'true or false'],
      ['name', { name: '' }, 'not empty'],
      ['name', { name: 'two\nlines' }, 'control characters'],
      ['settings', { settings: 'https://erp' }, 'must be an object'],
      [
        'pageSize',
        { settings: { baseUrl: 'https://x.example', pageSize: 'many' } },
        'whole number',
      ],
      ['password', { settings: { baseUrl: 'https://x.example', password } }, 'no such name'],
      ['settings.baseUrl', { settings: { baseUrl: `https://me:${password}@x.example` } }, 'belong'],
      ['password', { credentials: { kind: 'basic', username: 'u' } }, 'password: is missing'],
      ['kind', { credentials: { kind: 'kerberos' } }, 'must be one of basic'],
      [
        'credentials.password',
        { credentials: { kind: 'basic', username: 'u', password: secretMask } },
        'the secret itself',
      ],
      ['credentials', { credentials: undefined }, 'must be an object'],
      ['baseUrl', { baseUrl: 'https://x.example' }, 'no such name'],
    ])('is refused for %s: %j', (path, more, words) =>
      inWorld(async (world) => {
        const wrong = { ...sample(), ...more } as ReturnType<typeof sample>;
        const error = await world.connections.create(wrong, jane).catch((e: unknown) => e);
        expect(error).toMatchObject({ code: 'ERR_CONFIGURATION', path });
        expect((error as Error).message).toContain(words);
        expect((error as Error).message).not.toContain('canary');
        expect(await world.connections.list()).toEqual([]);
        expect(await world.secretNames()).toEqual([]);
        expect(await world.audit()).toMatchObject([
          { operation: 'connection.create', outcome: 'failed', errorCode: 'ERR_CONFIGURATION' },
        ]);
      })(),
    );

    it(
      'of an unknown type is told which there are',
      inWorld(async ({ connections }) => {
        for (const type of ['sapp', 'constructor', '__proto__']) {
          const refused = connections.create(sample({ type }), jane);
          await expect(refused).rejects.toMatchObject({
            code: 'ERR_UNKNOWN_CONNECTOR',
            path: 'type',
            message: expect.stringContaining('Registered are: acme'),
          });
        }
      }),
    );

    it(
      'needs a code that is free, until the one that has it is removed',
      inWorld(async ({ connections, secretNames }) => {
        await connections.create(sample(), jane);
        const before = await secretNames();
        await expect(connections.create(sample(), joe)).rejects.toMatchObject({
          code: 'ERR_CONFLICT',
          message: expect.stringContaining('there is a connection erp already'),
        });
        expect(await secretNames()).toEqual(before);
        await connections.remove('erp', jane);
        await connections.create(sample({ name: 'another' }), joe);
        expect(await connections.get('erp')).toMatchObject({ name: 'another' });
      }),
    );

    it(
      'of two who add it at once is there once',
      inWorld(async ({ connections, another, secretNames }) => {
        const registries = [connections, another().forTenant('t1')];
        const tries = await Promise.allSettled(
          Array.from({ length: 8 }, (_, index) => registries[index % 2]!.create(sample(), jane)),
        );
        expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        expect(await connections.list()).toHaveLength(1);
        expect(await secretNames()).toHaveLength(1);
      }),
    );

    it(
      'can be tested first, and is not stored when the vendor cannot be reached',
      inWorld(async (world) => {
        const { connections, requests } = world;
        const down = sample({ settings: { baseUrl: 'https://down.acme.example' } });
        await expect(
          connections.create(down, { ...jane, testConnection: true }),
        ).rejects.toMatchObject({
          code: 'ERR_CONNECTION_TEST_FAILED',
          message: expect.stringContaining('network: The host does not answer'),
        });
        expect(await connections.list()).toEqual([]);
        expect(await world.secretNames()).toEqual([]);
        await connections.create(sample(), { ...jane, testConnection: true });
        expect(requests.map(({ url }) => url)).toEqual(['https://erp.acme.example/ping']);
        expect(world.factory.made.every(({ disconnects }) => disconnects === 1)).toBe(true);
      }),
    );

    it(
      'has the token of its test, for a sign-in may have used up what it was given',
      inWorld(async ({ connections, requests }) => {
        const credentials = {
          ...{ kind: 'oauth2-refresh-token', refreshToken: 'r1', clientId: 'id' },
          ...{ tokenUrl: 'https://login.acme.example/token', clientSecret: 's1' },
        };
        await connections.create(sample({ credentials }), { ...jane, testConnection: true });
        const erp = await connections.open('erp');
        await erp.get('product', 'p1');
        expect(requests.map(({ url }) => url.replace(/^.*example/, ''))).toEqual([
          '/token',
          '/ping',
          '/p1',
        ]);
      }),
    );
  });

  describe('a connection that is changed', () => {
    it(
      'has what was given, keeps the rest, and counts its versions',
      inWorld(async ({ connections, clock }) => {
        await connections.create(sample(), jane);
        await clock.advance(1000);
        const outcome = await connections.update(
          'erp',
          { name: 'ERP', settings: { client: '100', pageSize: null } },
          joe,
        );
        expect(outcome).toMatchObject({ status: 'applied' });
        expect(await connections.get('erp')).toMatchObject({
          name: 'ERP',
          settings: { baseUrl: 'https://erp.acme.example', client: '100' },
          version: 2,
          createdBy: jane.actor,
          updatedBy: joe.actor,
          updatedAt: clock.now(),
        });
      }),
    );

    it(
      'by nothing stays as it is',
      inWorld(async ({ connections, audit, secretNames }) => {
        await connections.create(sample(), jane);
        const before = await secretNames();
        for (const patch of [
          {},
          { name: 'ERP of the plant' },
          { settings: { pageSize: 100 } },
          { credentials: { kind: 'basic', password } },
          { credentials: await connections.credentials('erp') },
        ]) {
          const outcome = await connections.update('erp', patch, joe);
          expect(outcome).toMatchObject({ status: 'unchanged', connection: { version: 1 } });
        }
        expect(await secretNames()).toEqual(before);
        expect(await audit()).toHaveLength(1);
      }),
    );

    it(
      'shows which secrets are set, and takes one of them without the others',
      inWorld(async ({ connections, requests }) => {
        await connections.create(sample(), jane);
        expect(await connections.credentials('erp')).toMatchObject({
          kind: 'basic',
          username: 'COMM_USER',
          password: secretMask,
        });
        await connections.update('erp', { credentials: { password: 'p2' } }, jane);
        const erp = await connections.open('erp');
        await erp.get('product', 'p1');
        const sent = requests.at(-1)?.headers.authorization ?? '';
        expect(Buffer.from(sent.slice(6), 'base64').toString()).toBe('COMM_USER:p2');
      }),
    );

    it(
      'shows a secret that is not set as null, within others too',
      inWorld(async ({ connections }) => {
        const credentials = { kind: 'api-key', header: 'x-key', value: 'v1' };
        await connections.create(sample({ credentials }), jane);
        expect(await connections.credentials('erp')).toEqual({
          ...{ kind: 'api-key', header: 'x-key', value: secretMask, next: null },
        });
        await connections.update('erp', { credentials: { next: 'v2' } }, jane);
        expect(await connections.credentials('erp')).toMatchObject({ next: secretMask });
        await connections.update('erp', { credentials: { next: null } }, jane);
        expect(await connections.credentials('erp')).toMatchObject({ next: null });
      }),
    );

    it(
      'to another kind has nothing of the one before',
      inWorld(async ({ connections }) => {
        await connections.create(sample(), jane);
        const credentials = { kind: 'api-key', header: 'x-key', value: 'v1' };
        await connections.update('erp', { credentials }, jane);
        expect(await connections.get('erp')).toMatchObject({ authMethod: 'api-key' });
        expect(await connections.credentials('erp')).not.toHaveProperty('username');
        const masked = { kind: 'basic', username: 'u', password: secretMask };
        await expect(
          connections.update('erp', { credentials: masked }, jane),
        ).rejects.toMatchObject({ path: 'credentials.password' });
      }),
    );

    it.each([
      ['code', { code: 'other' }, 'cannot be changed'],
      ['type', { type: 'sap' }, 'cannot be changed'],
      ['credential', { credential: {} }, 'no such name'],
      ['baseUrl', { settings: { baseUrl: null } }, 'is missing'],
      ['password', { credentials: { password: '' } }, 'must not be empty'],
    ])('is refused for %s: %j', (path, patch, words) =>
      inWorld(async ({ connections, audit }) => {
        await connections.create(sample(), jane);
        const error = await connections
          .update('erp', patch as object, jane)
          .catch((e: unknown) => e);
        expect(error).toMatchObject({ code: 'ERR_CONFIGURATION', path });
        expect((error as Error).message).toContain(words);
        expect(await connections.get('erp')).toMatchObject({ version: 1 });
        expect((await audit()).at(-1)).toMatchObject({ outcome: 'failed' });
      })(),
    );

    it(
      'by two at once is changed by one after the other, and never by who saw another version',
      inWorld(async ({ connections, another }) => {
        await connections.create(sample(), jane);
        const other = another().forTenant('t1');
        await expect(
          other.update('erp', { name: 'late' }, { ...joe, version: 7 }),
        ).rejects.toMatchObject({
          code: 'ERR_CONFLICT',
          message: expect.stringContaining('changed by somebody else meanwhile'),
        });
        const tries = await Promise.allSettled(
          ['a', 'b', 'c', 'd'].map((name, index) =>
            (index % 2 === 0 ? connections : other).update('erp', { name }, { ...joe, version: 1 }),
          ),
        );
        expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        expect(await connections.get('erp')).toMatchObject({ version: 2 });
      }),
    );

    it(
      'needs somebody who changes it',
      inWorld(async ({ connections }) => {
        await connections.create(sample(), jane);
        for (const actor of ['', ' ', undefined as unknown as string]) {
          await expect(connections.update('erp', { name: 'x' }, { actor })).rejects.toMatchObject({
            path: 'actor',
          });
        }
        await expect(connections.get('nobody')).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
      }),
    );
  });

  describe('a connection that is removed', () => {
    it(
      'is gone, and can be brought back inactive',
      inWorld(async ({ connections, requests }) => {
        const created = await connections.create(sample(), jane);
        const { id } = (created as { connection: { id: string } }).connection;
        await connections.remove('erp', joe);
        await expect(connections.get('erp')).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
        await expect(connections.open('erp')).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
        expect(await connections.list()).toEqual([]);
        expect(await connections.list({ removed: true })).toMatchObject([{ id, active: false }]);
        await connections.restore(id, jane);
        expect(await connections.get('erp')).toMatchObject({ active: false, version: 3 });
        await connections.activate('erp', jane);
        await (await connections.open('erp')).get('product', 'p1');
        expect(requests).toHaveLength(1);
      }),
    );

    it(
      'is not brought back over another of its code',
      inWorld(async ({ connections }) => {
        await connections.create(sample(), jane);
        await connections.remove('erp', jane);
        const [removed] = await connections.list({ removed: true });
        await connections.create(sample(), jane);
        await expect(connections.restore(removed?.id ?? '', jane)).rejects.toMatchObject({
          code: 'ERR_CONFLICT',
          message: expect.stringContaining('there is a connection erp already'),
        });
      }),
    );

    it(
      'is brought back once, however many ask for one of its code in the same moment',
      inWorld(async ({ connections, another, store }) => {
        for (let count = 0; count < 4; count += 1) {
          await connections.create(sample(), jane);
          await connections.remove('erp', jane);
        }
        const removed = await connections.list({ removed: true });
        // Opens the connections of a pool: else the first is done before the others have one.
        const look = () => store.transaction(async () => undefined, { readOnly: true });
        await Promise.all([look(), look(), look(), look()]);
        const wishes = [
          ...removed.map(({ id }) => another().forTenant('t1').restore(id, joe)),
          another().forTenant('t1').create(sample(), joe),
        ];
        const outcomes = await Promise.allSettled(wishes);
        const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
        expect(refused).toHaveLength(4);
        for (const { reason } of refused) {
          expect(reason).toMatchObject({
            code: 'ERR_CONFLICT',
            message: expect.stringContaining('there is a connection erp already'),
          });
        }
        expect(await connections.list()).toHaveLength(1);
        expect(await connections.list({ removed: true })).toHaveLength(
          (await connections.get('erp')).version === 1 ? 4 : 3,
        );
      }),
    );

    it(
      'takes its secrets along when it is purged, and only then',
      inWorld(async ({ connections, secretNames, audit }) => {
        await connections.create(sample(), jane);
        const { id } = await connections.get('erp');
        await expect(connections.purge(id, jane)).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
        await connections.remove('erp', jane);
        expect(await secretNames()).toHaveLength(1);
        await connections.purge(id, jane);
        expect(await secretNames()).toEqual([]);
        expect(await connections.list({ removed: true })).toEqual([]);
        expect((await audit()).at(-1)).toMatchObject({ operation: 'connection.purge' });
      }),
    );

    it(
      'is not while something uses it, which is named',
      inWorld(
        async ({ connections }) => {
          await connections.create(sample(), jane);
          await expect(connections.remove('erp', jane)).rejects.toMatchObject({
            code: 'ERR_CONNECTION_IN_USE',
            message: expect.stringContaining('schedule nightly-catalogue, schedule orders'),
          });
          expect(await connections.get('erp')).toMatchObject({ active: true, version: 1 });
        },
        { usedBy: async () => ['schedule nightly-catalogue', 'schedule orders'] },
      ),
    );
  });

  describe('a connection that somebody begins to use while it is removed', () => {
    it.each([1, 2, 3, 4, 5, 6])('is used or removed, never both: try %i', (turn) =>
      inWorld(
        async ({ connections, store }) => {
          await connections.create(sample(), jane);
          const begin = () =>
            store.transaction(async (state) => {
              await connections.hold('erp', state);
              await state.checkpoints.set(uses, 'erp', 'schedule orders');
            });
          const remove = () => connections.remove('erp', jane);
          const tries = turn % 2 === 0 ? [begin(), remove()] : [remove(), begin()];
          const ended = await Promise.allSettled(tries);
          expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
          const [refused] = ended.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
          expect(['ERR_NOT_FOUND', 'ERR_CONNECTION_IN_USE']).toContain(refused.code);
        },
        {
          usedBy: async ({ code }, state) => {
            const used = await state.checkpoints.get(uses, code);
            return used === undefined ? [] : [String(used)];
          },
        },
      )(),
    );
    const uses = { tenant: 't1', flow: 'uses' };
  });

  describe('connections', () => {
    it(
      'are listed page by page, by what they are',
      inWorld(async ({ connections }) => {
        for (const code of ['c', 'a', 'e', 'b', 'd']) {
          const environment = code < 'c' ? 'sandbox' : 'test';
          await connections.create(sample({ code, environment, active: code !== 'e' }), jane);
        }
        const first = await connections.list({ limit: 2 });
        const second = await connections.list({ limit: 2, after: first[1] });
        const codes = (list: readonly { code: string }[]) => list.map(({ code }) => code).join('');
        expect([codes(first), codes(second)]).toEqual(['ab', 'cd']);
        expect(codes(await connections.list({ environment: 'test' }))).toBe('cde');
        expect(codes(await connections.list({ active: false }))).toBe('e');
        expect(codes(await connections.list({ type: 'sap' }))).toBe('');
      }),
    );

    it(
      'know their last sync, which no late one takes back',
      inWorld(async ({ connections, store }) => {
        await connections.create(sample(), jane);
        await connections.recordSync('erp', { at: 2000 });
        await connections.recordSync('erp', { at: 1000 });
        expect(await connections.get('erp')).toMatchObject({ lastSyncAt: 2000, version: 1 });
        const failed = store.transaction(async (state) => {
          await connections.recordSync('erp', { at: 3000, state });
          throw new Error('the page failed');
        });
        await expect(failed).rejects.toThrow('the page failed');
        expect(await connections.get('erp')).toMatchObject({ lastSyncAt: 2000 });
      }),
    );

    it(
      'can be held to the end of a transaction',
      inWorld(async ({ connections, store }) => {
        await connections.create(sample(), jane);
        const held = await store.transaction((state) => connections.hold('erp', state));
        expect(held).toMatchObject({ code: 'erp' });
        await expect(
          store.transaction((state) => connections.hold('other', state)),
        ).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
      }),
    );
  });
}
