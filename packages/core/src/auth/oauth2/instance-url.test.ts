import { describe, expect, it } from 'vitest';
import { readInstanceUrl } from './instance-url.ts';

const read = (url: string, tokenUrl = 'https://login.salesforce.com/services/oauth2/token') =>
  readInstanceUrl(
    { instance_url: url },
    { field: 'instance_url', hosts: ['*.my.salesforce.com', 'api.example.com'], tokenUrl },
  );

describe('the address of the API that came with a token', () => {
  it.each([
    'https://acme.my.salesforce.com',
    'https://acme.sandbox.my.salesforce.com',
    'https://ACME.my.salesforce.com/',
    'https://api.example.com:8443/base',
  ])('is used when its host is allowed: %s', (url) => {
    expect(read(url)).toBe(url);
  });

  it.each([
    'https://evil.example',
    'https://my.salesforce.com',
    'https://evilmy.salesforce.com',
    'https://acme.my.salesforce.com.evil.example',
    'https://evil.example/acme.my.salesforce.com',
    'https://evil.example#.my.salesforce.com',
    'https://acme.my.salesforce.com@evil.example',
    'https://user:pass@acme.my.salesforce.com',
    'https://sub.api.example.com',
    'http://acme.my.salesforce.com',
    'ftp://acme.my.salesforce.com',
    'acme.my.salesforce.com',
  ])('gets no token otherwise: %s', (url) => {
    expect(() => read(url)).toThrow(
      expect.objectContaining({
        code: 'ERR_CONFIGURATION',
        message: expect.stringContaining('*.my.salesforce.com, api.example.com'),
      }),
    );
  });

  it('may be plain HTTP where the sign-in is, on a sandbox', () => {
    expect(read('http://api.example.com', 'http://127.0.0.1/token')).toBe('http://api.example.com');
  });

  it.each([undefined, {}, { instance_url: '' }])(
    'is the configured one when there is none',
    (extra) => {
      const options = {
        field: 'instance_url',
        hosts: ['*.x.example'],
        tokenUrl: 'https://a.example',
      };
      expect(readInstanceUrl(extra, options)).toBeUndefined();
    },
  );
});
