import type { Secret } from '../../auth/auth-strategy.ts';
import { readSecret } from '../../auth/read-secret.ts';
import { systemClock } from '../../clock/system-clock.ts';
import type { CallOptions } from '../../contract/call-options.ts';
import { ConnectorError } from '../../errors/connector-error.ts';
import { createHttpClient } from '../../http/create-http-client.ts';
import type { PipelineOptions } from '../../http/pipeline-options.ts';
import { keyData } from '../associated-data.ts';
import type { KeyContext, KeyProvider } from '../key-provider.ts';
import { transitFailure, unopened } from './transit-failure.ts';

/** Options of `transitKeys`; the rest are those of the HTTP pipeline. */
export interface TransitKeysOptions
  extends Omit<PipelineOptions, 'headers' | 'tokens' | 'connection'> {
  /** Of the server, for example `https://vault.example.com:8200`. */
  readonly address: string;
  /** Read before each request, so that whoever renews it needs no restart. */
  readonly token: Secret;
  /** Name of the key in the Transit engine. */
  readonly key: string;
  /**
   * Where the Transit engine is mounted.
   * @default 'transit'
   */
  readonly mount?: string | undefined;
  /**
   * Name of the key in this vault. Give one where two servers have a key of the same name.
   * @default '<mount>/<key>'
   */
  readonly id?: string | undefined;
  /** Namespace of Vault Enterprise or HCP. */
  readonly namespace?: string | undefined;
}

/** How long the latest version of the key is taken for it. */
const versionLifeMs = 60_000;

/**
 * Keys in the Transit engine of HashiCorp Vault (or OpenBao): the key-encryption key never leaves it.
 * Each version of the Transit key is a key of its own here, so that after `vault write -f
 * transit/keys/<key>/rotate` a `rotate()` of ours moves all secrets to the new version, and
 * `min_decryption_version` can be raised. Every read of a secret is a request.
 *
 * The token needs `read` on `transit/keys/<key>`, and `update` on `transit/encrypt/<key>` and
 * `transit/decrypt/<key>`. The key must not be `derived` or convergent. Tenant, connection, name and
 * version go along as `associated_data`, which Vault knows since 1.9. Its `rewrap` takes none, so
 * that data keys are moved by `decrypt` and `encrypt`.
 *
 * Source: https://developer.hashicorp.com/vault/api-docs/secret/transit
 */
export function transitKeys(options: TransitKeysOptions): KeyProvider {
  const {
    address,
    token,
    key,
    mount = 'transit',
    id = `${mount}/${key}`,
    namespace,
    ...pipeline
  } = options;
  const { clock = systemClock } = pipeline;
  if (!/^https?:\/\/[^/]/.test(address)) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message:
        'The address of HashiCorp Vault is no URL. It has to look like https://vault.example.com:8200.',
    });
  }
  const place = { mount, key };
  const client = createHttpClient({
    ...pipeline,
    system: 'hashicorp-vault',
    baseUrl: `${address.replace(/\/+$/, '')}/v1/${mount.replace(/^\/+|\/+$/g, '')}`,
    auth: {
      kind: 'vault-token',
      async authorize(draft) {
        draft.headers['x-vault-token'] = await readSecret(token, 'token of HashiCorp Vault');
      },
    },
    headers: namespace === undefined ? {} : { 'x-vault-namespace': namespace },
    classify: (response) => transitFailure(response, place),
  });
  const prefix = `transit:${id}:v`;
  let latest: { readonly version: number; readonly until: number } | undefined;

  async function request(
    operation: 'keys' | 'encrypt' | 'decrypt',
    body: object | undefined,
    calls: CallOptions = {},
  ): Promise<Readonly<Record<string, unknown>>> {
    const response = await client.send({
      method: body === undefined ? 'GET' : 'POST',
      url: `${operation}/${encodeURIComponent(key)}`,
      ...(body && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
      // It changes nothing at the server.
      idempotent: true,
      operation,
      signal: calls.signal,
      correlationId: calls.correlationId,
      priority: calls.priority,
    });
    const { data } = response.json() as { readonly data?: Readonly<Record<string, unknown>> };
    return data ?? {};
  }

  const associatedData = (context: KeyContext): string => keyData(context).toString('base64');

  return {
    kind: 'transit',
    async currentKeyId(calls) {
      if (latest === undefined || latest.until <= clock.now()) {
        const version = Number((await request('keys', undefined, calls)).latest_version);
        if (!Number.isSafeInteger(version) || version < 1) throw unexpected('a version of the key');
        latest = { version, until: clock.now() + versionLifeMs };
      }
      return prefix + latest.version;
    },
    knows: async (keyId) => keyId.startsWith(prefix),
    async wrap(dataKey, context, calls) {
      const { ciphertext } = await request(
        'encrypt',
        {
          plaintext: Buffer.from(dataKey).toString('base64'),
          associated_data: associatedData(context),
          key_version: versionOf(context.keyId),
        },
        calls,
      );
      const expected = `vault:v${versionOf(context.keyId)}:`;
      if (typeof ciphertext !== 'string' || !ciphertext.startsWith(expected)) {
        throw unexpected(`a ciphertext that begins with ${expected}`);
      }
      return ciphertext;
    },
    async unwrap(wrapped, context, calls) {
      if (!wrapped.startsWith(`vault:v${versionOf(context.keyId)}:`)) return undefined;
      try {
        const { plaintext } = await request(
          'decrypt',
          { ciphertext: wrapped, associated_data: associatedData(context) },
          calls,
        );
        return typeof plaintext === 'string' ? Buffer.from(plaintext, 'base64') : undefined;
      } catch (error) {
        if (ConnectorError.isInstance(error) && error.vendorCode === unopened) return undefined;
        throw error;
      }
    },
    close: () => client.close(),
  };
}

const versionOf = (keyId: string): number => Number(keyId.slice(keyId.lastIndexOf(':v') + 2));

function unexpected(what: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_INVALID_RESPONSE',
    category: 'internal',
    message: `The answer of HashiCorp Vault does not have ${what}. Check that the address is that of a Vault, and its Transit key of type aes256-gcm96.`,
  });
}
