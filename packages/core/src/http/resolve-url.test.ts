import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBaseUrl, resolveUrl } from './resolve-url.ts';

const base = readBaseUrl('https://erp.example.com:8443/sap/');

describe('a base URL', () => {
  it('has no slash at its end', () => {
    expect(base).toEqual({
      baseUrl: 'https://erp.example.com:8443/sap',
      origin: 'https://erp.example.com:8443',
    });
    expect(readBaseUrl('http://localhost').baseUrl).toBe('http://localhost');
  });

  it.each([
    ['erp.example.com', 'not an absolute URL'],
    ['ftp://erp.example.com', 'neither https nor http'],
    ['https://user:word@erp.example.com', 'a user or a password'],
    ['https://erp.example.com/?a=1', 'a query or a fragment'],
    ['https://erp.example.com/#a', 'a query or a fragment'],
  ])('is not %s', (text, problem) => {
    expect(() => readBaseUrl(text)).toThrow(problem);
  });
});

describe('the URL of a request', () => {
  it.each([
    ['orders', '/sap/orders'],
    ['/orders', '/sap/orders'],
    ['', '/sap'],
    ['?a=1', '/sap?a=1'],
    ['https://ERP.example.com:8443/other', '/other'],
  ])('%j is appended to the base, or was absolute already', (url, path) => {
    expect(resolveUrl(url, base)).toBe(`https://erp.example.com:8443${path}`);
  });

  it.each([
    '//evil.example/x',
    '\\\\evil.example',
    'https://evil.example/',
    'http://erp.example.com:8443/',
    'https://erp.example.com/',
    'https://erp.example.com:8443@evil.example/',
    'https://user@erp.example.com:8443/',
    'javascript:alert(1)',
    'file:///etc/passwd',
  ])('%s is refused', (url) => {
    expect(() => resolveUrl(url, base)).toThrow(
      expect.objectContaining({ code: 'ERR_CROSS_ORIGIN', notExecuted: true }),
    );
  });

  it('leads to the origin of the base or nowhere, whatever a vendor writes into a link', () => {
    const piece = fc.constantFrom(
      ...[
        'https:',
        'http:',
        'HTTPS:',
        'data:',
        '/',
        '//',
        '\\',
        '@',
        ':',
        '?',
        '#',
        '.',
        '..',
        '%',
      ],
      ...['erp.example.com', 'evil.example', ':8443', '%2f', '%40', '\t', '\n', ' ', '\u0000', 'é'],
    );
    const link = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((all) => all.join('')),
    );
    const bases = fc.constantFrom(
      base,
      readBaseUrl('http://localhost'),
      readBaseUrl('http://[::1]:1'),
    );
    fc.assert(
      fc.property(link, bases, (url, from) => {
        let resolved: string;
        try {
          resolved = resolveUrl(url, from);
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_CROSS_ORIGIN' });
          return;
        }
        const { origin, username, password } = new URL(resolved);
        expect({ origin, username, password }).toEqual({
          origin: from.origin,
          username: '',
          password: '',
        });
      }),
      { numRuns: 5_000 },
    );
  });
});
