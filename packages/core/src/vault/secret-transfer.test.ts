import { createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { CompactEncrypt, decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import { exportSecret, importSecret } from './secret-transfer.ts';

const secret = { connection: 'sap', name: 'credentials', value: { password: 'canary-4711' } };
const shared = createSecretKey(randomBytes(32));
const pairs = {
  'RSA-OAEP-256': generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'ECDH-ES+A256KW': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
};
const x25519 = generateKeyPairSync('x25519');
const refused = { code: 'ERR_VAULT_TAMPERED', message: expect.stringContaining('Export it again') };

describe('an exported secret', () => {
  it.each([
    ['A256KW', shared, shared],
    ['RSA-OAEP-256', pairs['RSA-OAEP-256'].publicKey, pairs['RSA-OAEP-256'].privateKey],
    ['ECDH-ES+A256KW', pairs['ECDH-ES+A256KW'].publicKey, pairs['ECDH-ES+A256KW'].privateKey],
    ['ECDH-ES+A256KW', x25519.publicKey, x25519.privateKey],
  ])('is a JWE by %s that opens by its key only', async (alg, key, opener) => {
    const text = await exportSecret(secret, { key });
    expect(decodeProtectedHeader(text)).toMatchObject({
      alg,
      enc: 'A256GCM',
      typ: 'common-secret',
    });
    expect(await importSecret(`${text}\n`, { key: opener })).toEqual(secret);
    const others = [
      createSecretKey(randomBytes(32)),
      ...Object.values(pairs).map((p) => p.privateKey),
    ];
    for (const other of others) {
      if (other.equals(opener)) continue;
      await expect(importSecret(text, { key: other })).rejects.toMatchObject(refused);
    }
  });

  it('does not open when any of its characters is changed', async () => {
    const text = await exportSecret(secret, { key: shared });
    for (let index = 0; index < text.length; index += 1) {
      const other = text[index] === 'A' ? 'B' : 'A';
      const changed = text.slice(0, index) + other + text.slice(index + 1);
      await expect(importSecret(changed, { key: shared })).rejects.toMatchObject(refused);
    }
  });

  it('of another kind, or by an algorithm that is not ours, is refused', async () => {
    const plaintext = Buffer.from(JSON.stringify(secret));
    const bytes = shared.export();
    const forged = [
      new CompactEncrypt(plaintext).setProtectedHeader({ alg: 'A256KW', enc: 'A256GCM' }),
      new CompactEncrypt(plaintext).setProtectedHeader({
        alg: 'dir',
        enc: 'A256GCM',
        typ: 'common-secret',
      }),
      new CompactEncrypt(plaintext).setProtectedHeader({
        alg: 'A256KW',
        enc: 'A128GCM',
        typ: 'common-secret',
      }),
      new CompactEncrypt(Buffer.from('{"name":1}')).setProtectedHeader({
        alg: 'A256KW',
        enc: 'A256GCM',
        typ: 'common-secret',
      }),
      new CompactEncrypt(Buffer.from('no JSON')).setProtectedHeader({
        alg: 'A256KW',
        enc: 'A256GCM',
        typ: 'common-secret',
      }),
    ];
    for (const jwe of forged) {
      await expect(importSecret(await jwe.encrypt(bytes), { key: shared })).rejects.toMatchObject(
        refused,
      );
    }
    for (const text of ['', 'a.b.c.d.e', 'not a JWE']) {
      await expect(importSecret(text, { key: shared })).rejects.toMatchObject(refused);
    }
  });

  it('is not made by a key that cannot carry it', async () => {
    for (const key of [
      createSecretKey(randomBytes(16)),
      generateKeyPairSync('ed25519').publicKey,
    ]) {
      await expect(exportSecret(secret, { key })).rejects.toMatchObject({
        code: 'ERR_CONFIGURATION',
        message: expect.stringContaining('Take 32 random bytes'),
      });
    }
  });
});
