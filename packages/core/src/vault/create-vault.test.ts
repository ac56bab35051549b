import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createVault } from './create-vault.ts';
import { environmentKeys } from './keys/environment-keys.ts';
import { memorySecretStore } from './memory-secret-store.ts';
import type { SecretStore } from './secret-store.ts';

const key = () => randomBytes(32).toString('base64');
const keysOf = (text: string) => environmentKeys({ environment: { COMMON_VAULT_KEY: text } });
const name = { connection: 'sap-production', name: 'credentials' };

/** A vault over a store, as a process has it. */
function vaultOf(text: string, secrets: SecretStore = memorySecretStore()) {
  const vault = createVault({ secrets, keys: keysOf(text) });
  return { vault, secrets, tenant: vault.forTenant('acme') };
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function only(secrets: SecretStore) {
  const [row] = await secrets.list({ limit: 1 });
  if (row === undefined) throw new Error('there is no row');
  return row;
}

describe('a secret', () => {
  it.each([
    'text',
    '',
    'ä\u0000😀',
    0,
    false,
    null,
    [1, 'two', [null]],
    { user: 'ann', password: 'p', nested: { list: [1] } },
  ])('comes back as it was stored: %j', async (value) => {
    const { tenant } = vaultOf(key());
    const version = await tenant.put(name, value);
    expect(await tenant.get(name)).toEqual({ value, version });
  });

  it('that was never stored is undefined, and so is one that was removed', async () => {
    const { tenant } = vaultOf(key());
    expect(await tenant.get(name)).toBeUndefined();
    expect(await tenant.remove(name)).toBe(false);
    await tenant.put(name, 'x');
    expect(await tenant.remove(name)).toBe(true);
    expect(await tenant.get(name)).toBeUndefined();
  });

  it('is nowhere in its row, and its row is another with each write', async () => {
    const { tenant, secrets } = vaultOf(key());
    await tenant.put(name, 'canary-4711');
    const first = await only(secrets);
    expect(first.sealed).toMatch(/^v1\.[\w-]+\.[\w-]+$/);
    for (const form of ['utf8', 'base64', 'base64url', 'hex'] as const) {
      const text = Buffer.from('canary-4711').toString(form);
      expect(JSON.stringify(first)).not.toContain(text);
    }
    await tenant.put(name, 'canary-4711');
    const second = await only(secrets);
    const parts = (sealed: string) => sealed.split('.').slice(1);
    for (const [index, part] of parts(first.sealed).entries()) {
      expect(parts(second.sealed)[index]).not.toBe(part);
    }
  });

  it('has a name of three parts, none empty or changeable by a database', async () => {
    const { vault, tenant } = vaultOf(key());
    for (const part of ['', 'a\u0000b', '\ud800', 'x'.repeat(513)]) {
      expect(() => vault.forTenant(part)).toThrow('The tenant of a secret');
      await expect(tenant.put({ ...name, connection: part }, 'x')).rejects.toMatchObject({
        code: 'ERR_VALIDATION',
        message: expect.stringContaining('connection'),
      });
      await expect(tenant.get({ ...name, name: part })).rejects.toMatchObject({
        code: 'ERR_VALIDATION',
      });
    }
    await expect(tenant.put(name, undefined as never)).rejects.toMatchObject({
      code: 'ERR_VALIDATION',
    });
  });

  it('is not touched for a caller who has gone', async () => {
    const { tenant, secrets } = vaultOf(key());
    const signal = AbortSignal.abort(new Error('left'));
    await expect(tenant.put(name, 'x', { signal })).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    await expect(tenant.get(name, { signal })).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    expect(await secrets.list({ limit: 1 })).toEqual([]);
  });
});

describe('a write', () => {
  it('over a version that was not read is refused', async () => {
    const { tenant } = vaultOf(key());
    const first = await tenant.put(name, 'one', { expectedVersion: 0 });
    await expect(tenant.put(name, 'late', { expectedVersion: 0 })).rejects.toMatchObject({
      code: 'ERR_CONFLICT',
      category: 'conflict',
    });
    const second = await tenant.put(name, 'two', { expectedVersion: first });
    expect(second).not.toBe(first);
    await expect(tenant.put(name, 'late', { expectedVersion: first })).rejects.toMatchObject({
      code: 'ERR_CONFLICT',
    });
    await expect(tenant.remove(name, { expectedVersion: first })).rejects.toMatchObject({
      code: 'ERR_CONFLICT',
    });
    expect(await tenant.get(name)).toEqual({ value: 'two', version: second });
    expect(await tenant.remove(name, { expectedVersion: second })).toBe(true);
  });

  it('without a version replaces what is there, whoever writes meanwhile', async () => {
    const { tenant } = vaultOf(key());
    const versions = await Promise.all([1, 2, 3, 4, 5].map((value) => tenant.put(name, value)));
    expect(new Set(versions).size).toBe(5);
    expect((await tenant.get(name))?.version).toBe(Math.max(...versions));
  });

  it('by a version from before a removal does not meet what was stored since', async () => {
    const { tenant } = vaultOf(key());
    const stale = await tenant.put(name, 'old');
    await tenant.remove(name);
    await tenant.put(name, 'new');
    await expect(tenant.put(name, 'late', { expectedVersion: stale })).rejects.toMatchObject({
      code: 'ERR_CONFLICT',
    });
    expect((await tenant.get(name))?.value).toBe('new');
  });
});

describe('a tenant', () => {
  it('sees its own secrets only, by name and never by value', async () => {
    const { vault, tenant } = vaultOf(key());
    const other = vault.forTenant('umbrella');
    await tenant.put(name, 'of acme');
    await other.put(name, 'of umbrella');
    expect((await tenant.get(name))?.value).toBe('of acme');
    await other.remove(name);
    expect((await tenant.get(name))?.value).toBe('of acme');
    const entries = await collect(tenant.list());
    expect(entries).toEqual([{ ...name, version: expect.any(Number), keyId: 'environment' }]);
    expect(await collect(other.list())).toEqual([]);
  });

  it('lists more than a page, or one connection', async () => {
    const { tenant } = vaultOf(key());
    for (let index = 0; index < 401; index += 1) {
      await tenant.put({ connection: `c${index % 2}`, name: `n${index}` }, index);
    }
    expect(await collect(tenant.list())).toHaveLength(401);
    expect(await collect(tenant.list({ connection: 'c1' }))).toHaveLength(200);
  });
});

describe('a row', () => {
  it('does not open with any single bit of its envelope flipped', async () => {
    const { tenant, secrets } = vaultOf(key());
    const version = await tenant.put(name, { password: 'p' });
    const row = await only(secrets);
    const bytes = Buffer.from(row.sealed, 'latin1');
    let refused = 0;
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await secrets.rewrap([
        { before: await only(secrets), keyId: row.keyId, sealed: flipped.toString('latin1') },
      ]);
      await expect(tenant.get(name)).rejects.toMatchObject({ code: 'ERR_VAULT_TAMPERED' });
      refused += 1;
    }
    expect(refused).toBe(bytes.length * 8);
    await secrets.rewrap([{ before: await only(secrets), keyId: row.keyId, sealed: row.sealed }]);
    expect(await tenant.get(name)).toEqual({ value: { password: 'p' }, version });
  });

  it.each([
    ['tenant', { tenant: 'umbrella' }],
    ['connection', { connection: 'sap-test' }],
    ['name', { name: 'token' }],
    ['version', { version: 1 }],
  ])('that was moved to another %s does not open', async (_what, change) => {
    const { vault, tenant, secrets } = vaultOf(key());
    await tenant.put(name, 'x');
    const moved = { ...(await only(secrets)), ...change };
    await secrets.remove({ tenant: 'acme', ...name });
    await secrets.write(moved, 0);
    await expect(
      vault.forTenant(moved.tenant).get({ connection: moved.connection, name: moved.name }),
    ).rejects.toMatchObject({
      code: 'ERR_VAULT_TAMPERED',
      category: 'configuration',
      message: expect.stringContaining(`The secret "${moved.name}" of connection`),
    });
  });

  it('of another secret under the same key does not lend its parts', async () => {
    const { tenant, secrets } = vaultOf(key());
    await tenant.put(name, 'one');
    const one = await only(secrets);
    await tenant.put(name, 'two');
    const two = await only(secrets);
    const [, wrapped] = one.sealed.split('.');
    const [, , payload] = two.sealed.split('.');
    await secrets.rewrap([{ before: two, keyId: two.keyId, sealed: `v1.${wrapped}.${payload}` }]);
    await expect(tenant.get(name)).rejects.toMatchObject({ code: 'ERR_VAULT_TAMPERED' });
  });
});

describe('a key', () => {
  it('that is not the one of the vault is told from one that is missing', async () => {
    const { tenant, secrets } = vaultOf(`one:${key()}`);
    await tenant.put(name, 'x');
    const wrong = vaultOf(`one:${key()}`, secrets);
    const refusal = { code: 'ERR_VAULT_KEY_WRONG', category: 'configuration' };
    await expect(wrong.tenant.get(name)).rejects.toMatchObject(refusal);
    await expect(wrong.tenant.put(name, 'y')).rejects.toMatchObject(refusal);
    await expect(wrong.tenant.remove(name)).rejects.toMatchObject(refusal);
    await expect(wrong.vault.verifyKeys()).rejects.toMatchObject(refusal);
    await expect(wrong.vault.rotate()).rejects.toMatchObject(refusal);
    const strange = vaultOf(`two:${key()}`, secrets);
    const unknown = {
      code: 'ERR_VAULT_KEY_UNKNOWN',
      message: expect.stringContaining('The vault holds 1 secret under "one", and only "two"'),
    };
    await expect(strange.tenant.get(name)).rejects.toMatchObject(unknown);
    await expect(strange.tenant.put(name, 'y')).rejects.toMatchObject(unknown);
    await expect(strange.vault.verifyKeys()).rejects.toMatchObject(unknown);
  });

  it('that is wrong never shows an empty vault, not even for secrets that are not there', async () => {
    const { tenant, secrets } = vaultOf(`one:${key()}`);
    await tenant.put(name, 'x');
    const nothing = { connection: 'nowhere', name: 'nothing' };
    for (const text of [`one:${key()}`, `two:${key()}`]) {
      await expect(vaultOf(text, secrets).tenant.get(nothing)).rejects.toMatchObject({
        code: expect.stringMatching(/^ERR_VAULT_KEY_/),
      });
    }
  });

  it('that is wrong is found before the first secret is stored', async () => {
    const { vault, secrets } = vaultOf(`one:${key()}`);
    await vault.verifyKeys();
    await expect(vaultOf(`one:${key()}`, secrets).vault.verifyKeys()).rejects.toMatchObject({
      code: 'ERR_VAULT_KEY_WRONG',
      message: expect.stringContaining('"one" is not the one that this vault was written with'),
    });
  });

  it('that is missing for some secrets lets the others be read', async () => {
    const [one, two] = [`one:${key()}`, `two:${key()}`];
    const { tenant, secrets } = vaultOf(one);
    await tenant.put(name, 'x');
    const both = vaultOf(`${two},${one}`, secrets);
    await both.tenant.put({ ...name, name: 'token' }, 'y');
    expect((await both.tenant.get(name))?.value).toBe('x');
    await both.vault.verifyKeys();
    const late = vaultOf(two, secrets);
    expect((await late.tenant.get({ ...name, name: 'token' }))?.value).toBe('y');
    await expect(late.tenant.get(name)).rejects.toMatchObject({
      code: 'ERR_VAULT_KEY_UNKNOWN',
      message: expect.stringContaining('under the key "one"'),
    });
    await expect(late.vault.verifyKeys()).rejects.toMatchObject({ code: 'ERR_VAULT_KEY_UNKNOWN' });
  });

  it('is asked for by name when there is none', async () => {
    expect(() => createVault({ secrets: memorySecretStore(), keys: [] })).toThrow(
      'The vault has no key provider',
    );
    const vault = createVault({
      secrets: memorySecretStore(),
      keys: environmentKeys({ environment: {} }),
    });
    await expect(vault.forTenant('acme').get(name)).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      message: expect.stringContaining('COMMON_VAULT_KEY is not set'),
    });
  });
});
