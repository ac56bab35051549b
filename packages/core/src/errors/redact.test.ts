import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from './redact.ts';

/** Whatever people make passwords of, in one word. */
const secrets = fc
  .string({
    unit: fc.constantFrom(...'abcXYZ019!$%()*+,-./:;<=>?@[]^_`{|}~#'),
    minLength: 8,
    maxLength: 40,
  })
  .filter((text) => !/redacted/.test(text));
const simple = fc.stringMatching(/^[A-Za-z0-9_-]{8,40}$/);

const shows = (secret: string, text: string) => redact(text).includes(secret);

describe('redact', () => {
  it('takes a secret out of the line of a header, also one with quotes and ampersands in it', () => {
    expect(redact('apikey: a/+"&=b}c,\nhost: x')).toBe('apikey: [redacted]\nhost: x');
    expect(redact('X-CSRF-Token: "a b" refused')).toBe('X-CSRF-Token: [redacted] refused');
  });

  it.each<[string, (secret: string) => string]>([
    ['a JSON member', (secret) => JSON.stringify({ client_secret: secret, user: 'ann' })],
    ['a JSON member in a string', (secret) => JSON.stringify(JSON.stringify({ password: secret }))],
    ['a JSON member that is cut off', (secret) => `{"refreshToken":"${secret}`],
    ['a URL', (secret) => `https://ann:${encodeURIComponent(secret)}@erp.example.com/a`],
    ['a form', (secret) => new URLSearchParams({ password: secret, user: 'ann' }).toString()],
    ['a form in a URL', (secret) => encodeURIComponent(`api_key=${encodeURIComponent(secret)}`)],
  ])('takes a secret out of %s', (_where, write) => {
    fc.assert(
      fc.property(secrets, (secret) => {
        const text = write(secret);
        // The form that is in the text: escaped or encoded.
        for (const form of [
          secret,
          encodeURIComponent(secret),
          JSON.stringify(secret).slice(1, -1),
        ]) {
          if (text.includes(form)) expect(shows(form, text)).toBe(false);
        }
      }),
    );
  });

  it.each([
    'password=*',
    'COMMON_CLIENT_SECRET=*',
    'userPassword: *',
    "{ password: '*' }",
    'x-api-key: *',
    'authorization: Bearer *',
    'authorization: Digest user="ann", response="*"',
    'Rejected: authorization: Bearer a; password: "*"',
    'Authorization: Custom a b *',
    'set-cookie: SID=1; other=*',
    'Bearer 0*',
    'SAP_SESSIONID: *',
    '<wsse:Password Type="PasswordText">*</wsse:Password>',
    'passphrase = *',
    '-----BEGIN PRIVATE KEY-----\n*\n-----END PRIVATE KEY-----',
    '-----BEGIN EC PRIVATE KEY-----\n*',
    'eyJhbGciOiJIUzI1NiJ9.*',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.*',
    'https://ann:a@*@erp.example.com/',
    'code_verifier=*&x=1',
    'access-token: *',
    '\\"password\\": \\"*\\"',
    'oauth_signature="*"',
    'AWS_SECRET_ACCESS_KEY=*',
    '{"SecretAccessKey":"*"}',
    'Ocp-Apim-Subscription-Key: *',
    '{"clientState":"*"}',
    'SAMLResponse=*&RelayState=x',
    'oauth_verifier=*',
    'password[]=*',
    'password[first]=*',
    'password%5B%5D=*',
    "'password' => '*'",
    'passwords: *',
    'password2=*',
    '{"password":["*"],"user":"ann"}',
    '{"password":["a]", "*"]}',
    '{"secret":{"value":"*"}}',
    '<Password><![CDATA[*]]></Password>',
    '<Password>\n  <![CDATA[a<*]]>\n</Password>',
    'https://app.example.com/callback?state=a&code=*',
    'https://erp.example.com/?sig=*&x=1',
    'https://hooks.slack.com/services/T0/B0/*',
    'xoxb-12345678-*',
    'password=required-*',
    'password=fetch+*',
  ])('takes a secret out of %s', (text) => {
    fc.assert(
      fc.property(simple, (secret) => {
        expect(shows(secret, text.replace('*', secret))).toBe(false);
      }),
    );
  });

  it.each([
    'Check the password, and that the account is not locked.',
    'The settings of acme cannot be used. apiKey: Too small: expected string; clientSecret: must be set.',
    'password: Invalid input: expected string, received undefined',
    'The setting clientSecret is empty. Set it, or check the function that is to supply it.',
    'Basic authentication is not enabled. Use a bearer token.',
    'Basic Authentication: ask the administrator',
    'Check the token URL and the grant.',
    'The token endpoint https://login.example.com/oauth/token answers 503.',
    'x-csrf-token: Required',
    'https://erp.example.com/a?email=ann@example.com',
    'tokenUrl: https://login.example.com/oauth2/token',
    'Purchase order 4500000001 has 2 lines; <PurchaseOrder>4500000001</PurchaseOrder>',
  ])('leaves alone: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('changes nothing that it has changed before', () => {
    const pieces = fc.constantFrom(
      ...[
        'password',
        'token',
        '=',
        ':',
        ' ',
        '"',
        "'",
        '\\',
        'Bearer ',
        'Basic ',
        'eyJ',
        '.',
        'abcdef1',
        '://',
        '@',
        '<',
        '>',
        '&',
        '\n',
        '-----BEGIN A-----',
        '%22',
        '%3D',
        '[',
        ']',
        '{',
        'required',
        '?code=',
        '<![CDATA[',
        ']]>',
        'authorization',
        '[redacted]',
      ],
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        const once = redact(parts.join(''));
        expect(redact(once)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    'a.',
    'a-',
    'eyJ-',
    'eyJaaaa.',
    'password',
    'password ',
    'password=',
    'password="',
    "password='",
    'password\\',
    'secret"',
    'secret<',
    'secret>',
    'token:',
    'http://',
    '://',
    'a://b',
    'Bearer ',
    'Basic a',
    '-----BEGIN ',
    '-----BEGIN A-----',
    '-----END ',
    ' ',
    '\\',
    '"',
    '%22',
    '@',
    'cookie: ',
    'password=[',
    'password=["',
    'password={',
    '<password>',
    '<password> ',
    '<password><![CDATA[',
    '?code=',
    'xoxb-',
    'hooks.slack.com/',
    'tokens',
    'token1',
    'cookie"',
    'authorization',
    '_key',
  ])('takes no longer than it must for a megabyte of %j', (piece) => {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
    // The square of a million would be minutes, and end by the time-out.
    expect(redact(text)).not.toBe('');
    expect(redact(`password="${text}`)).toContain('[redacted]');
  });
});
