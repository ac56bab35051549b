import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { apiKey } from '../auth/api-key.ts';
import type { Oauth2AuthorizationCode } from '../auth/oauth2/oauth2-authorization-code.ts';
import { memoryPendingAuthorizationStore } from '../auth/oauth2/pending-authorization-store.ts';
import type { IErpConnector } from '../contract/erp-connector.ts';
import { createHttpClient } from '../http/create-http-client.ts';
import { scriptedTransport } from '../http/scripted-transport.fixture.ts';
import { defineConnectorFactory, defineCredentialKind, secretField } from './index.ts';

const manifest = {
  id: 'acme',
  vendor: 'ACME',
  version: '1.0.0',
  authMethods: ['basic', 'api-key', 'oauth2-authorization-code'],
  settingsSchema: {},
  links: { documentation: 'https://acme.example' },
};

const key = defineCredentialKind({
  schema: z.strictObject({ kind: z.literal('api-key'), value: secretField('Key') }),
  create: ({ value }) => apiKey({ header: 'x-acme', value }),
});

/** A connector that can do nothing but answer whether its sign-in was accepted. */
const factory = defineConnectorFactory({
  manifest,
  settings: z.strictObject({ baseUrl: z.url(), pageSize: z.int().default(100) }),
  credentialKinds: { 'api-key': key },
  create({ settings, auth, services }) {
    const http = createHttpClient({ ...services, ...settings, system: 'acme', auth });
    const connector: Partial<IErpConnector> = {
      manifest,
      connect: async () => void (await http.send({ method: 'GET', url: '/ping' })),
    };
    return connector as IErpConnector;
  },
});

const settings = { baseUrl: 'https://erp.acme.example' };
const basic = { kind: 'basic', username: 'ann', password: 'canary-1' };

function problemOf(work: () => unknown): { message: string; path?: string } {
  try {
    work();
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_CONFIGURATION', system: 'acme' });
    expect(inspect(error)).not.toContain('canary');
    return error as { message: string; path?: string };
  }
  return expect.fail('was accepted');
}

describe('a connector factory', () => {
  it.each<[object, object]>([
    [basic, { authorization: 'Basic YW5uOmNhbmFyeS0x' }],
    [{ kind: 'api-key', value: 'k1' }, { 'x-acme': 'k1' }],
  ])('makes a connector of what was stored, with what the app lends: %j', async (stored, sent) => {
    const transport = scriptedTransport([{ status: 200 }]);
    const credentials = JSON.parse(JSON.stringify(stored));
    const connector = factory.create({ settings, credentials, services: { transport } });
    await connector.connect();
    expect(transport.requests[0]).toMatchObject({
      url: 'https://erp.acme.example/ping',
      headers: sent,
    });
  });

  it('shows forms for settings and for every kind that it accepts', () => {
    expect(factory.settingsSchema).toMatchObject({ required: ['baseUrl'] });
    expect(Object.keys(factory.credentialsSchemas)).toEqual(manifest.authMethods);
    expect(factory.credentialsSchemas['api-key']).toMatchObject({
      properties: { kind: { const: 'api-key' }, value: { writeOnly: true } },
      required: ['kind', 'value'],
    });
  });

  it('accepts what can be used', () => {
    expect(() => factory.validateSettings(settings)).not.toThrow();
    expect(() => factory.validateCredentials(basic)).not.toThrow();
  });

  it('names every bad setting', () => {
    const bad = { baseUrl: 'canary', pageSize: 'canary', pagesize: 5 };
    const { message } = problemOf(() => factory.validateSettings(bad));
    for (const path of ['baseUrl', 'pageSize', 'pagesize']) expect(message).toContain(`${path}: `);
    expect(problemOf(() => factory.create({ settings: bad, credentials: basic })).message).toBe(
      message,
    );
  });

  it('names every bad credential', () => {
    const bad = { kind: 'basic', user: 'canary', password: '' };
    const { message } = problemOf(() => factory.validateCredentials(bad));
    for (const path of ['username', 'password', 'user']) expect(message).toContain(`${path}: `);
    for (const work of [
      () => factory.create({ settings, credentials: bad }),
      () => factory.createAuth(bad),
    ]) {
      expect(problemOf(work).message).toBe(message);
    }
  });

  it('accepts only the kinds that its manifest names', () => {
    const { path, message } = problemOf(() =>
      factory.validateCredentials({ kind: 'bearer', token: 'canary' }),
    );
    expect(path).toBe('kind');
    expect(message).toContain('must be one of basic, api-key, oauth2-authorization-code');
  });

  it('hands out the sign-in by itself, for one that begins in the browser', async () => {
    const pending = memoryPendingAuthorizationStore();
    const auth = factory.createAuth(
      {
        kind: 'oauth2-authorization-code',
        clientId: 'id',
        clientAuth: 'none',
        tokenUrl: 'https://login.acme.example/token',
        authorizationUrl: 'https://login.acme.example/authorize',
        redirectUri: 'https://app.example/callback',
      },
      { pending },
    ) as Oauth2AuthorizationCode;
    const url = new URL(await auth.authorizationUrl({ connection: 'c1' }));
    expect(await pending.take(url.searchParams.get('state') ?? '')).toBeDefined();
  });

  it('cannot be made for a kind of credentials that nobody knows', () => {
    const wrong = { ...manifest, authMethods: ['basic', 'kerberos'] };
    const create = () => ({}) as IErpConnector;
    const define = () =>
      defineConnectorFactory({ manifest: wrong, settings: z.strictObject({}), create });
    expect(problemOf(define).message).toContain('names "kerberos"');
  });
});
