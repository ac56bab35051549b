import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHostPatterns } from './host-patterns.ts';

const isAllowed = (entries: readonly string[], host: string) => {
  const patterns = readHostPatterns(entries);
  return patterns.matchesName(host) || patterns.ranges.includes(host);
};

describe('hosts that may be reached', () => {
  it.each([
    ['erp.example.com', 'erp.example.com', true],
    ['ERP.example.com', 'erp.EXAMPLE.com.', true],
    ['erp.example.com', 'a.erp.example.com', false],
    ['erp.example.com', 'erp.example.com.evil.example', false],
    ['*.example.com', 'a.b.example.com', true],
    ['*.example.com', 'example.com', false],
    ['*.example.com', 'badexample.com', false],
    ['10.1.0.0/16', '10.1.2.3', true],
    ['10.1.0.0/16', '10.2.2.3', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['fd00::/8', 'fd12::1', true],
  ])('%s: %s %s', (entry, host, expected) => {
    expect(isAllowed([entry], host)).toBe(expected);
  });

  it.each([
    '',
    '*',
    '*.',
    '.example.com',
    'https://a.example',
    'a.example:443',
    'a.*.example',
    '1.2',
  ])('%j is no host', (entry) => {
    expect(() => readHostPatterns([entry])).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIGURATION' }),
    );
  });

  it('are those at or below a name, label by label, and no others', () => {
    const label = fc.stringMatching(/^[a-c]{1,2}$/);
    const labels = fc.array(label, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(labels, labels, fc.boolean(), (allowed, host, isBelow) => {
        const entry = (isBelow ? '*.' : '') + allowed.join('.');
        const tail = host.slice(-allowed.length);
        const ends = tail.length === allowed.length && tail.every((one, at) => one === allowed[at]);
        const expected =
          ends && (isBelow ? host.length > allowed.length : tail.length === host.length);
        expect(isAllowed([entry], host.join('.'))).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it('are read or refused, whatever the entry', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.domain(), (entry, host) => {
        try {
          expect(isAllowed([entry], host)).toBe(entry.toLowerCase() === host.toLowerCase());
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_CONFIGURATION' });
        }
      }),
    );
  });
});
