import { createHash, randomBytes } from 'node:crypto';
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

  it.each(['x'.repeat(1000), 'a\u0000', '\ud800', ''])(
    'knows no state that nobody gave out: %j',
    async (state) => {
      expect(await start().of('t1').take(state)).toBeUndefined();
    },
  );

  it('looks at some of the old ones only, and at all of them in the end', async () => {
    const world = start();
    const store = world.of('t1');
    const begin = async (from: number, count: number) => {
      for (let number = from; number < from + count; number += 1) {
        await store.put(`state-${String(number).padStart(3, '0')}`, pending(world.clock.now() + 1));
      }
    };
    await begin(0, 50);
    await world.clock.advance(1);
    await begin(900, 1);
    expect(await namesOf(world)).toHaveLength(31);
    await begin(901, 2);
    expect(await namesOf(world)).toHaveLength(3);
  });

  it('goes on although one of them cannot be read', async () => {
    const secrets = memorySecretStore();
    const vaultOf = (...ids: string[]) =>
      createVault({ secrets, keys: ids.map((id) => environmentKeys({ environment: keysOf(id) })) });
    const keysOf = (id: string) => ({
      COMMON_VAULT_KEY: `${id}:${createHash('sha256').update(id).digest('base64')}`,
    });
    const of = (...ids: string[]) =>
      vaultPendingAuthorizations({ vault: vaultOf(...ids), tenant: 't1', clock: manualClock(0) });
    await of('old').put('state-1', pending());
    await of('new', 'old').put('state-2', pending());
    await of('new').put('state-3', pending());
    expect(await of('new').take('state-3')).toEqual(pending());
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
