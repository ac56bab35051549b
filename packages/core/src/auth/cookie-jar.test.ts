import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCookieJar } from './cookie-jar.ts';

const noon = Date.UTC(2026, 0, 1, 12);

function start() {
  let at = noon;
  return {
    jar: createCookieJar(() => at),
    pass(milliseconds: number) {
      at += milliseconds;
    },
  };
}

describe('a cookie jar', () => {
  it('is empty at first, and after an answer without cookies', () => {
    const { jar } = start();
    jar.store(undefined);
    expect(jar.header()).toBeUndefined();
    expect(jar.get('a')).toBeUndefined();
  });

  it('gives back what the server wrote, as it wrote it', () => {
    const { jar } = start();
    jar.store('SAP_SESSIONID=a%3db==; path=/; HttpOnly\n sap-usercontext = sap-client=100 ;secure');
    expect(jar.header()).toBe('SAP_SESSIONID=a%3db==; sap-usercontext=sap-client=100');
    expect(jar.get('sap-usercontext')).toBe('sap-client=100');
  });

  it('replaces a cookie of the same name', () => {
    const { jar } = start();
    jar.store('a=1\nb=2');
    jar.store('a=3');
    expect(jar.header()).toBe('a=3; b=2');
  });

  it.each(['', '=x', ' =x', 'x', ';'])('leaves out %j', (line) => {
    const { jar } = start();
    jar.store(line);
    expect(jar.header()).toBeUndefined();
  });

  it.each([
    'Max-Age=0',
    'max-age=-1',
    'Expires=Thu, 01 Jan 1970 00:00:00 GMT',
    'expires=Thu, 01 Jan 2026 12:00:00 GMT',
    'Expires=Fri, 01 Jan 2027 00:00:00 GMT; Max-Age=0',
    'Max-Age=0; Expires=Fri, 01 Jan 2027 00:00:00 GMT',
  ])('forgets a cookie that is set with %s', (attributes) => {
    const { jar } = start();
    jar.store('a=1\nb=2');
    jar.store(`a=; ${attributes}`);
    expect(jar.header()).toBe('b=2');
    expect(jar.get('a')).toBeUndefined();
  });

  it.each(['Max-Age=10', 'Expires=Thu, 01 Jan 2026 12:00:10 GMT'])(
    'sends a cookie until its end: %s',
    (attribute) => {
      const { jar, pass } = start();
      jar.store(`a=1; ${attribute}`);
      pass(9_999);
      expect(jar.get('a')).toBe('1');
      pass(1);
      expect(jar.get('a')).toBeUndefined();
      expect(jar.header()).toBeUndefined();
    },
  );

  it.each(['Max-Age=soon', 'Expires=one day', 'Expires=0', 'Expires=-1', 'Max-Age', 'X-Max-Age=0'])(
    'keeps a cookie whose end cannot be read: %s',
    (attribute) => {
      const { jar, pass } = start();
      jar.store(`a=1; ${attribute}`);
      pass(1e12);
      expect(jar.get('a')).toBe('1');
    },
  );

  it('sends back every name and value that a server may write, the last of each', () => {
    // RFC 6265, 4.1.1: what stands in names and values.
    const octets = Array.from({ length: 94 }, (_, index) => String.fromCharCode(index + 33));
    const value = fc.string({
      unit: fc.constantFrom(...octets.filter((c) => !'",;\\'.includes(c))),
    });
    const name = fc.string({ unit: fc.constantFrom(...`aA0!#$%&'*+-.^_\`|~`), minLength: 1 });
    const attributes = fc.constantFrom('', '; Path=/', ';HttpOnly;  Secure', '; Max-Age=60', ';;=');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value, attributes)), (cookies) => {
        const { jar } = start();
        jar.store(cookies.map(([one, text, rest]) => `${one}=${text}${rest}`).join('\n'));
        const last = new Map(cookies.map(([one, text]) => [one, text]));
        for (const [one, text] of last) expect(jar.get(one)).toBe(text);
        const pairs = [...last].map(([one, text]) => `${one}=${text}`);
        expect(jar.header()).toBe(pairs.length === 0 ? undefined : pairs.join('; '));
      }),
    );
  });
});
