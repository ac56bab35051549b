import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { passphrase, testIssuer } from '../auth/certificates.fixture.ts';
import {
  authFromCredentials,
  credentialKinds,
  credentialsJsonSchemas,
  validateCredentials,
} from './index.ts';

const canary = (name: string) => `canary-${name}/+"&=7f3a`;
const { cert, encryptedKey, pfx } = testIssuer().issue('client');
const signer = { privateKey: encryptedKey, passphrase, certificate: cert };
const byFiles = { cert, key: encryptedKey, passphrase };
const byFile = { pfx: Buffer.from(pfx).toString('base64'), passphrase };

const endpoint = {
  ...{ tokenUrl: 'https://login.example.com/token', clientId: 'id' },
  ...{ clientSecret: canary('client-secret'), clientCertificate: byFiles },
};
const { clientSecret: _, ...publicEndpoint } = endpoint;
const signed = { ...publicEndpoint, clientAssertion: signer, clientCertificate: byFile };
const call = {
  ...{ url: '/login', headers: { 'x-key': canary('header') } },
  ...{ basic: { username: 'ann', password: canary('password') } },
  ...{ json: { password: canary('json') }, form: { password: canary('form') } },
};
const audience = 'https://login.example.com';
const person = {
  authorizationUrl: 'https://login.example.com/authorize',
  redirectUri: 'https://app.example.com/callback',
};
const grants = (kind: string, own: object) => [
  { kind, ...endpoint, ...own },
  { kind, ...signed, ...own },
];

/** Together they have a secret in every field that can hold one. */
const samples: readonly { readonly kind: string }[] = [
  ...[byFiles, byFile].flatMap((clientCertificate) => [
    { kind: 'mtls', ...clientCertificate },
    { kind: 'basic', username: 'ann', password: canary('password'), clientCertificate },
    { kind: 'bearer', token: canary('token'), clientCertificate },
    {
      ...{ kind: 'api-key', header: 'x-key', value: canary('key'), next: canary('next') },
      clientCertificate,
    },
    {
      ...{ kind: 'oauth1', consumerKey: canary('consumer'), consumerSecret: canary('secret') },
      ...{ token: canary('token'), tokenSecret: canary('token-secret'), clientCertificate },
    },
    {
      ...{ kind: 'session', login: call, logout: call, token: { json: 'token' } },
      clientCertificate,
    },
  ]),
  ...grants('oauth2-client-credentials', {}),
  ...grants('oauth2-authorization-code', person),
  ...grants('oauth2-refresh-token', { refreshToken: canary('refresh') }),
  ...grants('oauth2-jwt-bearer', { ...signer, subject: 'ann', audience }),
  ...grants('oauth2-saml-bearer', {
    assertion: { ...signer, issuer: 'idp', subject: 'ANN', audience },
  }),
];

/** Pieces of secrets that no other text holds. */
const pieces = [
  ...['canary', '7f3a', passphrase],
  ...encryptedKey.split(/\r?\n/).filter((line) => line.length > 20 && !line.startsWith('-----')),
  ...(byFile.pfx.match(/.{40}/g) ?? []),
];
const leaks = (text: string) => pieces.filter((piece) => text.includes(piece));

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? '';
  return `${inspect(value, { depth: 12, showHidden: true })} ${json} ${String(value)}`;
}

type Leaf = { readonly path: readonly string[]; readonly value: unknown };

function leavesOf(value: unknown, path: readonly string[] = []): readonly Leaf[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }];
  return Object.entries(value).flatMap(([name, member]) => leavesOf(member, [...path, name]));
}

function withLeaf(sample: object, [name = '', ...rest]: readonly string[], value: unknown): object {
  const inner = Reflect.get(sample, name) as object;
  return { ...sample, [name]: rest.length === 0 ? value : withLeaf(inner, rest, value) };
}

function errorsOf(credentials: unknown): readonly unknown[] {
  return [validateCredentials, authFromCredentials].flatMap((use) => {
    try {
      use(credentials);
      return [];
    } catch (error) {
      return [error, (error as Error).cause];
    }
  });
}

describe.each(samples.map((sample) => [sample.kind, sample] as const))('%s', (_kind, sample) => {
  it('shows no secret when its strategy is printed', () => {
    expect(leaks(JSON.stringify(sample))).not.toEqual([]);
    expect(leaks(shown(authFromCredentials(sample)))).toEqual([]);
  });

  it('shows no secret when any one of its fields is wrong', () => {
    let refused = 0;
    for (const { path } of leavesOf(sample)) {
      const wrong = [7, '', undefined, null, ['canary-7f3a'], { canary: canary('nested') }];
      for (const value of [...wrong, canary('wrong')]) {
        const errors = errorsOf(withLeaf(sample, path, value));
        if (errors.length > 0) refused += 1;
        // The name of a field that does not exist is shown; its value is not.
        const text = shown(errors).replaceAll(`${path.join('.')}.canary`, '');
        expect(leaks(text), path.join('.')).toEqual([]);
      }
    }
    expect(refused).toBeGreaterThanOrEqual(leavesOf(sample).length * 3);
  });

  it('shows no secret when there is one field too many', () => {
    const errors = errorsOf({ ...sample, pasword: canary('misspelt') });
    expect(errors.length).toBeGreaterThan(0);
    expect(leaks(shown(errors))).toEqual([]);
  });
});

describe('the samples', () => {
  type Schema = { readonly writeOnly?: boolean; readonly properties?: Record<string, Schema> };
  const secretsOf = ({ properties = {} }: Schema, path = ''): readonly string[] =>
    Object.entries(properties).flatMap(([name, property]) => [
      ...(property.writeOnly === true ? [path + name] : []),
      ...secretsOf(property, `${path}${name}.`),
    ]);

  it.each(Object.keys(credentialKinds))('have every secret of %s', (kind) => {
    const schema = credentialsJsonSchemas()[kind] as Schema;
    const filled = samples
      .filter((sample) => sample.kind === kind)
      .flatMap((sample) => leavesOf(sample))
      .map(({ path }) => path.join('.'));
    for (const secret of secretsOf(schema)) {
      expect(
        filled.some((path) => path === secret || path.startsWith(`${secret}.`)),
        secret,
      ).toBe(true);
    }
  });
});
