import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createVault } from '../create-vault.ts';
import { memorySecretStore } from '../memory-secret-store.ts';
import { type AwsKmsLike, awsKmsKeys } from './aws-kms-keys.ts';

const named = (name: string) => Object.assign(new Error(name), { name });

/** KMS in memory: symmetric keys, encryption contexts without regard to order, its errors by name. */
function fakeKms(): AwsKmsLike & { readonly contexts: Record<string, string>[] } {
  const keys = new Map([['alias/connectors', randomBytes(32)]]);
  const contexts: Record<string, string>[] = [];
  const keyOf = (id: string) => {
    const key = keys.get(id);
    if (key === undefined) throw named('NotFoundException');
    return key;
  };
  const bytesOf = (context: Record<string, string>) => {
    if (Object.values(context).includes('')) throw named('ValidationException');
    contexts.push(context);
    return Buffer.from(JSON.stringify(Object.entries(context).toSorted()));
  };
  return {
    contexts,
    async encrypt({ KeyId, Plaintext, EncryptionContext }, options) {
      if (options?.abortSignal?.aborted) throw named('AbortError');
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', keyOf(KeyId), iv);
      cipher.setAAD(bytesOf(EncryptionContext));
      const text = Buffer.concat([cipher.update(Plaintext), cipher.final()]);
      return { CiphertextBlob: Buffer.concat([iv, cipher.getAuthTag(), text]) };
    },
    async decrypt({ KeyId, CiphertextBlob, EncryptionContext }) {
      const blob = Buffer.from(CiphertextBlob);
      const decipher = createDecipheriv('aes-256-gcm', keyOf(KeyId), blob.subarray(0, 12));
      decipher.setAAD(bytesOf(EncryptionContext)).setAuthTag(blob.subarray(12, 28));
      try {
        return { Plaintext: Buffer.concat([decipher.update(blob.subarray(28)), decipher.final()]) };
      } catch {
        throw named('InvalidCiphertextException');
      }
    },
  };
}

const context = {
  tenant: 'acme',
  connection: 'sap',
  name: 'token',
  version: 3,
  keyId: 'aws-kms:alias/connectors',
};

describe('a key in AWS KMS', () => {
  it('wraps for an encryption context that names the secret', async () => {
    const client = fakeKms();
    const provider = awsKmsKeys({ client, keyId: 'alias/connectors' });
    expect(await provider.currentKeyId()).toBe('aws-kms:alias/connectors');
    expect(await provider.knows('aws-kms:alias/other')).toBe(false);
    const dataKey = randomBytes(32);
    const wrapped = await provider.wrap(dataKey, context);
    expect(client.contexts).toEqual([
      { 'common-vault': 'v1', tenant: 'acme', connection: 'sap', name: 'token', version: '3' },
    ]);
    expect(await provider.unwrap(wrapped, context)).toEqual(dataKey);
    expect(await provider.unwrap(wrapped, { ...context, tenant: 'umbrella' })).toBeUndefined();
  });

  it('is a key of a vault', async () => {
    const secrets = memorySecretStore();
    const keys = awsKmsKeys({ client: fakeKms(), keyId: 'alias/connectors' });
    const tenant = createVault({ secrets, keys }).forTenant('acme');
    await tenant.put({ connection: 'c', name: 'n' }, { password: 'p' });
    expect((await tenant.get({ connection: 'c', name: 'n' }))?.value).toEqual({ password: 'p' });
    const other = awsKmsKeys({ client: fakeKms(), keyId: 'alias/connectors' });
    await expect(createVault({ secrets, keys: other }).verifyKeys()).rejects.toMatchObject({
      code: 'ERR_VAULT_KEY_WRONG',
    });
  });

  it.each([
    ['AccessDeniedException', 'ERR_PERMISSION_DENIED', false],
    ['NotFoundException', 'ERR_CONFIGURATION', false],
    ['DisabledException', 'ERR_CONFIGURATION', false],
    ['KMSInvalidStateException', 'ERR_CONFIGURATION', false],
    ['ThrottlingException', 'ERR_RATE_LIMITED', true],
    ['KMSInternalException', 'ERR_TRANSIENT', true],
    ['AbortError', 'ERR_ABORTED', false],
  ])('says what %s means', async (name, code, retryable) => {
    const fail = () => Promise.reject(named(name));
    const provider = awsKmsKeys({ client: { encrypt: fail, decrypt: fail }, keyId: 'k' });
    const expected = { code, retryable, vendorCode: name };
    await expect(provider.wrap(randomBytes(32), context)).rejects.toMatchObject(expected);
    await expect(provider.unwrap('AAAA', context)).rejects.toMatchObject(expected);
  });
});
