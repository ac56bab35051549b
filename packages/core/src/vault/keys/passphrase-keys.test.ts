import { randomBytes, scryptSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openAesGcm } from '../../crypto/aes-gcm.ts';
import { keyData } from '../associated-data.ts';
import { createVault } from '../create-vault.ts';
import { memorySecretStore } from '../memory-secret-store.ts';
import { passphraseKeys } from './passphrase-keys.ts';

const passphrase = 'correct horse battery staple';
const name = { connection: 'c', name: 'n' };
const context = { tenant: 't', ...name, version: 1, keyId: 'passphrase' };

describe('a key of a passphrase', () => {
  it('is that of scrypt with N = 2^17, r = 8, p = 1 and the salt beside it', async () => {
    const dataKey = randomBytes(32);
    const wrapped = await passphraseKeys({ passphrase }).wrap(dataKey, context);
    const [kind, salt = '', sealed = ''] = wrapped.split(':');
    expect(kind).toBe('scrypt-17');
    const key = scryptSync(passphrase, Buffer.from(salt, 'base64url'), 32, {
      N: 131_072,
      r: 8,
      p: 1,
      maxmem: 2 ** 28,
    });
    const opened = openAesGcm({
      key,
      sealed: Buffer.from(sealed, 'base64url'),
      associatedData: keyData(context),
    });
    expect(opened).toEqual(dataKey);
  });

  it('is derived once by each process, from the salt that the vault has', async () => {
    const secrets = memorySecretStore();
    let asked = 0;
    const open = () =>
      createVault({
        secrets,
        keys: passphraseKeys({
          passphrase: () => {
            asked += 1;
            return passphrase;
          },
        }),
      }).forTenant('t');
    const first = open();
    await Promise.all([1, 2, 3].map((value) => first.put({ ...name, name: `n${value}` }, value)));
    expect(asked).toBe(1);
    const second = open();
    await second.put(name, 'x');
    expect((await second.get({ ...name, name: 'n2' }))?.value).toBe(2);
    expect(asked).toBe(2);
    expect((await first.get(name))?.value).toBe('x');
    const salts = (await secrets.list({ limit: 10 })).map((row) => row.sealed.split(':')[1]);
    expect(new Set(salts).size).toBe(1);
    expect(asked).toBe(2);
  });

  it('that is wrong is told before anything is read or written', async () => {
    const secrets = memorySecretStore();
    await createVault({ secrets, keys: passphraseKeys({ passphrase }) }).verifyKeys();
    const vault = createVault({
      secrets,
      keys: passphraseKeys({ passphrase: 'another passphrase' }),
    });
    await expect(vault.verifyKeys()).rejects.toMatchObject({ code: 'ERR_VAULT_KEY_WRONG' });
  });

  it('is the same however the passphrase is composed', async () => {
    const dataKey = randomBytes(32);
    const wrapped = await passphraseKeys({ passphrase: 'Gr\u00fc\u00dfe aus K\u00f6ln' }).wrap(
      dataKey,
      context,
    );
    const other = passphraseKeys({ passphrase: 'Gru\u0308\u00dfe aus Ko\u0308ln' });
    expect(await other.unwrap(wrapped, context)).toEqual(dataKey);
  });

  it('needs twelve characters', async () => {
    await expect(
      passphraseKeys({ passphrase: 'short' }).wrap(randomBytes(32), context),
    ).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      message: expect.stringContaining('shorter than 12 characters'),
    });
  });

  it('is not derived at a cost that a row asks for', async () => {
    const provider = passphraseKeys({ passphrase });
    const wrapped = await provider.wrap(randomBytes(32), context);
    for (const forged of [
      wrapped.replace('scrypt-17', 'scrypt-30'),
      wrapped.replace('scrypt-17', 'scrypt-1'),
      wrapped.replace(/:.*:/, '::'),
    ]) {
      expect(await provider.unwrap(forged, context)).toBeUndefined();
    }
  });
});
