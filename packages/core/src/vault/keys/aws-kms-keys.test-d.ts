import { awsKmsKeys } from './aws-kms-keys.ts';

/** `EncryptCommandInput` and so on of `@aws-sdk/client-kms` 3, as far as they concern a symmetric key. */
interface EncryptInput {
  KeyId: string | undefined;
  Plaintext: Uint8Array | undefined;
  EncryptionContext?: Record<string, string> | undefined;
  GrantTokens?: string[] | undefined;
  DryRun?: boolean | undefined;
}
interface DecryptInput {
  CiphertextBlob?: Uint8Array | undefined;
  EncryptionContext?: Record<string, string> | undefined;
  KeyId?: string | undefined;
}
interface Metadata {
  $metadata: { requestId?: string };
}
type EncryptOutput = Metadata & { CiphertextBlob?: Uint8Array | undefined; KeyId?: string };
type DecryptOutput = Metadata & { Plaintext?: Uint8Array | undefined; KeyId?: string };
interface HandlerOptions {
  abortSignal?: AbortSignal | { readonly aborted: boolean; onabort: unknown };
  requestTimeout?: number;
}

/** `KMS`, overloads with callbacks included. */
interface Kms {
  encrypt(input: EncryptInput, options?: HandlerOptions): Promise<EncryptOutput>;
  encrypt(input: EncryptInput, done: (error: unknown, output?: EncryptOutput) => void): void;
  encrypt(
    input: EncryptInput,
    options: HandlerOptions,
    done: (error: unknown, output?: EncryptOutput) => void,
  ): void;
  decrypt(input: DecryptInput, options?: HandlerOptions): Promise<DecryptOutput>;
  decrypt(input: DecryptInput, done: (error: unknown, output?: DecryptOutput) => void): void;
  decrypt(
    input: DecryptInput,
    options: HandlerOptions,
    done: (error: unknown, output?: DecryptOutput) => void,
  ): void;
}

declare const client: Kms;
awsKmsKeys({ client, keyId: 'alias/connectors' });

// `KMSClient` has `send` only.
declare const bare: { send(command: object): Promise<object> };
// @ts-expect-error
awsKmsKeys({ client: bare, keyId: 'alias/connectors' });
