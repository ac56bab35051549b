import type { IErpConnector } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { collectGarbage } from '../collect-garbage.ts';
import { ann, jane, type OpenTestStore, sample, worldOf } from './registry-world.ts';

const get = (connector: IErpConnector) => connector.get('product', '1');

/** Connectors made of what is stored. */
export function openingSuite(open: OpenTestStore): void {
  const inWorld = worldOf(open);

  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const hang = { ended, end: () => end() };

  describe('a connection that is opened', () => {
    it(
      'is one connector for all who ask, also at once',
      inWorld(async ({ connections, factory, requests, audit }) => {
        await connections.create(sample(), jane);
        const opened = await Promise.all(Array.from({ length: 10 }, () => connections.open('erp')));
        await Promise.all(opened.map(get));
        expect(factory.made).toHaveLength(1);
        expect(requests).toHaveLength(10);
        expect(factory.made[0]?.settings).toEqual(sample().settings);
        expect((await audit()).filter(({ operation }) => operation.endsWith('open'))).toHaveLength(
          1,
        );
      }),
    );

    it(
      'is closed for who holds it when it is changed, and made anew',
      inWorld(async ({ connections, factory, requests }) => {
        await connections.create(sample(), jane);
        const before = await connections.open('erp');
        const pages = before.list('product')[Symbol.asyncIterator]();
        await pages.next();
        await connections.update('erp', { settings: { baseUrl: 'https://new.example' } }, jane);
        expect(factory.made[0]?.disconnects).toBe(1);
        const closed = { code: 'ERR_CONNECTION_CLOSED', retryable: true };
        await expect(get(before)).rejects.toMatchObject(closed);
        await expect(pages.next()).rejects.toMatchObject(closed);
        await expect(before.testConnection()).rejects.toMatchObject({
          message: expect.stringContaining('erp was changed'),
        });
        const sent = requests.length;
        await get(await connections.open('erp'));
        expect(requests.slice(sent).map(({ url }) => url)).toEqual(['https://new.example/1']);
      }),
    );

    it(
      'notices what another process has changed',
      inWorld(async ({ connections, another, requests }) => {
        await connections.create(sample(), jane);
        await get(await connections.open('erp'));
        const other = another().forTenant('t1');
        await other.update('erp', { settings: { baseUrl: 'https://new.example' } }, ann);
        await connections.use('erp', get);
        expect(requests.at(-1)?.url).toBe('https://new.example/1');
        await other.deactivate('erp', ann);
        await expect(connections.use('erp', get)).rejects.toMatchObject({
          code: 'ERR_CONNECTION_INACTIVE',
        });
      }),
    );

    it.each(['deactivate', 'remove'] as const)('ends with %s', (end) =>
      inWorld(async ({ connections }) => {
        await connections.create(sample(), jane);
        const erp = await connections.open('erp');
        await connections[end]('erp', jane);
        await expect(get(erp)).rejects.toMatchObject({
          code: 'ERR_CONNECTION_CLOSED',
          message: expect.stringContaining(`was ${end}d`),
        });
      })(),
    );

    it(
      'is not closed by those it was lent to',
      inWorld(async ({ connections, factory }) => {
        await connections.create(sample(), jane);
        const erp = await connections.open('erp');
        await erp.disconnect();
        await get(erp);
        expect(factory.made[0]?.disconnects).toBe(0);
      }),
    );

    it(
      'ends with the registry',
      inWorld(async ({ connections, registry, factory }) => {
        await connections.create(sample(), jane);
        const erp = await connections.open('erp');
        await registry.close();
        expect(factory.made[0]?.disconnects).toBe(1);
        const closed = { code: 'ERR_REGISTRY_CLOSED' };
        await expect(get(erp)).rejects.toMatchObject(closed);
        await expect(connections.open('erp')).rejects.toMatchObject(closed);
        expect(await connections.get('erp')).toMatchObject({ code: 'erp' });
      }),
    );

    it(
      'is stopped at once, however long its closing takes',
      inWorld(
        async ({ connections }) => {
          await connections.create(sample(), jane);
          const erp = await connections.open('erp');
          const answer = connections.deactivate('erp', jane);
          expect(await answer).toMatchObject({ status: 'applied' });
          await expect(get(erp)).rejects.toMatchObject({ code: 'ERR_CONNECTION_CLOSED' });
          hang.end();
        },
        { wrap: (connector) => ({ ...connector, disconnect: () => hang.ended }) },
      ),
    );

    it(
      'that was changed while it was opened is what it has become',
      inWorld(async ({ connections, factory, another, store }) => {
        await connections.create(sample(), jane);
        const other = another({ services: {} }).forTenant('t1');
        // The change comes between the reading of the row and the making of the connector.
        let isFirst = true;
        const racing = another({
          store: {
            ...store,
            async transaction(work, options) {
              const result = await store.transaction(work, options);
              if (isFirst && options?.readOnly === true) {
                isFirst = false;
                await other.update('erp', { settings: { pageSize: 7 } }, ann);
              }
              return result;
            },
          },
        });
        await racing.forTenant('t1').open('erp');
        expect(factory.made.at(-1)?.settings).toMatchObject({ pageSize: 7 });
      }),
    );

    it(
      'is closed when nobody uses it and there are many; what is handed out stays',
      inWorld(
        async ({ connections, factory }) => {
          const codes = ['a', 'b', 'c', 'd'];
          for (const code of codes) await connections.create(sample({ code }), jane);
          const kept = await connections.open('a');
          for (const code of codes) await connections.use(code, get);
          await connections.use('b', get);
          expect(factory.made.map(({ disconnects }) => disconnects)).toEqual([0, 1, 1, 0, 0]);
          await get(kept);
        },
        { maxIdle: 2 },
      ),
    );

    it(
      'is closed when there are many and whoever had it handed out holds it no more',
      inWorld(
        async ({ connections, factory }) => {
          const codes = ['kept', 'asked', 'a', 'b', 'c', 'd', 'e', 'f'];
          for (const code of codes) await connections.create(sample({ code }), jane);
          const kept = await connections.open('kept');
          let isAnswered: () => void = () => undefined;
          const answered = new Promise<void>((resolve) => {
            isAnswered = resolve;
          });
          factory.onGet = () => answered;
          const asked = (await connections.open('asked')).get('product', '1');
          for (const code of codes.slice(2)) await connections.open(code);
          const closed = () => factory.made.filter(({ disconnects }) => disconnects > 0).length;
          await expect
            .poll(
              async () => {
                await collectGarbage();
                return closed();
              },
              { timeout: 20_000 },
            )
            .toBe(codes.length - 4);
          expect(factory.made.slice(0, 2).map(({ disconnects }) => disconnects)).toEqual([0, 0]);
          isAnswered();
          await asked;
          await get(kept);
        },
        { maxIdle: 2 },
      ),
    );

    it(
      'is not closed while work uses it',
      inWorld(
        async ({ connections, factory }) => {
          for (const code of ['a', 'b']) await connections.create(sample({ code }), jane);
          await connections.use('a', async (erp, { code }) => {
            expect(code).toBe('a');
            await connections.use('b', get);
            expect(factory.made.map(({ disconnects }) => disconnects)).toEqual([0, 1]);
            await get(erp);
          });
          expect(factory.made.map(({ disconnects }) => disconnects)).toEqual([1, 1]);
        },
        { maxIdle: 0 },
      ),
    );

    it(
      'whose making fails is tried again by the next',
      inWorld(async ({ connections, another, factory }) => {
        await connections.create(sample(), jane);
        let isBroken = true;
        const create: typeof factory.create = (stored) => {
          if (isBroken) throw new TypeError('a defect of the plugin');
          return factory.create(stored);
        };
        const other = another({ factories: [{ ...factory, create }] }).forTenant('t1');
        await expect(other.open('erp')).rejects.toThrow('a defect of the plugin');
        isBroken = false;
        await get(await other.open('erp'));
      }),
    );

    it(
      'shares the governor with others of its vendor tenant, and has what the app lends',
      inWorld(
        async ({ connections, factory, another, clock }) => {
          for (const code of ['a', 'b']) await connections.create(sample({ code }), jane);
          const settings = { baseUrl: 'https://other.example' };
          await connections.create(sample({ code: 'c', settings }), jane);
          for (const code of ['a', 'b', 'c']) await connections.open(code);
          const [a, b, c] = factory.made.map(({ services }) => services);
          expect(a?.governor).toBe(b?.governor);
          expect(a?.governor).not.toBe(c?.governor);
          expect(a).toMatchObject({ tenant: 't1/acme/https://erp.acme.example', connection: 'a' });
          expect(a?.governor?.state?.()).toMatchObject({ concurrency: 3 });
          expect(a?.clock).toBe(clock);
          const named = another({
            vendorTenantOf: ({ settings: { client = '-' } }) => `client ${client}`,
            services: ({ code }) => ({ headers: { 'x-app': code } }),
          });
          await named.forTenant('t1').open('c');
          expect(factory.made.at(-1)?.services).toMatchObject({
            tenant: 'client -',
            headers: { 'x-app': 'c' },
          });
        },
        { limitsOf: () => ({ concurrency: 3 }) },
      ),
    );

    it(
      'keeps the limits that its plugin knows of the vendor, unless the app gives others',
      inWorld(async ({ connections, factory, another }) => {
        await connections.create(sample(), jane);
        const limits = { concurrency: 4, maxPauseMs: 1_000 };
        const factories = [{ ...factory, limits }];
        const concurrencyOf = async (more: Parameters<typeof another>[0]) => {
          await another({ factories, ...more })
            .forTenant('t1')
            .open('erp');
          return factory.made.at(-1)?.services?.governor?.state?.().concurrency;
        };
        expect(await concurrencyOf({})).toBe(4);
        expect(await concurrencyOf({ limitsOf: () => ({ concurrency: 2 }) })).toBe(2);
      }),
    );

    it(
      'is what the app has put around it',
      inWorld(
        async ({ connections }) => {
          await connections.create(sample(), jane);
          const erp = await connections.open('erp');
          await expect(get(erp)).rejects.toThrow('not of erp');
        },
        {
          wrap: (connector, { code }) => ({
            ...connector,
            get: () => Promise.reject(new Error(`not of ${code}`)),
          }),
        },
      ),
    );

    it(
      'tells a plugin that is not there any more, and can be stopped and removed without it',
      inWorld(async ({ connections, another, factory }) => {
        await connections.create(sample(), jane);
        const manifest = { ...factory.manifest, id: 'other' };
        const other = another({ factories: [{ ...factory, manifest }] }).forTenant('t1');
        await expect(other.open('erp')).rejects.toMatchObject({
          code: 'ERR_UNKNOWN_CONNECTOR',
          message: expect.stringContaining('Registered are: other'),
        });
        await other.deactivate('erp', jane);
        await other.remove('erp', jane);
      }),
    );
  });

  describe('tokens', () => {
    const oauth = (more: object = {}) =>
      sample({
        credentials: {
          ...{ kind: 'oauth2-client-credentials', clientId: 'id', clientSecret: 's1' },
          ...{ tokenUrl: 'https://login.acme.example/token', ...more },
        },
      });
    const signIns = (requests: readonly { url: string }[]) =>
      requests.filter(({ url }) => url.endsWith('/token')).length;

    it(
      'are kept in the vault for the next process',
      inWorld(async ({ connections, another, requests, secretNames }) => {
        await connections.create(oauth(), jane);
        await connections.use('erp', get);
        await another().forTenant('t1').use('erp', get);
        expect(signIns(requests)).toBe(1);
        expect(await secretNames()).toHaveLength(2);
      }),
    );

    it.each([
      ['a client secret', { credentials: { clientSecret: 's2' } }, 2],
      ['an address', { settings: { baseUrl: 'https://new.example' } }, 2],
      ['a name', { name: 'ERP' }, 1],
      ['another setting', { settings: { pageSize: 5 } }, 1],
    ])('are not used for others: %s is changed', (_, patch, count) =>
      inWorld(async ({ connections, requests, secretNames }) => {
        await connections.create(oauth(), jane);
        await connections.use('erp', get);
        await connections.update('erp', patch, jane);
        await connections.use('erp', get);
        expect(signIns(requests)).toBe(count);
        expect(await secretNames()).toHaveLength(2);
      })(),
    );

    it(
      'of a grant stay when the client secret is changed, not when another grant is given',
      inWorld(async ({ connections, requests }) => {
        await connections.create(oauth({ kind: 'oauth2-refresh-token', refreshToken: 'r1' }), jane);
        await connections.use('erp', get);
        await connections.update('erp', { credentials: { clientSecret: 's2' } }, jane);
        await connections.use('erp', get);
        expect(signIns(requests)).toBe(1);
        await connections.update('erp', { credentials: { refreshToken: 'r9' } }, jane);
        await connections.use('erp', get);
        expect(signIns(requests)).toBe(2);
      }),
    );

    it(
      'come from the browser where a person signs in',
      inWorld(async ({ connections, requests, audit }) => {
        const browser = {
          ...{ kind: 'oauth2-authorization-code', redirectUri: 'https://app.example/callback' },
          authorizationUrl: 'https://login.acme.example/authorize',
        };
        await connections.create(oauth(browser), jane);
        await expect(connections.use('erp', get)).rejects.toMatchObject({
          code: 'ERR_REAUTHORIZATION_REQUIRED',
        });
        const url = new URL(await connections.authorizationUrl('erp', jane));
        expect(url.origin).toBe('https://login.acme.example');
        const state = url.searchParams.get('state') ?? '';
        const callback = `/callback?code=c1&state=${encodeURIComponent(state)}`;
        const granted = await connections.handleCallback('erp', callback, jane);
        expect(granted).toMatchObject({ connection: 'erp' });
        await connections.use('erp', get);
        expect(requests.at(-1)?.headers.authorization).toMatch(/^Bearer access-/);
        await expect(connections.handleCallback('erp', callback, jane)).rejects.toMatchObject({
          code: 'ERR_AUTHORIZATION_CALLBACK',
        });
        expect((await audit()).slice(-3)).toMatchObject([
          { operation: 'connection.authorize', outcome: 'succeeded' },
          { operation: 'connection.authorized', outcome: 'succeeded' },
          { operation: 'connection.authorized', outcome: 'failed' },
        ]);
        await connections.create(sample({ code: 'plain' }), jane);
        await expect(connections.authorizationUrl('plain', jane)).rejects.toMatchObject({
          path: 'credentials.kind',
        });
      }),
    );

    it(
      'cannot be revoked by every restart',
      inWorld(async ({ connections }) => {
        const browser = {
          ...{ kind: 'oauth2-authorization-code', redirectUri: 'https://app.example/callback' },
          authorizationUrl: 'https://login.acme.example/authorize',
          ...{ revokeOnClose: true, revocationUrl: 'https://login.acme.example/revoke' },
        };
        await expect(connections.create(oauth(browser), jane)).rejects.toMatchObject({
          path: 'credentials.revokeOnClose',
        });
      }),
    );
  });
}
