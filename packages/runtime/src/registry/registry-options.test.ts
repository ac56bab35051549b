import { randomBytes } from 'node:crypto';
import type { ConnectorFactory } from '@common/connector-core';
import { commonFactory } from '@common/connector-core/common/factory';
import { createVault, environmentKeys, memorySecretStore } from '@common/connector-core/vault';
import { memoryStore } from '@common/connector-sync';
import { afterAll, describe, expect, it } from 'vitest';
import { sqliteStore } from '../sqlite-store.ts';
import { acmeFactory } from '../testing/registry/acme-factory.ts';
import { jane, sample } from '../testing/registry/registry-world.ts';
import { type ConnectionRegistryOptions, connectionRegistry } from './index.ts';

const store = sqliteStore({ path: ':memory:' });
afterAll(() => store.close());

const key = `k1:${randomBytes(32).toString('base64')}`;
const keys = environmentKeys({ environment: { COMMON_VAULT_KEY: key } });
const vault = createVault({ secrets: memorySecretStore(), keys });
const acme = acmeFactory();
const good = { store, vault, factories: [acme, commonFactory] };
const make = (more: Partial<ConnectionRegistryOptions>) => connectionRegistry({ ...good, ...more });

describe('a registry', () => {
  it.each<[string, Partial<ConnectionRegistryOptions>, string]>([
    ['no store', { store: undefined as never }, 'store: is missing'],
    ['no vault', { vault: undefined as never }, 'vault: is missing'],
    [
      'two factories of one type',
      { factories: [acme, acmeFactory()] },
      'factories[1]: must not be a second factory of acme (versions 1.2.0 and 1.2.0)',
    ],
    [
      'a connector function',
      { factories: [(() => undefined) as never] },
      'factories[0]: must be a ConnectorFactory such as sapFactory',
    ],
    ['a hole', { factories: [undefined as never] }, 'factories[0]: must be a ConnectorFactory'],
    [
      'a governed environment that there is not',
      { governance: { environments: ['prod'] } },
      'governance.environments: names "prod", which is no environment. There are: production',
    ],
    [
      'no time to decide',
      { governance: { expiresAfterMs: 0 } },
      'governance.expiresAfterMs: must be',
    ],
    ['an environment without a name', { environments: [''] }, 'environments: must be'],
  ])('is not made with %s', (_, more, message) => {
    expect(() => make(more)).toThrow(message);
  });

  it('refuses a factory of another contract', () => {
    const newer = { ...acme, specificationVersion: 'v2' } as unknown as ConnectorFactory;
    expect(() => make({ factories: [newer] })).toThrow(
      expect.objectContaining({
        code: 'ERR_UNSUPPORTED_CONNECTOR_VERSION',
        message: expect.stringContaining(
          'acme 1.2.0 has contract version "v2", this registry knows v1',
        ),
      }),
    );
  });

  it('refuses a connector whose secrets would be stored in the clear', async () => {
    const settingsSchema = { properties: { apiKey: { type: 'string', writeOnly: true } } };
    const registry = make({ factories: [{ ...acme, settingsSchema }] });
    await expect(registry.forTenant('t').create(sample(), jane)).rejects.toThrow(
      'have secrets (writeOnly), which would be stored in the clear',
    );
  });

  it('tells that a store in memory has no tables', async () => {
    const registry = make({ store: memoryStore() as never });
    await expect(registry.forTenant('t').list()).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      path: 'store',
      message: expect.stringContaining('":memory:"'),
    });
  });

  it('asks nobody where nothing is governed', async () => {
    const registry = make({ governance: { environments: [] }, environments: ['production'] });
    const acmeOnly = registry.forTenant('alone');
    const outcome = await acmeOnly.create(sample({ environment: 'production' }), jane);
    expect(outcome.status).toBe('applied');
  });

  it('takes the factories of the packages as they are', async () => {
    const connections = make({}).forTenant('common');
    await connections.create(
      {
        code: 'common',
        type: 'common',
        environment: 'sandbox',
        settings: {
          baseUrl: 'https://api.common.example',
          companyId: '6f1c2a4e-0f1b-4c8e-9a55-0d7d3c1e2b10',
        },
        credentials: { kind: 'common-login', clientId: 'id', clientSecret: 'canary' },
      },
      jane,
    );
    expect(await connections.get('common')).toMatchObject({ url: 'https://api.common.example' });
    expect(await connections.credentials('common')).toEqual({
      kind: 'common-login',
      clientId: 'id',
      clientSecret: '••••',
    });
    const common = await connections.open('common');
    expect(common.manifest.id).toBe('common');
    await expect(
      connections.update('common', { settings: { currency: 'euro' } }, jane),
    ).rejects.toMatchObject({ code: 'ERR_CONFIGURATION', path: 'currency' });
  });
});
