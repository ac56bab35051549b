import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manualClock } from '../../clock/manual-clock.ts';
import { systemClock } from '../../clock/system-clock.ts';
import type { Clock } from '../../contract/clock.ts';
import { createVault } from '../create-vault.ts';
import { memorySecretStore } from '../memory-secret-store.ts';
import { type TransitKeysOptions, transitKeys } from './transit-keys.ts';
import { type TransitServer, transitServer } from './transit-server.fixture.ts';

let server: TransitServer;
beforeEach(async () => {
  server = await transitServer();
});
afterEach(() => server.close());

const providers: { close?(): Promise<void> }[] = [];
afterEach(async () => {
  for (const provider of providers.splice(0)) await provider.close?.();
});

function keysOf(options: Partial<TransitKeysOptions> = {}) {
  const provider = transitKeys({
    address: server.address,
    token: () => 'hvs.good',
    key: 'connectors',
    retry: { maxAttempts: 1 },
    ...options,
  });
  providers.push(provider);
  return provider;
}

const context = {
  tenant: 'acme',
  connection: 'sap',
  name: 'token',
  version: 3,
  keyId: 'transit:transit/connectors:v1',
};

describe('a key in HashiCorp Vault Transit', () => {
  it('wraps for its secret, by the version that the key id names', async () => {
    const keys = keysOf({ namespace: 'team/erp' });
    expect(await keys.currentKeyId()).toBe(context.keyId);
    const dataKey = randomBytes(32);
    const wrapped = await keys.wrap(dataKey, context);
    expect(wrapped).toMatch(/^vault:v1:[A-Za-z0-9+/]+=*$/);
    expect(await keys.unwrap(wrapped, context)).toEqual(dataKey);
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/v1/transit/keys/connectors',
      '/v1/transit/encrypt/connectors',
      '/v1/transit/decrypt/connectors',
    ]);
    for (const { headers } of server.requests) {
      expect(headers).toMatchObject({
        'x-vault-token': 'hvs.good',
        'x-vault-namespace': 'team/erp',
      });
    }
    server.rotate();
    expect(await keys.wrap(dataKey, context)).toMatch(/^vault:v1:/);
  });

  it('does not open for another secret, version or key version', async () => {
    const keys = keysOf();
    server.rotate();
    const wrapped = await keys.wrap(randomBytes(32), context);
    for (const change of [
      { tenant: 'umbrella' },
      { connection: 'x' },
      { name: 'x' },
      { version: 4 },
      { keyId: 'transit:transit/connectors:v2' },
    ]) {
      expect(await keys.unwrap(wrapped, { ...context, ...change })).toBeUndefined();
    }
    const changed = `${wrapped.slice(0, 20)}${wrapped[20] === 'A' ? 'B' : 'A'}${wrapped.slice(21)}`;
    expect(await keys.unwrap(changed, context)).toBeUndefined();
  });

  it('knows ids of its own mount and name only', async () => {
    const keys = keysOf();
    expect(await keys.knows('transit:transit/connectors:v7')).toBe(true);
    expect(await keysOf({ id: 'eu' }).currentKeyId()).toBe('transit:eu:v1');
    for (const id of [
      'transit:eu:v1',
      'transit:transit/other:v1',
      'transit:erp/connectors:v1',
      'environment',
    ]) {
      expect(await keys.knows(id)).toBe(false);
    }
  });

  it('asks for its latest version once a minute', async () => {
    const clock = manualClock();
    const keys = keysOf({ clock });
    await keys.currentKeyId();
    server.rotate();
    await clock.advance(59_999);
    expect(await keys.currentKeyId()).toBe('transit:transit/connectors:v1');
    expect(server.requests).toHaveLength(1);
    await clock.advance(1);
    expect(await keys.currentKeyId()).toBe('transit:transit/connectors:v2');
  });

  it('is rotated there, then here, and then old versions can be closed', async () => {
    const clock = manualClock();
    const secrets = memorySecretStore();
    const vault = createVault({ secrets, keys: keysOf({ clock }) });
    const tenant = vault.forTenant('acme');
    for (let index = 0; index < 20; index += 1) {
      await tenant.put({ connection: 'c', name: `n${index}` }, index);
    }
    server.rotate();
    await clock.advance(60_000);
    expect(await vault.rotate()).toMatchObject({
      keyId: 'transit:transit/connectors:v2',
      rewrapped: 20,
      unusedKeyIds: ['transit:transit/connectors:v1'],
    });
    server.state.minDecryptionVersion = 2;
    expect((await tenant.get({ connection: 'c', name: 'n7' }))?.value).toBe(7);
  });
});

describe('a Vault that', () => {
  const wrap = (options: Partial<TransitKeysOptions> = {}) =>
    keysOf(options).wrap(randomBytes(32), context);

  it('refuses the token says which permissions it takes, and never the token', async () => {
    const error = await wrap({ token: 'hvs.expired' }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'ERR_PERMISSION_DENIED',
      httpStatus: 403,
      retryable: false,
    });
    expect((error as Error).message).toContain('update on transit/encrypt/connectors');
    expect((error as Error).message).not.toContain('hvs.');
  });

  it('has no address or no token that could be used says which', async () => {
    expect(() => keysOf({ address: 'vault:8200' })).toThrow('https://vault.example.com:8200');
    await expect(wrap({ token: '' })).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      message: expect.stringContaining('token of HashiCorp Vault is empty'),
    });
  });

  it('lacks the key or the mount says how to make it', async () => {
    for (const options of [{ key: 'other' }, { mount: 'erp' }]) {
      const expected = { code: 'ERR_CONFIGURATION', category: 'configuration' };
      await expect(wrap(options)).rejects.toMatchObject(expected);
      await expect(keysOf(options).currentKeyId()).rejects.toMatchObject({
        ...expected,
        message: expect.stringContaining('vault write -f'),
      });
    }
  });

  it('is sealed can be tried later', async () => {
    server.state.isSealed = true;
    await expect(wrap()).rejects.toMatchObject({
      code: 'ERR_TRANSIENT',
      retryable: true,
      message: expect.stringContaining('is sealed'),
    });
  });

  it('fails for a moment is asked again', async () => {
    server.state.failures = 2;
    // A hundredth of each wait: the answers come over the network, in real time.
    const clock: Clock = {
      now: Date.now,
      sleep: (milliseconds, signal) => systemClock.sleep(milliseconds / 100, signal),
    };
    const keys = keysOf({ clock, retry: { maxAttempts: 3 } });
    expect(await keys.wrap(randomBytes(32), context)).toMatch(/^vault:v1:/);
    expect(server.requests).toHaveLength(3);
  });

  it('has closed the version of the key says how to open it', async () => {
    const keys = keysOf();
    const wrapped = await keys.wrap(randomBytes(32), context);
    server.rotate();
    server.state.minDecryptionVersion = 2;
    await expect(keys.unwrap(wrapped, context)).rejects.toMatchObject({
      code: 'ERR_VAULT_KEY_UNKNOWN',
      message: expect.stringContaining('Lower its min_decryption_version'),
    });
  });

  it('is not there is a failure of the network', async () => {
    await server.close();
    await expect(wrap()).rejects.toMatchObject({ code: 'ERR_NETWORK' });
  });

  it('is waited for no longer than its caller does', async () => {
    const signal = AbortSignal.abort(new Error('left'));
    await expect(keysOf().wrap(randomBytes(32), context, { signal })).rejects.toMatchObject({
      code: 'ERR_ABORTED',
    });
  });
});
