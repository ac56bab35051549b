import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createVault } from './create-vault.ts';
import { environmentKeys } from './keys/environment-keys.ts';
import { memorySecretStore } from './memory-secret-store.ts';
import { vaultTokenStore } from './vault-token-store.ts';

function setUp() {
  const environment = { COMMON_VAULT_KEY: randomBytes(32).toString('hex') };
  const vault = createVault({
    secrets: memorySecretStore(),
    keys: environmentKeys({ environment }),
  });
  return { vault, tokens: vaultTokenStore({ vault, tenant: 'acme' }) };
}

const token = (accessToken: string) => ({ accessToken, obtainedAt: 1 });

describe('tokens in the vault', () => {
  it('are written only on top of the version that was read', async () => {
    const { tokens } = setUp();
    expect(await tokens.read('c')).toBeUndefined();
    const version = (await tokens.write('c', token('one'), 0)) ?? 0;
    expect(await tokens.write('c', token('late'), 0)).toBeUndefined();
    const next = await tokens.write('c', token('two'), version);
    expect(await tokens.write('c', token('late'), version)).toBeUndefined();
    expect(await tokens.read('c')).toEqual({ token: token('two'), version: next });
    expect(await tokens.read('other')).toBeUndefined();
  });

  it('are kept whole, members that nobody knows included', async () => {
    const { tokens } = setUp();
    const whole = {
      ...token('a'),
      refreshToken: 'r',
      extra: { instance_url: 'u' },
      later: { x: [1] },
    };
    await tokens.write('c', whole, 0);
    expect((await tokens.read('c'))?.token).toEqual(whole);
    await tokens.remove('c');
    expect(await tokens.read('c')).toBeUndefined();
  });

  it('of one tenant are not those of another', async () => {
    const { vault, tokens } = setUp();
    await tokens.write('c', token('of acme'), 0);
    expect(await vaultTokenStore({ vault, tenant: 'umbrella' }).read('c')).toBeUndefined();
  });

  it('are refreshed by one at a time', async () => {
    const { tokens } = setUp();
    let inside = 0;
    const refresh = () =>
      tokens.withLease?.('c', async () => {
        inside += 1;
        await Promise.resolve();
        const most = inside;
        inside -= 1;
        return most;
      });
    expect(await Promise.all([refresh(), refresh(), refresh()])).toEqual([1, 1, 1]);
  });

  it('say so when they cannot be opened', async () => {
    const secrets = memorySecretStore();
    const open = () => {
      const environment = { COMMON_VAULT_KEY: randomBytes(32).toString('hex') };
      const vault = createVault({ secrets, keys: environmentKeys({ environment }) });
      return vaultTokenStore({ vault, tenant: 'acme' });
    };
    await open().write('c', token('one'), 0);
    await expect(open().read('c')).rejects.toMatchObject({ code: 'ERR_VAULT_KEY_WRONG' });
    await expect(open().write('c', token('x'), 0)).rejects.toMatchObject({
      code: 'ERR_VAULT_KEY_WRONG',
    });
  });
});
