import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { manualClock } from '../clock/manual-clock.ts';
import { createVault } from './create-vault.ts';
import { environmentKeys } from './keys/environment-keys.ts';
import { memorySecretStore } from './memory-secret-store.ts';
import { vaultPendingAuthorizations } from './vault-pending-authorizations.ts';

function start() {
  const key = `k1:${randomBytes(32).toString('base64')}`;
  const keys = environmentKeys({ environment: { COMMON_VAULT_KEY: key } });
  const vault = createVault({ secrets: memorySecretStore(), keys });
  const clock = manualClock(0);
  const of = (tenant: string) => vaultPendingAuthorizations({ vault, tenant, clock });
  return { vault, clock, of };
}

const pending = (expiresAt = 600_000) => ({
  connection: 'quickbooks',
  tokenUrl: 'https://oauth.example/token',
  redirectUri: 'https://app.example/callback',
  codeVerifier: 'a verifier',
  expiresAt,
});
const namesOf = async ({ vault }: ReturnType<typeof start>) => {
  const names: string[] = [];
  for await (const { name } of vault.forTenant('t1').list()) names.push(name);
  return names;
};

describe('vaultPendingAuthorizations', () => {
  it('hands a begun sign-in out once, to whoever comes first', async () => {
    const { of } = start();
    await of('t1').put('state-1', pending());
    const takers = await Promise.all(Array.from({ length: 10 }, () => of('t1').take('state-1')));
    expect(takers.filter((taken) => taken !== undefined)).toEqual([pending()]);
    expect(await of('t1').take('state-1')).toBeUndefined();
    expect(await of('t1').take('never')).toBeUndefined();
  });

  it('keeps tenants apart', async () => {
    const { of } = start();
    await of('t1').put('state-1', pending());
    expect(await of('t2').take('state-1')).toBeUndefined();
  });

  it('removes those that nobody came back from', async () => {
    const world = start();
    const store = world.of('t1');
    await store.put('old', pending(1000));
    await store.put('new', pending(2000));
    await world.clock.advance(1000);
    await store.put('newest', pending(3000));
    expect((await namesOf(world)).sort()).toEqual(['new', 'newest']);
  });
});
