import { describe, expect, it } from 'vitest';
import {
  hasSecrets,
  leavesOf,
  maskCredentials,
  secretMask,
  withoutMasks,
} from './mask-credentials.ts';

const secret = { type: 'string', writeOnly: true };
const open = { type: 'string' };
const schema = {
  properties: {
    kind: open,
    user: open,
    password: secret,
    pin: secret,
    certificate: {
      properties: { cert: open, key: secret, passphrase: secret },
      additionalProperties: false,
    },
    headers: { type: 'object', additionalProperties: open, writeOnly: true },
    parameters: { type: 'object', additionalProperties: open },
    scopes: { type: 'array', items: open },
    keys: { type: 'array', items: secret },
    either: { anyOf: [{ type: 'array', items: secret }, secret] },
    one: { oneOf: [open, { properties: { name: open, value: secret } }] },
    shared: { $ref: '#/$defs/pair' },
    nowhere: { $ref: '#/$defs/nowhere' },
    loop: { $ref: '#/properties/loop' },
  },
  $defs: { pair: { properties: { left: open, right: secret } } },
};
const credentials = {
  kind: 'all',
  user: 'ann',
  password: 'canary',
  certificate: { cert: 'pem', key: 'canary' },
  headers: { 'x-key': 'canary' },
  parameters: { resource: 'r' },
  scopes: ['a', 'b'],
  keys: ['canary', 'canary'],
  either: 'canary',
  one: { name: 'n', value: 'canary' },
  shared: { left: 'l', right: 'canary' },
  nowhere: 'canary',
  loop: 'canary',
  unknown: 'canary',
  'also unknown': { a: ['canary'] },
};

describe('maskCredentials', () => {
  it('shows what the schema knows and does not call secret, and nothing else', () => {
    const shown = maskCredentials(schema, credentials);
    expect(JSON.stringify(shown)).not.toContain('canary');
    expect(shown).toEqual({
      kind: 'all',
      user: 'ann',
      password: secretMask,
      pin: null,
      certificate: { cert: 'pem', key: secretMask, passphrase: null },
      headers: secretMask,
      parameters: { resource: 'r' },
      scopes: ['a', 'b'],
      keys: [secretMask, secretMask],
      either: secretMask,
      one: { name: 'n', value: secretMask },
      shared: { left: 'l', right: secretMask },
      nowhere: secretMask,
      loop: secretMask,
      unknown: secretMask,
      'also unknown': secretMask,
    });
  });

  it.each([{}, { properties: null }, { properties: { user: true } }])(
    'shows nothing by a schema that says nothing: %j',
    (empty) => {
      expect(maskCredentials(empty, { user: 'canary' })).toEqual({ user: secretMask });
    },
  );
});

describe('leavesOf', () => {
  it('knows which values are secret, as the mask does', () => {
    const leaves = [...leavesOf('c', credentials, schema)];
    const shown = leaves.filter(([, { isSecret }]) => !isSecret);
    expect(JSON.stringify(shown)).not.toContain('canary');
    expect(shown.map(([path]) => path)).toEqual([
      'c.kind',
      'c.user',
      'c.certificate.cert',
      'c.parameters.resource',
      'c.scopes[0]',
      'c.scopes[1]',
      'c.one.name',
      'c.shared.left',
    ]);
    const canaries = JSON.stringify(leaves).split('canary').length;
    expect(canaries).toBe(JSON.stringify(credentials).split('canary').length);
  });
});

describe('withoutMasks', () => {
  it('takes out what a form sends back as it was shown', () => {
    const patch = {
      ...maskCredentials(schema, { password: 'p', certificate: { key: 'k' } }),
      user: 'joe',
    };
    const stored = { password: 'p', certificate: { key: 'k' } };
    expect(withoutMasks(patch, stored)).toMatchObject({ user: 'joe', certificate: {} });
    expect(JSON.stringify(withoutMasks(patch, stored))).not.toContain(secretMask);
  });

  it('keeps no secret that is not there', () => {
    for (const stored of [undefined, {}, { a: 'x' }, { a: { c: 1 } }]) {
      expect(() => withoutMasks({ a: { b: secretMask } }, stored)).toThrow(
        /^credentials\.a\.b: must/,
      );
    }
  });
});

it('hasSecrets finds them at any depth', () => {
  expect(hasSecrets(schema)).toBe(true);
  expect(hasSecrets({ properties: { a: { anyOf: [{ items: [secret] }] } } })).toBe(true);
  expect(hasSecrets({ properties: { writeOnly: open } })).toBe(false);
});
