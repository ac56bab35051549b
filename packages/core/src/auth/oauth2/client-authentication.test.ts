import {
  constants,
  createPrivateKey,
  createPublicKey,
  createVerify,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { inspect } from 'node:util';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import forge from 'node-forge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { passphrase, testIssuer } from '../certificates.fixture.ts';
import type { ClientAssertion, OauthClient } from './client-authentication.ts';
import { oauth2ClientCredentials } from './oauth2-client-credentials.ts';
import { type TokenServer, tokenServer } from './token-server.fixture.ts';

let server: TokenServer;
beforeAll(async () => {
  server = await tokenServer();
});
afterAll(() => server.close());

const issuer = testIssuer();
// Around the clock of the tests, 2026-01-01.
const validity = { from: new Date('2025-06-01'), to: new Date('2026-06-01') };
const certified = issuer.issue('client', validity);
const other = issuer.issue('other', validity);
const rsaPublic = createPublicKey(certified.key);
const pkcs8 = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

const by = (client: Partial<OauthClient>) =>
  oauth2ClientCredentials({ tokenUrl: server.tokenUrl, clientId: 'my id', ...client });
const lastCall = () => server.calls.at(-1)!;
const send = async (client: Partial<OauthClient>) => {
  await server.signIn(by(client), { connection: crypto.randomUUID() });
  return lastCall();
};
const assertionOf = async (signer: ClientAssertion): Promise<string> =>
  (await send({ clientAuth: signer })).form.client_assertion!;

describe('a client with a secret', () => {
  it.each([
    ['basic', 'Basic bXkraWQ6YSUzQWIlMkZj', 'grant_type=client_credentials'],
    ['basic-unencoded', 'Basic bXkgaWQ6YTpiL2M=', 'grant_type=client_credentials'],
    ['body', undefined, 'grant_type=client_credentials&client_id=my+id&client_secret=a%3Ab%2Fc'],
  ] as const)('proves itself by %s', async (clientAuth, header, body) => {
    const call = await send({ clientSecret: 'a:b/c', clientAuth });
    expect([call.headers.authorization, call.body]).toEqual([header, body]);
  });

  it('can send its id twice, for servers that want it in the form', async () => {
    const call = await send({ clientSecret: 's', clientIdInForm: true });
    expect(call.form).toEqual({ grant_type: 'client_credentials', client_id: 'my id' });
    expect(call.headers.authorization).toMatch(/^Basic /);
  });

  it('reads the secret at every sign-in, so that a new one needs no restart', async () => {
    let secret = 'one';
    const auth = by({ clientSecret: () => secret, clientAuth: 'body' });
    await server.signIn(auth, { connection: 'rotating' });
    secret = 'two';
    await server.clock.advance(3_600_000);
    await server.signIn(auth, { connection: 'rotating' });
    expect(lastCall().form.client_secret).toBe('two');
  });
});

describe('a client without a secret', () => {
  it.each(['none', 'tls'] as const)('names itself in the form (%s)', async (clientAuth) => {
    const call = await send({ clientAuth });
    expect(call.headers.authorization).toBeUndefined();
    expect(call.form).toEqual({ grant_type: 'client_credentials', client_id: 'my id' });
  });
});

describe('a client with a key', () => {
  it('signs an assertion about itself for the token endpoint', async () => {
    const signer = { privateKey: certified.key, keyId: 'key-7' };
    const call = await send({ clientAuth: signer });
    expect(call.form).toEqual({
      grant_type: 'client_credentials',
      client_id: 'my id',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: expect.any(String),
    });
    const now = Math.floor(server.clock.now() / 1000);
    const { payload, protectedHeader } = await jwtVerify(call.form.client_assertion!, rsaPublic, {
      currentDate: new Date(server.clock.now()),
      algorithms: ['PS256'],
    });
    expect(protectedHeader).toEqual({ typ: 'JWT', alg: 'PS256', kid: 'key-7' });
    expect(payload).toEqual({
      iss: 'my id',
      sub: 'my id',
      aud: server.tokenUrl,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      iat: now,
      nbf: now,
      exp: now + 300,
    });
  });

  it('never uses a jti twice', async () => {
    const signer = { privateKey: certified.key };
    const [first, second] = [await assertionOf(signer), await assertionOf(signer)];
    expect(decodeJwt(first).jti).not.toBe(decodeJwt(second).jti);
  });

  it('takes audience, lifetime and claims as the vendor wants them (NetSuite)', async () => {
    const call = await send({
      clientIdInForm: false,
      clientAuth: {
        privateKey: certified.key,
        keyId: 'cert-id',
        audience: 'https://1234567.suitetalk.api.netsuite.com/services/rest/auth/oauth2/v1/token',
        lifetimeMs: 3_600_000,
        claims: { scope: ['rest_webservices'], sub: undefined },
      },
    });
    expect(call.form).not.toHaveProperty('client_id');
    const claims = decodeJwt(call.form.client_assertion!);
    expect(claims).toMatchObject({
      scope: ['rest_webservices'],
      aud: 'https://1234567.suitetalk.api.netsuite.com/services/rest/auth/oauth2/v1/token',
    });
    expect(claims).not.toHaveProperty('sub');
    expect(claims.exp! - claims.iat!).toBe(3600);
  });

  it.each([
    ['RS256', 'sha256', false],
    ['RS512', 'sha512', false],
    ['PS256', 'sha256', true],
    ['PS384', 'sha384', true],
  ] as const)('signs %s as node:crypto verifies it', async (algorithm, hash, isPss) => {
    const [header, payload, signature] = (
      await assertionOf({ privateKey: certified.key, algorithm })
    ).split('.');
    const verify = createVerify(hash).update(`${header}.${payload}`);
    const padding = isPss ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
    const saltLength = constants.RSA_PSS_SALTLEN_DIGEST;
    expect(
      verify.verify({ key: rsaPublic, padding, saltLength }, Buffer.from(signature!, 'base64url')),
    ).toBe(true);
  });

  it.each([
    ['ES256', 'P-256'],
    ['ES384', 'P-384'],
    ['ES512', 'P-521'],
  ] as const)('signs %s as jose verifies it', async (algorithm, namedCurve) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
    const assertion = await assertionOf({ privateKey: pkcs8(privateKey), algorithm });
    const options = { currentDate: new Date(server.clock.now()), algorithms: [algorithm] };
    await expect(jwtVerify(assertion, publicKey, options)).resolves.toBeDefined();
  });

  it('signs EdDSA as jose verifies it', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const assertion = await assertionOf({ privateKey: pkcs8(privateKey), algorithm: 'EdDSA' });
    const options = { currentDate: new Date(server.clock.now()) };
    await expect(jwtVerify(assertion, publicKey, options)).resolves.toBeDefined();
  });
});

describe('the key', () => {
  const { privateKey: ec } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const encrypted = (cipher: string) =>
    generateKeyPairSync('rsa', { modulusLength: 2048 })
      .privateKey.export({ type: 'pkcs8', format: 'pem', cipher, passphrase })
      .toString();

  it.each([
    ['PKCS#1', { privateKey: certified.key }],
    ['PKCS#8', { privateKey: pkcs8(createPrivateKey(certified.key)) }],
    ['an environment variable', { privateKey: certified.key.replaceAll(/\r?\n/g, '\\n') }],
    ['a function', { privateKey: async () => certified.key }],
    ['encrypted PKCS#8', { privateKey: encrypted('aes-256-cbc'), passphrase }],
    ['encrypted by forge', { privateKey: certified.encryptedKey, passphrase: () => passphrase }],
    [
      'SEC1',
      {
        privateKey: ec.export({ type: 'sec1', format: 'pem' }).toString(),
        algorithm: 'ES256' as const,
      },
    ],
  ])('is read from %s', async (_, signer) => {
    await expect(assertionOf(signer)).resolves.toMatch(/^eyJ/);
  });

  const whole = pkcs8(createPrivateKey(certified.key));
  it.each([
    ['empty', { privateKey: '' }, 'privateKey is empty'],
    ['the name of a file', { privateKey: '/etc/key.pem' }, 'content of the file'],
    ['a certificate', { privateKey: certified.cert }, 'is a certificate'],
    [
      'a public key',
      { privateKey: rsaPublic.export({ type: 'spki', format: 'pem' }).toString() },
      'is a public key',
    ],
    [
      'of OpenSSH',
      {
        privateKey: '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----',
      },
      'ssh-keygen',
    ],
    ['cut off', { privateKey: whole.slice(0, 600) }, 'copied whole'],
    ['damaged', { privateKey: whole.replace(/\n.{40}/, '\n') }, 'copied whole'],
    ['encrypted, without passphrase', { privateKey: certified.encryptedKey }, 'Set passphrase'],
    [
      'encrypted, with another passphrase',
      { privateKey: certified.encryptedKey, passphrase: 'canary-wrong' },
      'Check the passphrase',
    ],
    [
      'encrypted, with an empty passphrase',
      { privateKey: certified.encryptedKey, passphrase: '' },
      'passphrase is empty',
    ],
    ['of another type', { privateKey: pkcs8(ec) }, 'one of the algorithms ES256'],
    [
      'of another curve',
      { privateKey: pkcs8(ec), algorithm: 'ES384' as const },
      'ES384 needs a private key of type ec secp384r1, this one is ec prime256v1',
    ],
    [
      'too short',
      {
        privateKey: pkcs8(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey),
        algorithm: 'RS256' as const,
      },
      '1024 bits',
    ],
    [
      'to sign with an unknown algorithm',
      { privateKey: certified.key, algorithm: 'HS256' as never },
      'none of RS256',
    ],
  ])('that is %s is refused in words, and nothing is sent', async (_, signer, advice) => {
    const before = server.calls.length;
    const error = await server.refusal(by({ clientAuth: signer }));
    expect(error).toMatchObject({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      notExecuted: true,
      message: expect.stringContaining(advice),
    });
    const shown = inspect(error, { depth: 20, showHidden: true });
    const inside = (signer.privateKey as string).replaceAll(/\s/g, '').slice(60, 100) || 'canary';
    expect(shown).not.toContain(inside);
    expect(shown).not.toContain('canary');
    expect(server.calls).toHaveLength(before);
  });
});

describe('the certificate', () => {
  const der = Buffer.from(
    forge.asn1.toDer(forge.pki.certificateToAsn1(forge.pki.certificateFromPem(certified.cert)))
      .data,
    'binary',
  );
  const thumbprint = (digest: forge.md.MessageDigest) =>
    Buffer.from(digest.update(der.toString('binary')).digest().data, 'binary').toString(
      'base64url',
    );

  it('is named by its SHA-256 thumbprint, as Entra wants it', async () => {
    const { key, cert } = certified;
    const assertion = await assertionOf({ privateKey: key, certificate: cert });
    expect(decodeProtectedHeader(assertion)).toEqual({
      typ: 'JWT',
      alg: 'PS256',
      'x5t#S256': thumbprint(forge.md.sha256.create()),
    });
  });

  it('is named by its SHA-1 thumbprint where a vendor wants that', async () => {
    const { key, cert } = certified;
    const assertion = await assertionOf({
      privateKey: key,
      certificate: cert,
      algorithm: 'RS256',
      thumbprint: 'x5t',
    });
    expect(decodeProtectedHeader(assertion)).toEqual({
      typ: 'JWT',
      alg: 'RS256',
      x5t: thumbprint(forge.md.sha1.create()),
    });
  });

  it.each([
    ['a key', () => certified.key, 'not a PEM certificate'],
    ['another one', () => other.cert, 'does not belong to the private key'],
    [
      'an expired one',
      () => issuer.issue('old', { ...validity, to: new Date('2025-12-31T00:00:00Z') }).cert,
      'ended on 2025-12-31',
    ],
    [
      'one of tomorrow',
      () => issuer.issue('new', { ...validity, from: new Date('2026-01-02T00:00:00Z') }).cert,
      'begins on 2026-01-02',
    ],
  ])('is refused in words where it is %s', async (_, certificate, advice) => {
    const clientAuth = { privateKey: certified.key, certificate: certificate() };
    expect(await server.refusal(by({ clientAuth }))).toMatchObject({
      code: 'ERR_CONFIGURATION',
      path: 'certificate',
      message: expect.stringContaining(advice),
    });
  });
});

describe('settings that cannot work', () => {
  it.each([
    ['no secret', {}, /clientSecret is missing.*privateKey.*'none'/],
    ['an unknown way', { clientAuth: 'header' as never }, /none of basic, .*privateKey/],
    ['an object without a key', { clientAuth: {} as never }, /neither privateKey/],
  ])('are refused at once: %s', (_, client, message) => {
    expect(() => by(client)).toThrow(expect.objectContaining({ code: 'ERR_CONFIGURATION' }));
    expect(() => by(client)).toThrow(message);
  });

  it.each([
    ['an empty secret', { clientSecret: '' }, 'clientSecret is empty'],
    ['an empty id', { clientId: '', clientSecret: 's' }, 'clientId is empty'],
  ])('are refused at use: %s', async (_, client, message) => {
    expect(await server.refusal(by(client))).toMatchObject({
      code: 'ERR_CONFIGURATION',
      message: expect.stringContaining(message),
    });
  });

  it.each([
    ['/oauth/token', 'absolute URL'],
    ['ftp://login.example.com', 'absolute URL'],
    ['https://me:canary@login.example.com/token', 'holds credentials'],
    ['http://login.example.com/token', 'clear text'],
  ])('are refused at once: token URL %s', (tokenUrl, message) => {
    const make = () => oauth2ClientCredentials({ tokenUrl, clientId: 'a', clientSecret: 'b' });
    expect(make).toThrow(message);
    expect(make).not.toThrow('canary');
  });
});
