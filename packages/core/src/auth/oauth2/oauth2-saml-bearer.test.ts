import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { SignedXml } from 'xml-crypto';
import { testIssuer } from '../certificates.fixture.ts';
import { type Oauth2SamlBearerOptions, oauth2SamlBearer } from './oauth2-saml-bearer.ts';
import { type SamlAssertionOptions, samlAssertion } from './saml-assertion.ts';
import { type TokenServer, tokenServer } from './token-server.fixture.ts';

const validity = { from: new Date('2025-06-01'), to: new Date('2026-06-01') };
const issuer = testIssuer();
const { key, cert } = issuer.issue('identity provider', validity);
const now = Date.UTC(2026, 0, 1);
const settings: SamlAssertionOptions = {
  issuer: 'common-connector',
  subject: 'ann@acme.example',
  audience: 'https://my300000.s4hana.ondemand.com',
  privateKey: key,
  certificate: cert,
};
const make = (options: Partial<SamlAssertionOptions> = {}) =>
  samlAssertion({
    ...settings,
    ...options,
    tokenUrl: 'https://s4.example/token?sap-client=100',
    now,
  });

/** What xml-crypto says is signed, canonical; throws when the signature is not good. */
function verify(xml: string, publicCert = cert): string {
  const signatureXml = /<ds:Signature .*<\/ds:Signature>/s.exec(xml)?.[0] ?? '';
  const verifier = new SignedXml({ publicCert, getCertFromKeyInfo: () => null });
  verifier.loadSignature(signatureXml);
  if (!verifier.checkSignature(xml)) throw new Error('the signature is not good');
  const [signed, ...more] = verifier.getSignedReferences();
  if (signed === undefined || more.length > 0) throw new Error('not one reference');
  return signed;
}

let server: TokenServer | undefined;
afterEach(() => server?.close());

async function signIn(options: Partial<Oauth2SamlBearerOptions> = {}) {
  server = await tokenServer();
  const auth = oauth2SamlBearer({
    tokenUrl: server.tokenUrl,
    clientId: 'OAUTH_CLIENT',
    assertion: settings,
    ...options,
  });
  expect(await server.signIn(auth)).toBe('Bearer t1');
  return server.calls[0]!;
}

describe('the SAML bearer grant', () => {
  it('is asked for as SAP wants it: client by Basic and in the form, a scope, the assertion', async () => {
    const { form, headers } = await signIn({
      clientSecret: 'secret',
      clientIdInForm: true,
      scope: 'ZAPI_SALES_ORDER_SRV_0001',
    });
    expect(headers.authorization).toBe(
      `Basic ${Buffer.from('OAUTH_CLIENT:secret').toString('base64')}`,
    );
    expect(form).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:saml2-bearer',
      client_id: 'OAUTH_CLIENT',
      scope: 'ZAPI_SALES_ORDER_SRV_0001',
      assertion: expect.stringMatching(/^[\w-]+$/),
    });
    const xml = Buffer.from(form.assertion!, 'base64url').toString('utf8');
    expect(verify(xml)).toContain(`Recipient="${server!.tokenUrl}"`);
  });

  it.each([
    ['XML', '<saml:Assertion xmlns:saml="urn:x"></saml:Assertion>'],
    ['XML after a line', '\n<saml:Assertion xmlns:saml="urn:x"></saml:Assertion>\n'],
    [
      'base64url',
      Buffer.from('<saml:Assertion xmlns:saml="urn:x"></saml:Assertion>').toString('base64url'),
    ],
  ])('takes an assertion that somebody else made, as %s', async (_, made) => {
    const { form, headers } = await signIn({ assertion: async () => made });
    expect(headers.authorization).toBeUndefined();
    expect(Buffer.from(form.assertion!, 'base64url').toString()).toBe(
      '<saml:Assertion xmlns:saml="urn:x"></saml:Assertion>',
    );
  });
});

it('keeps no refresh token: a new assertion is as good, and nothing lies in the store', async () => {
  server = await tokenServer(() => ({ json: { access_token: 't1', refresh_token: 'r1' } }));
  const { tokenUrl } = server;
  await server.signIn(oauth2SamlBearer({ tokenUrl, clientId: 'c', assertion: settings }));
  expect((await server.context.tokens.read('acme'))?.token.refreshToken).toBeUndefined();
});

describe('an assertion that we make', () => {
  it('says who is to be let in, where and until when', async () => {
    const xml = await make({
      nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
      attributes: { client_id: 'OAUTH_CLIENT' },
    });
    const signed = verify(xml);
    for (const part of [
      '<saml:Issuer>common-connector</saml:Issuer>',
      '<saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">ann@acme.example</saml:NameID>',
      '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">',
      'NotOnOrAfter="2026-01-01T00:05:00.000Z" Recipient="https://s4.example/token?sap-client=100"',
      'NotBefore="2025-12-31T23:59:00.000Z" NotOnOrAfter="2026-01-01T00:05:00.000Z"',
      '<saml:Audience>https://my300000.s4hana.ondemand.com</saml:Audience>',
      '<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:X509</saml:AuthnContextClassRef>',
      '<saml:Attribute Name="client_id"><saml:AttributeValue>OAUTH_CLIENT</saml:AttributeValue></saml:Attribute>',
    ]) {
      expect(signed).toContain(part);
    }
  });

  it('has its parts in the order of the schema, the signature after the issuer', async () => {
    const order = (await make()).match(
      /<(?:saml:Issuer|ds:Signature|saml:Subject|saml:Conditions|saml:AuthnStatement)[ >]/g,
    );
    expect(order?.map((tag) => tag.slice(1, -1))).toEqual([
      'saml:Issuer',
      'ds:Signature',
      'saml:Subject',
      'saml:Conditions',
      'saml:AuthnStatement',
    ]);
  });

  it('is signed: a change of one character is found, and so is another key', async () => {
    const xml = await make();
    expect(() => verify(xml.replace('ann@', 'bob@'))).toThrow();
    expect(() => verify(xml.replace('2026-01-01T00:05', '2027-01-01T00:05'))).toThrow();
    expect(() => verify(xml, issuer.issue('other', validity).cert)).toThrow();
  });

  it('is canonical whatever its texts hold, and signed as it is sent', async () => {
    // What XML can hold at all; no CR, LF or TAB at first, which a parser would normalise unescaped.
    const text = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((value) => value.trim() !== '')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: those that XML does not know
      .filter((value) => !/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(value));
    const awkward = fc.constantFrom(
      'a&b',
      '<x>',
      '"q"',
      "'q'",
      ']]>',
      'a\tb',
      'a\nb',
      'a\r\nb',
      'é😀',
      '&amp;',
    );
    const any = fc.oneof(text, awkward);
    await fc.assert(
      fc.asyncProperty(any, any, any, any, async (subject, audience, name, value) => {
        const xml = await make({
          subject,
          audience,
          recipient: name,
          attributes: { [name]: value },
        });
        const signed = verify(xml);
        expect(signed).toBe(xml.replace(/<ds:Signature .*<\/ds:Signature>/s, ''));
      }),
      { numRuns: 60 },
    );
  });

  it('has another id every time', async () => {
    const ids = (await Promise.all([make(), make()])).map((xml) => /ID="([^"]+)"/.exec(xml)?.[1]);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^_[0-9a-f]{40}$/);
  });

  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  it.each([
    [
      'an EC key',
      { privateKey: ec.export({ type: 'pkcs8', format: 'pem' }).toString() },
      'RSA key, this one is of type ec',
    ],
    ['a certificate of another key', { certificate: issuer.issue('b', validity).cert }, 'belong'],
    [
      'an expired certificate',
      { certificate: issuer.issue('c', { ...validity, to: new Date('2025-12-31') }).cert },
      'ended on 2025-12-31',
    ],
    ['no certificate', { certificate: '' }, 'certificate is empty'],
    ['no user', { subject: '' }, 'subject is empty'],
    ['a control character', { subject: 'ann\u0000' }, 'control character'],
    ['half a character', { audience: '\ud800' }, 'control character'],
  ])('cannot be made with %s', async (_, options, advice) => {
    await expect(make(options)).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      message: expect.stringContaining(advice),
    });
  });

  it('verifies by its own certificate', async () => {
    const embedded = /<ds:X509Certificate>(.*)<\/ds:X509Certificate>/.exec(await make())?.[1];
    const pem = `-----BEGIN CERTIFICATE-----\n${embedded}\n-----END CERTIFICATE-----`;
    const own = createPublicKey(pem).export({ type: 'spki', format: 'pem' });
    expect(own).toBe(createPublicKey(key).export({ type: 'spki', format: 'pem' }));
  });
});
