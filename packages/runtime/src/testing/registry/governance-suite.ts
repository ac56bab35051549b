import { describe, expect, it } from 'vitest';
import type { ChangeOutcome, ChangeRequest } from '../../registry/index.ts';
import {
  ann,
  jane,
  joe,
  type OpenTestStore,
  type RegistryWorld,
  sample,
  worldOf,
} from './registry-world.ts';

function requestOf(outcome: ChangeOutcome): ChangeRequest {
  if (outcome.status !== 'requested') return expect.fail(`was ${outcome.status}`);
  return outcome.request;
}

/** A connection in production, that Jane has asked for and Joe has approved. */
async function live({ connections }: RegistryWorld): Promise<void> {
  const asked = await connections.create(sample({ environment: 'production' }), jane);
  const { id, revision } = requestOf(asked);
  await connections.requests.approve(id, { ...joe, revision });
}

/** Changes in production are made by two people. */
export function governanceSuite(open: OpenTestStore): void {
  const inWorld = worldOf(open);

  describe('a change in production', () => {
    it(
      'waits for another person, who sees what it does and no secret',
      inWorld(async (world) => {
        const { connections } = world;
        await live(world);
        const request = requestOf(
          await connections.update(
            'erp',
            {
              settings: { pageSize: 500, client: '100' },
              credentials: { username: 'OTHER', password: 'canary-password-2' },
            },
            jane,
          ),
        );
        expect(request).toMatchObject({
          connection: 'erp',
          operation: 'update',
          status: 'open',
          requestedBy: jane.actor,
          revision: 1,
        });
        expect(request.changes.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
          { path: 'credentials.password', before: '••••', after: '••••' },
          { path: 'credentials.username', before: 'COMM_USER', after: 'OTHER' },
          { path: 'settings.client', after: '100' },
          { path: 'settings.pageSize', before: 100, after: 500 },
        ]);
        expect(await connections.get('erp')).toMatchObject({ version: 1 });
        expect(await connections.requests.list()).toEqual([request]);
        expect(await world.everything()).not.toContain('canary');

        const { id, revision } = request;
        const changed = await connections.requests.approve(id, { ...joe, revision });
        expect(changed).toMatchObject({
          version: 2,
          settings: { pageSize: 500, client: '100' },
          updatedBy: jane.actor,
        });
        const done = { status: 'applied', decidedBy: joe.actor, decidedAt: world.clock.now() };
        expect(await connections.requests.get(id)).toMatchObject(done);
        await (await connections.open('erp')).get('product', '1');
        const sent = world.requests.at(-1)?.headers.authorization ?? '';
        expect(Buffer.from(sent.slice(6), 'base64').toString()).toBe('OTHER:canary-password-2');
        expect(await world.secretNames()).toHaveLength(1);
      }),
    );

    it(
      'is approved by nobody who had a hand in it, however they write their name',
      inWorld(async (world) => {
        const { requests, ...connections } = world.connections;
        await live(world);
        const asked = requestOf(await connections.update('erp', { name: 'ERP 2' }, jane));
        const revised = await requests.revise(asked.id, { name: 'ERP 3' }, { ...ann, revision: 1 });
        expect(revised).toMatchObject({ revision: 2, editors: [jane.actor, ann.actor] });
        expect(revised.changes).toEqual([
          { path: 'name', before: 'ERP of the plant', after: 'ERP 3' },
        ]);
        const persons = [
          jane.actor,
          ann.actor,
          'JANE@ACME.example',
          ' jane@acme.example ',
          'ｊane@acme.example',
          'jane@acme.example\u200b',
          'ja\u00adne@acme.example',
          '\u2066jane@acme.example\u2069',
        ];
        for (const actor of persons) {
          await expect(
            requests.approve(asked.id, { actor, revision: 2 }),
            actor,
          ).rejects.toMatchObject({ code: 'ERR_PERMISSION_DENIED' });
        }
        // Nor without having seen what it has become.
        await expect(requests.approve(asked.id, { ...joe, revision: 1 })).rejects.toMatchObject({
          code: 'ERR_CONFLICT',
          message: expect.stringContaining('revision'),
        });
        expect(await connections.get('erp')).toMatchObject({ version: 1 });
        await requests.approve(asked.id, { ...joe, revision: 2 });
        expect(await connections.get('erp')).toMatchObject({ name: 'ERP 3', version: 2 });
        await connections.open('erp');
        const denied = (await world.audit()).filter(({ outcome }) => outcome === 'failed');
        expect(denied.map(({ errorCode }) => errorCode)).toEqual([
          ...persons.map(() => 'ERR_PERMISSION_DENIED'),
          'ERR_CONFLICT',
        ]);
      }),
    );

    it(
      'is refused when the connection was changed since',
      inWorld(async (world) => {
        const { connections } = world;
        await live(world);
        const first = requestOf(
          await connections.update('erp', { settings: { pageSize: 1 } }, jane),
        );
        const second = requestOf(await connections.update('erp', { name: 'ERP 2' }, ann));
        await connections.requests.approve(second.id, { ...joe, revision: 1 });
        expect(await connections.requests.get(first.id)).toMatchObject({ status: 'stale' });
        await expect(
          connections.requests.approve(first.id, { ...joe, revision: 1 }),
        ).rejects.toMatchObject({
          code: 'ERR_CONFLICT',
          message: expect.stringContaining('was changed by ann@acme.example after'),
        });
        expect(await connections.get('erp')).toMatchObject({ settings: { pageSize: 100 } });
      }),
    );

    it(
      'of a connection that is gone is refused, and can be rejected',
      inWorld(async (world) => {
        const { connections } = world;
        await live(world);
        const change = { credentials: { password: 'p2' } };
        const { id } = requestOf(await connections.update('erp', change, jane));
        const removal = requestOf(await connections.remove('erp', jane));
        await connections.requests.approve(removal.id, { ...joe, revision: 1 });
        const refused = () => connections.requests.approve(id, { ...joe, revision: 1 });
        await expect(refused()).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
        const [gone] = await connections.list({ removed: true });
        await connections.purge(gone?.id ?? '', joe);
        await expect(refused()).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
        expect(await connections.requests.get(id)).toMatchObject({ status: 'stale' });
        await connections.requests.reject(id, { ...joe, reason: 'gone' });
        expect(await world.secretNames()).toEqual([]);
        expect(await connections.list()).toEqual([]);
      }),
    );

    it(
      'is rejected with a reason, or taken back by who asked for it, with its secrets',
      inWorld(async (world) => {
        const { connections } = world;
        await live(world);
        const before = await world.secretNames();
        const ask = async (value: string) =>
          requestOf(await connections.update('erp', { credentials: { password: value } }, jane)).id;
        const first = await ask('p2');
        const second = await ask('p3');
        expect(await world.secretNames()).toHaveLength(before.length + 2);
        const { requests } = connections;
        await expect(requests.reject(first, { ...joe, reason: '' })).rejects.toMatchObject({
          path: 'reason',
        });
        await expect(requests.reject(first, { ...jane, reason: 'x' })).rejects.toMatchObject({
          message: expect.stringContaining('withdraw it'),
        });
        await expect(requests.withdraw(second, joe)).rejects.toMatchObject({
          message: expect.stringContaining('reject it'),
        });
        await requests.reject(first, { ...joe, reason: 'not now' });
        expect(await requests.get(first)).toMatchObject({
          status: 'rejected',
          reason: 'not now',
          decidedBy: joe.actor,
        });
        expect(await requests.withdraw(second, jane)).toMatchObject({ status: 'withdrawn' });
        expect(await world.secretNames()).toEqual(before);
        for (const id of [first, second]) {
          await expect(requests.approve(id, { ...joe, revision: 1 })).rejects.toMatchObject({
            code: 'ERR_CONFLICT',
            message: expect.stringContaining('already'),
          });
          await expect(requests.reject(id, { ...joe, reason: 'x' })).rejects.toMatchObject({
            code: 'ERR_CONFLICT',
          });
        }
        expect(await requests.list()).toEqual([]);
        expect(await requests.list({ all: true, connection: 'erp' })).toHaveLength(3);
      }),
    );

    it(
      'leaves what it does not change alone, also when it is revised and rejected',
      inWorld(async (world) => {
        const { requests, ...connections } = world.connections;
        await live(world);
        const before = await world.secretNames();
        const { id } = requestOf(await connections.update('erp', { name: 'ERP 2' }, jane));
        const patch = { credentials: { password: 'p2' } };
        await requests.revise(id, patch, { ...jane, revision: 1 });
        expect(await world.secretNames()).toHaveLength(before.length + 1);
        await connections.use('erp', (erp) => erp.get('product', '1'));
        const back = { credentials: { password: 'p3' } };
        await requests.revise(id, back, { ...jane, revision: 2 });
        expect(await world.secretNames()).toHaveLength(before.length + 1);
        await requests.reject(id, { ...joe, reason: 'no' });
        const other = requestOf(await connections.update('erp', { name: 'ERP 2' }, jane));
        await requests.reject(other.id, { ...joe, reason: 'no' });
        expect(await world.secretNames()).toEqual(before);
        await world.another().forTenant('t1').open('erp');
      }),
    );

    it(
      'ends when nobody decides, and takes its secrets along',
      inWorld(
        async (world) => {
          const { connections, clock } = world;
          await live(world);
          const patch = { credentials: { password: 'p2' } };
          const { id } = requestOf(await connections.update('erp', patch, jane));
          await clock.advance(59_999);
          expect(await connections.requests.get(id)).toMatchObject({ status: 'open' });
          await clock.advance(1);
          expect(await connections.requests.get(id)).toMatchObject({ status: 'expired' });
          await expect(
            connections.requests.approve(id, { ...joe, revision: 1 }),
          ).rejects.toMatchObject({ message: expect.stringContaining('Nobody decided') });
          expect(await connections.tidy()).toMatchObject({ requests: 1 });
          expect(await connections.requests.list()).toEqual([]);
          expect(await world.secretNames()).toHaveLength(1);
          expect((await world.audit()).at(-1)).toMatchObject({
            operation: 'connection.update.expire',
            actor: 'system',
          });
        },
        { governance: { expiresAfterMs: 60_000 } },
      ),
    );

    it(
      'is decided once, by one of many who try at once',
      inWorld(async (world) => {
        await live(world);
        const other = world.another().forTenant('t1');
        const { connections } = world;
        const { id } = requestOf(await connections.update('erp', { name: 'ERP 2' }, jane));
        const tries = await Promise.allSettled(
          Array.from({ length: 6 }, (_, index) =>
            index % 2 === 0
              ? connections.requests.approve(id, { ...joe, revision: 1 })
              : other.requests.reject(id, { ...ann, reason: 'no' }),
          ),
        );
        expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      }),
    );

    it(
      'cannot be avoided by way of another environment',
      inWorld(async (world) => {
        const { connections } = world;
        await live(world);
        await connections.create(sample({ code: 'test' }), jane);
        for (const [code, environment] of [
          ['erp', 'sandbox'],
          ['test', 'production'],
        ] as const) {
          const outcome = await connections.update(code, { environment }, jane);
          expect(requestOf(outcome).changes).toMatchObject([{ path: 'environment' }]);
        }
        expect(await connections.get('erp')).toMatchObject({ environment: 'production' });
        for (const work of [
          connections.remove('erp', jane),
          connections.update('erp', { credentials: { password: 'p2' } }, jane),
          connections.update('erp', { active: false, name: 'x' }, jane),
        ]) {
          requestOf(await work);
        }
      }),
    );

    it(
      'that stops a connection waits for nobody; to start it again does',
      inWorld(async (world) => {
        const { connections } = world;
        await live(world);
        expect(await connections.deactivate('erp', jane)).toMatchObject({ status: 'applied' });
        await expect(connections.open('erp')).rejects.toMatchObject({
          code: 'ERR_CONNECTION_INACTIVE',
          message: expect.stringContaining('activate()'),
        });
        const { id } = requestOf(await connections.activate('erp', jane));
        await connections.requests.approve(id, { ...joe, revision: 1 });
        await connections.open('erp');
      }),
    );

    it(
      'is checked again when it is approved',
      inWorld(async (world) => {
        const { connections, factory } = world;
        await live(world);
        const { id } = requestOf(await connections.update('erp', { name: 'ERP 2' }, jane));
        const newer = {
          ...factory,
          validateSettings: () => {
            throw new TypeError('a newer version asks for more');
          },
        };
        const upgraded = world.another({ factories: [newer] }).forTenant('t1');
        await expect(upgraded.requests.approve(id, { ...joe, revision: 1 })).rejects.toThrow(
          'asks for more',
        );
        expect(await connections.get('erp')).toMatchObject({ version: 1 });
      }),
    );

    it(
      'removes and brings back by two people, and not what is used',
      inWorld(
        async (world) => {
          const { connections } = world;
          await live(world);
          await expect(connections.remove('erp', jane)).rejects.toMatchObject({
            code: 'ERR_CONNECTION_IN_USE',
          });
          uses = [];
          const removal = requestOf(await connections.remove('erp', jane));
          expect(removal.changes).toMatchObject([
            { path: 'active', before: true, after: false },
            { path: 'removed', after: true },
          ]);
          uses = ['schedule orders'];
          const approve = () => connections.requests.approve(removal.id, { ...joe, revision: 1 });
          await expect(approve()).rejects.toMatchObject({ code: 'ERR_CONNECTION_IN_USE' });
          uses = [];
          const { id } = await approve();
          const back = requestOf(await connections.restore(id, jane));
          await connections.requests.approve(back.id, { ...joe, revision: 1 });
          expect(await connections.get('erp')).toMatchObject({ active: false });
        },
        { usedBy: async () => uses },
      ),
    );

    it(
      'of a new connection gives it no code before it is approved, and only one of a code',
      inWorld(async ({ connections }) => {
        const wanted = sample({ environment: 'production' });
        const first = requestOf(await connections.create(wanted, jane));
        const second = requestOf(await connections.create(wanted, ann));
        expect(first.changes.find(({ path }) => path === 'credentials.password')).toEqual({
          path: 'credentials.password',
          after: '••••',
        });
        await expect(connections.get('erp')).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
        await connections.requests.approve(first.id, { ...joe, revision: 1 });
        await expect(
          connections.requests.approve(second.id, { ...joe, revision: 1 }),
        ).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
        expect(await connections.requests.get(second.id)).toMatchObject({ status: 'open' });
        await connections.requests.reject(second.id, { ...joe, reason: 'twice' });
        await connections.open('erp');
      }),
    );

    it(
      'is made at once in an emergency only by those who may, and the reason is recorded',
      inWorld(
        async (world) => {
          const { connections } = world;
          await live(world);
          const emergency = { reason: 'the key has leaked' };
          const patch = { credentials: { password: 'p2' } };
          await expect(
            connections.update('erp', patch, { ...ann, emergency }),
          ).rejects.toMatchObject({ code: 'ERR_PERMISSION_DENIED' });
          await expect(
            connections.update('erp', patch, { ...joe, emergency: { reason: ' ' } }),
          ).rejects.toMatchObject({ path: 'emergency.reason' });
          expect(await connections.update('erp', patch, { ...joe, emergency })).toMatchObject({
            status: 'applied',
          });
          expect((await world.audit()).at(-1)).toMatchObject({
            actor: joe.actor,
            operation: 'connection.update',
            outcome: 'succeeded',
            payload: {
              emergency: 'the key has leaked',
              changes: [{ path: 'credentials.password', before: '••••', after: '••••' }],
            },
          });
        },
        { governance: { mayOverride: (actor) => actor === joe.actor } },
      ),
    );

    it(
      'is made at once by nobody, unless that was configured',
      inWorld(async (world) => {
        await live(world);
        await expect(
          world.connections.update('erp', { name: 'x' }, { ...jane, emergency: { reason: 'now' } }),
        ).rejects.toMatchObject({
          code: 'ERR_PERMISSION_DENIED',
          message: expect.stringContaining('governance.mayOverride'),
        });
      }),
    );
  });

  let uses: readonly string[] = ['schedule orders'];

  describe('the audit', () => {
    it(
      'has every operation, in a chain that is sound',
      inWorld(async (world) => {
        const { connections } = world;
        await live(world);
        await connections.open('erp');
        await connections.test('erp', ann);
        const { id } = requestOf(await connections.update('erp', { name: 'x' }, jane));
        await connections.requests.reject(id, { ...joe, reason: 'no' });
        await connections.deactivate('erp', jane);
        const records = await world.audit();
        expect(records.map(({ actor, operation }) => [actor, operation])).toEqual([
          [jane.actor, 'connection.create.request'],
          [joe.actor, 'connection.create.approve'],
          ['system', 'connection.open'],
          [ann.actor, 'connection.test'],
          [jane.actor, 'connection.update.request'],
          [joe.actor, 'connection.update.reject'],
          [jane.actor, 'connection.update'],
        ]);
        expect(records.every(({ outcome }) => outcome === 'succeeded')).toBe(true);
        expect(records[0]).toMatchObject({ tenant: 't1', connection: 'erp', system: 'acme' });
        expect(await world.isAuditSound()).toBe(true);
      }),
    );

    it(
      'that cannot be written leaves everything as it was',
      inWorld(
        async (world) => {
          const { connections } = world;
          await expect(connections.create(sample(), jane)).rejects.toMatchObject({
            code: 'ERR_AUDIT_UNAVAILABLE',
          });
          expect(await connections.list()).toEqual([]);
          expect(await world.secretNames()).toEqual([]);
        },
        {
          audit: {
            key: () => {
              throw new Error('no key');
            },
          },
        },
      ),
    );

    it('elsewhere has a record before the change and one behind it, or there is no change', async () => {
      const records: { operation: string; outcome: string }[] = [];
      let isBroken = false;
      const audit = {
        record: async (entry: never) => {
          if (isBroken) throw new Error('disk full');
          records.push(entry);
          return entry;
        },
        verify: () => Promise.reject(new Error('not here')),
      };
      await inWorld(
        async (world) => {
          await world.connections.create(sample(), jane);
          expect(records).toMatchObject([
            { operation: 'connection.create', outcome: 'started' },
            { operation: 'connection.create', outcome: 'succeeded' },
          ]);
          isBroken = true;
          await expect(world.connections.update('erp', { name: 'x' }, jane)).rejects.toMatchObject({
            code: 'ERR_AUDIT_UNAVAILABLE',
          });
          expect(await world.connections.get('erp')).toMatchObject({ version: 1 });
          expect(await world.audit()).toEqual([]);
        },
        { audit },
      )();
    });
  });
}
