import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that the server got. */
interface TransitRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A small Transit engine: one key of type aes256-gcm96, with versions. */
export interface TransitServer {
  readonly address: string;
  readonly requests: readonly TransitRequest[];
  /** Can be changed while it runs. */
  readonly state: {
    token: string;
    minDecryptionVersion: number;
    isSealed: boolean;
    /** Answers of 500 before the next good one. */
    failures: number;
  };
  rotate(): void;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

const refused = (status: number, ...errors: readonly string[]): Answer => ({
  status,
  body: { errors },
});

/**
 * Answers as HashiCorp Vault does (https://developer.hashicorp.com/vault/api-docs/secret/transit;
 * texts of errors from `sdk/helper/keysutil/policy.go`): mount `transit`, key `connectors`.
 */
export async function transitServer(): Promise<TransitServer> {
  const versions = [randomBytes(32)];
  const requests: TransitRequest[] = [];
  const state = {
    token: 'hvs.good',
    minDecryptionVersion: 1,
    isSealed: false,
    failures: 0,
  };

  function encrypt(body: TransitRequest['body']): Answer {
    const version = Number(body.key_version ?? 0) || versions.length;
    const key = versions[version - 1];
    if (key === undefined)
      return refused(400, 'requested version for encryption is higher than the latest key version');
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    cipher.setAAD(Buffer.from(String(body.associated_data ?? ''), 'base64'));
    const plaintext = Buffer.from(String(body.plaintext), 'base64');
    const sealed = Buffer.concat([
      iv,
      cipher.update(plaintext),
      cipher.final(),
      cipher.getAuthTag(),
    ]);
    const ciphertext = `vault:v${version}:${sealed.toString('base64')}`;
    return { status: 200, body: { data: { ciphertext, key_version: version } } };
  }

  function decrypt(body: TransitRequest['body']): Answer {
    const [, digits, text = ''] = /^vault:v(\d+):(.+)$/.exec(String(body.ciphertext)) ?? [];
    const version = Number(digits);
    if (digits === undefined) return refused(400, 'invalid ciphertext: no prefix');
    const key = versions[version - 1];
    if (key === undefined) return refused(400, 'invalid ciphertext: version is too new');
    if (version < state.minDecryptionVersion) {
      return refused(400, 'ciphertext or signature version is disallowed by policy (too old)');
    }
    const sealed = Buffer.from(text, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
    decipher.setAAD(Buffer.from(String(body.associated_data ?? ''), 'base64'));
    decipher.setAuthTag(sealed.subarray(-16));
    try {
      const bytes = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
      return { status: 200, body: { data: { plaintext: bytes.toString('base64') } } };
    } catch {
      return refused(400, 'cipher: message authentication failed');
    }
  }

  function answer({ path, headers, body }: TransitRequest): Answer {
    if (state.isSealed) return refused(503, 'Vault is sealed');
    if (headers['x-vault-token'] !== state.token) return refused(403, 'permission denied');
    if (state.failures > 0) {
      state.failures -= 1;
      return refused(500, 'internal error');
    }
    const [, operation, name] = /^\/v1\/transit\/(\w+)\/([\w-]+)$/.exec(path) ?? [];
    if (operation === undefined)
      return refused(404, `no handler for route "${path.slice(4)}". route entry not found.`);
    if (name !== 'connectors') {
      return operation === 'keys' ? refused(404) : refused(400, 'encryption key not found');
    }
    if (operation === 'encrypt') return encrypt(body);
    if (operation === 'decrypt') return decrypt(body);
    if (operation !== 'keys') return refused(404, 'unsupported path');
    return {
      status: 200,
      body: {
        data: {
          type: 'aes256-gcm96',
          latest_version: versions.length,
          min_decryption_version: state.minDecryptionVersion,
          min_encryption_version: 0,
          name,
        },
      },
    };
  }

  const server = createServer(async (incoming, response) => {
    const request = {
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: JSON.parse((await textOf(incoming)) || '{}') as TransitRequest['body'],
    };
    requests.push(request);
    const { status, body } = answer(request);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    requests,
    state,
    rotate: () => void versions.push(randomBytes(32)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
