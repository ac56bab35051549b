import type { CallOptions } from '../../contract/call-options.ts';
import { ConnectorError, type ConnectorErrorInit } from '../../errors/connector-error.ts';
import { envelopeFormat } from '../associated-data.ts';
import type { KeyContext, KeyProvider } from '../key-provider.ts';

/**
 * What is used of `KMS` of `@aws-sdk/client-kms` 3. Its `KMSClient` has `send` only; take `KMS`.
 *
 * Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html
 */
export interface AwsKmsLike {
  encrypt(
    input: {
      readonly KeyId: string;
      readonly Plaintext: Uint8Array;
      readonly EncryptionContext: Record<string, string>;
    },
    options?: { readonly abortSignal?: AbortSignal },
  ): Promise<{ readonly CiphertextBlob?: Uint8Array | undefined }>;
  decrypt(
    input: {
      readonly KeyId: string;
      readonly CiphertextBlob: Uint8Array;
      readonly EncryptionContext: Record<string, string>;
    },
    options?: { readonly abortSignal?: AbortSignal },
  ): Promise<{ readonly Plaintext?: Uint8Array | undefined }>;
}

/** Options of `awsKmsKeys`. */
export interface AwsKmsKeysOptions {
  /** `new KMS({ region })`. It signs, times out and retries by its own options. */
  readonly client: AwsKmsLike;
  /** Id, ARN or alias of a symmetric key. An alias that is pointed elsewhere is another key. */
  readonly keyId: string;
}

type Reading = Pick<ConnectorErrorInit, 'code' | 'category' | 'message'>;

/** `name` of its errors. Those that are not here are `ERR_TRANSIENT`. */
const failures: Readonly<Record<string, Reading>> = {
  AccessDeniedException: {
    code: 'ERR_PERMISSION_DENIED',
    category: 'permission',
    message:
      'AWS KMS refuses: the role of this process needs kms:Encrypt and kms:Decrypt on the key.',
  },
  NotFoundException: {
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: 'AWS KMS has no such key. Check its id, the region and the account.',
  },
  DisabledException: {
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: 'The AWS KMS key is disabled. Enable it: without it no secret opens.',
  },
  KMSInvalidStateException: {
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message:
      'The AWS KMS key cannot be used as it is, for example because it is to be deleted. Cancel that: without it no secret opens.',
  },
  ThrottlingException: {
    code: 'ERR_RATE_LIMITED',
    category: 'rate-limit',
    message: 'AWS KMS asks for fewer requests.',
  },
};

/** Not authentic, another key's, or for another encryption context. */
const unopened = new Set(['InvalidCiphertextException', 'IncorrectKeyException']);

/**
 * A key in AWS KMS: it never leaves it. Every read of a secret is a request.
 *
 * ```ts
 * import { KMS } from '@aws-sdk/client-kms';
 * const keys = awsKmsKeys({ client: new KMS({ region: 'eu-central-1' }), keyId: 'alias/connectors' });
 * ```
 *
 * Tenant, connection, name and version are the encryption context: AWS writes them to CloudTrail in
 * the clear, and key policies can ask for them (`kms:EncryptionContext:tenant`). AWS rotates the
 * material behind a key id by itself; `rotate()` is for moving to another key.
 */
export function awsKmsKeys({ client, keyId }: AwsKmsKeysOptions): KeyProvider {
  const id = `aws-kms:${keyId}`;
  const abortion = (calls: CallOptions | undefined) =>
    calls?.signal === undefined ? {} : { abortSignal: calls.signal };
  return {
    kind: 'aws-kms',
    currentKeyId: async () => id,
    knows: async (known) => known === id,
    async wrap(dataKey, context, calls) {
      const { CiphertextBlob: blob } = await translated(() =>
        client.encrypt(
          { KeyId: keyId, Plaintext: dataKey, EncryptionContext: contextOf(context) },
          abortion(calls),
        ),
      );
      return Buffer.from(blob ?? []).toString('base64url');
    },
    async unwrap(wrapped, context, calls) {
      try {
        const { Plaintext: dataKey } = await client.decrypt(
          {
            KeyId: keyId,
            CiphertextBlob: Buffer.from(wrapped, 'base64url'),
            EncryptionContext: contextOf(context),
          },
          abortion(calls),
        );
        return dataKey;
      } catch (error) {
        if (unopened.has((error as Error).name)) return undefined;
        throw failureOf(error);
      }
    },
  };
}

/** No value may be empty there; those of a key check are. */
function contextOf(context: KeyContext): Record<string, string> {
  const { tenant, connection, name, version } = context;
  const fields = { tenant, connection, name, version: String(version) };
  const filled = Object.entries(fields).filter(([, value]) => value !== '');
  return { 'common-vault': envelopeFormat, ...Object.fromEntries(filled) };
}

async function translated<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw failureOf(error);
  }
}

function failureOf(cause: unknown): ConnectorError {
  const { name } = cause as Error;
  const reading = failures[name] ?? {
    code: name === 'AbortError' ? 'ERR_ABORTED' : 'ERR_TRANSIENT',
    category: 'transient',
    message: `AWS KMS did not answer (${name}).`,
  };
  const retryable = name === 'AbortError' ? false : undefined;
  return new ConnectorError({ ...reading, retryable, vendorCode: name, cause });
}
