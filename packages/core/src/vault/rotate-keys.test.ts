import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createVault } from './create-vault.ts';
import { environmentKeys } from './keys/environment-keys.ts';
import { memorySecretStore } from './memory-secret-store.ts';
import type { SecretStore } from './secret-store.ts';

const [one, two, three] = ['one', 'two', 'three'].map(
  (id) => `${id}:${randomBytes(32).toString('base64')}`,
) as [string, string, string];

function vaultOf(keys: readonly string[], secrets: SecretStore) {
  const environment = { COMMON_VAULT_KEY: keys.join(',') };
  return createVault({ secrets, keys: environmentKeys({ environment }) });
}

async function filled(count: number) {
  const secrets = memorySecretStore();
  const vault = vaultOf([one], secrets);
  for (let index = 0; index < count; index += 1) {
    const tenant = vault.forTenant(`t${index % 3}`);
    await tenant.put({ connection: `c${index % 7}`, name: `n${index}` }, { index });
  }
  return { secrets, old: vault };
}

async function valuesOf(vault: ReturnType<typeof vaultOf>): Promise<number[]> {
  const found: number[] = [];
  for (const id of ['t0', 't1', 't2']) {
    const tenant = vault.forTenant(id);
    for await (const entry of tenant.list()) {
      const secret = await tenant.get(entry);
      found.push((secret?.value as { index: number } | undefined)?.index ?? -1);
    }
  }
  return found.sort((left, right) => left - right);
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('a rotation', () => {
  it('brings everything under the new key; then the old one is needed by nothing', async () => {
    const { secrets } = await filled(450);
    const before = await secrets.list({ limit: 1000 });
    const both = vaultOf([two, one], secrets);
    await both.forTenant('t9').put({ connection: 'c', name: 'new' }, 'x');
    const seen: number[] = [];
    const report = await both.rotate({ onProgress: ({ rewrapped }) => seen.push(rewrapped) });
    expect(report).toEqual({
      keyId: 'two',
      rewrapped: 450,
      already: 1,
      failed: [],
      unusedKeyIds: ['one'],
    });
    expect(seen).toEqual([200, 400, 450]);
    expect(await both.keysInUse()).toEqual([{ keyId: 'two', secrets: 451 }]);
    const after = new Map((await secrets.list({ limit: 1000 })).map((row) => [row.name, row]));
    for (const row of before) {
      const now = after.get(row.name);
      // Another wrapping of the same encryption, of the same version.
      expect(now?.sealed.split('.')[2]).toBe(row.sealed.split('.')[2]);
      expect(now?.sealed).not.toBe(row.sealed);
      expect(now?.version).toBe(row.version);
    }
    const alone = vaultOf([two], secrets);
    await alone.verifyKeys();
    expect(await valuesOf(alone)).toEqual(upTo(450));
    expect(await both.rotate()).toMatchObject({ rewrapped: 0, already: 451, unusedKeyIds: [] });
  });

  it('goes on where it was cut off', async () => {
    const { secrets } = await filled(100);
    const controller = new AbortController();
    const vault = vaultOf([two, one], secrets);
    const cut = vault.rotate({
      signal: controller.signal,
      pageSize: 10,
      onProgress: ({ rewrapped }) => rewrapped === 40 && controller.abort(),
    });
    await expect(cut).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    expect(await valuesOf(vault)).toEqual(upTo(100));
    expect(await vault.rotate()).toMatchObject({ rewrapped: 60, already: 40 });
  });

  it('does not meet writers: neither loses what the other did', async () => {
    const { secrets, old } = await filled(60);
    const vault = vaultOf([two, one], secrets);
    // Each page is written over by others between being read and being stored.
    let turn = 0;
    const racing: SecretStore = {
      ...secrets,
      async rewrap(changes) {
        turn += 1;
        if (turn <= 2) {
          const [changed, removed] = changes.map(({ before }) => before);
          const writer = turn === 1 ? old : vault;
          await writer
            .forTenant(changed?.tenant ?? '')
            .put(changed as never, { index: 1000 + turn });
          await vault.forTenant(removed?.tenant ?? '').remove(removed as never);
        }
        return secrets.rewrap(changes);
      },
    };
    const report = await vaultOf([two, one], racing).rotate({ pageSize: 20 });
    expect(report).toMatchObject({ failed: [], unusedKeyIds: ['one'] });
    const values = await valuesOf(vaultOf([two], secrets));
    expect(values).toHaveLength(58);
    expect(values.slice(-2)).toEqual([1001, 1002]);
  });

  it('names what it cannot open, leaves that as it is, and keeps the old key in use', async () => {
    const { secrets } = await filled(30);
    const rows = await secrets.list({ limit: 2 });
    const [broken, moved] = rows as [(typeof rows)[0], (typeof rows)[0]];
    await secrets.rewrap([{ before: broken, keyId: 'one', sealed: `${broken.sealed}.x` }]);
    await secrets.remove(moved);
    await secrets.write({ ...moved, tenant: 'elsewhere' }, 0);
    const vault = vaultOf([two, one], secrets);
    const report = await vault.rotate({ pageSize: 7 });
    expect(report).toMatchObject({ rewrapped: 28, already: 0, unusedKeyIds: [] });
    const code = 'ERR_VAULT_TAMPERED';
    const placeOf = ({ tenant, connection, name }: typeof moved) => ({
      tenant,
      connection,
      name,
      code,
    });
    expect(report.failed).toHaveLength(2);
    expect(report.failed).toContainEqual(placeOf({ ...moved, tenant: 'elsewhere' }));
    expect(report.failed).toContainEqual(placeOf(broken));
    expect((await secrets.read(broken))?.sealed).toBe(`${broken.sealed}.x`);
    await expect(vault.forgetKey('one')).rejects.toMatchObject({ code: 'ERR_VAULT_KEY_IN_USE' });
  });

  it('without the old key moves nothing and says which key is missing', async () => {
    const { secrets } = await filled(3);
    await vaultOf([two, one], secrets).forTenant('t0').put({ connection: 'c', name: 'x' }, 1);
    const report = await vaultOf([two], secrets).rotate();
    expect(report).toMatchObject({ rewrapped: 0, already: 1, unusedKeyIds: [] });
    expect(report.failed.map(({ code }) => code)).toEqual(
      new Array(3).fill('ERR_VAULT_KEY_UNKNOWN'),
    );
  });

  it('ends, with what was done kept, when the store fails', async () => {
    const { secrets } = await filled(30);
    let calls = 0;
    const failing: SecretStore = {
      ...secrets,
      async rewrap(changes) {
        calls += 1;
        if (calls === 3) throw new Error('the disk is full');
        return secrets.rewrap(changes);
      },
    };
    await expect(vaultOf([two, one], failing).rotate({ pageSize: 10 })).rejects.toThrow('disk');
    expect(await vaultOf([two, one], secrets).keysInUse()).toEqual([
      { keyId: 'two', secrets: 20 },
      { keyId: 'one', secrets: 10 },
    ]);
  });
});

describe('a key id', () => {
  it('can be given to another key once it is forgotten', async () => {
    const { secrets } = await filled(3);
    const vault = vaultOf([two, one], secrets);
    await vault.rotate();
    const another = `one:${randomBytes(32).toString('base64')}`;
    const again = () => vaultOf([another, two], secrets);
    await expect(again().verifyKeys()).rejects.toMatchObject({ code: 'ERR_VAULT_KEY_WRONG' });
    await vault.forgetKey('one');
    await again().rotate();
    expect(await valuesOf(vaultOf([another], secrets))).toEqual(upTo(3));
  });

  it('can change between kinds of keys, and more than once', async () => {
    const { secrets } = await filled(3);
    await vaultOf([two, one], secrets).rotate();
    const keys = [three, two].map((text) =>
      environmentKeys({ environment: { COMMON_VAULT_KEY: text } }),
    );
    const vault = createVault({ secrets, keys });
    expect(await vault.rotate()).toMatchObject({ keyId: 'three', rewrapped: 3 });
    await vault.close();
    expect(await valuesOf(vaultOf([three], secrets))).toEqual(upTo(3));
  });
});
