import { isIPv4 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressList, isAllowedAddress } from './address-list.ts';

describe('an address', () => {
  it.each([
    // address, list, allowed
    ['203.0.113.7', ['203.0.113.7'], true],
    ['203.0.113.8', ['203.0.113.7'], false],
    ['203.0.113.8', ['198.51.100.1', '203.0.113.0/24'], true],
    ['203.0.114.8', ['203.0.113.0/24'], false],
    ['::ffff:203.0.113.7', ['203.0.113.0/24'], true],
    ['::ffff:cb00:7107', ['203.0.113.0/24'], true],
    ['::ffff:203.0.114.7', ['203.0.113.0/24'], false],
    ['203.0.113.7', ['::ffff:203.0.113.0/120'], true],
    ['203.0.113.7', ['::ffff:203.0.113.7'], true],
    ['2001:db8::1', ['2001:db8::/32'], true],
    ['2001:DB8:0:0::1', ['2001:db8::1'], true],
    ['[2001:db8::1]', ['2001:db8::1'], true],
    ['2001:db9::1', ['2001:db8::/32'], false],
    ['fe80::1%eth0', ['fe80::/10'], true],
    ['10.0.0.1', ['0.0.0.0/0'], true],
    ['2001:db8::1', ['0.0.0.0/0'], false],
    ['10.0.0.1', ['::/0'], false],
    ['10.0.0.1', ['::/3'], false],
    ['10.0.0.1', [], false],
    ['localhost', ['127.0.0.1'], false],
    ['', ['0.0.0.0/0', '::/0'], false],
    [undefined, ['0.0.0.0/0', '::/0'], false],
  ] as [string | undefined, string[], boolean][])('%s in %j: %s', (address, list, expected) => {
    expect(isAllowedAddress(address, list)).toBe(expected);
  });

  it('is in a range when its first bits are', () => {
    const bits = (address: string): number =>
      address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    fc.assert(
      fc.property(
        fc.ipV4(),
        fc.ipV4(),
        fc.integer({ min: 0, max: 32 }),
        (address, base, prefix) => {
          const size = 2 ** (32 - prefix);
          const expected = Math.floor(bits(address) / size) === Math.floor(bits(base) / size);
          const list = addressList([`${base}/${prefix}`]);
          expect(list.includes(address)).toBe(expected);
          expect(list.includes(`::ffff:${address}`)).toBe(expected);
          expect(addressList([`::ffff:${base}/${prefix + 96}`]).includes(address)).toBe(expected);
        },
      ),
    );
  });

  it('is found in whatever form it is written', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const plain = new URL(`http://[${address}]`).hostname;
        expect(addressList([address]).includes(plain)).toBe(true);
        expect(addressList([plain]).includes(address.toUpperCase())).toBe(true);
      }),
    );
  });
});

describe('an entry', () => {
  it.each([
    '',
    'erp.example.com',
    '10.0.0.0/33',
    '10.0.0/8',
    '10.0.0.0/-1',
    '::/129',
    '10.0.0.0/8/8',
    '::ffff:10.0.0.0/8',
    '10.0.0.1:80',
  ])('"%s" is refused, and shown how it is written', (entry) => {
    expect(() => addressList([entry], 'setting allow')).toThrow(
      `The setting allow has the entry "${entry}", which is neither an IP address nor a range. Write it like 10.1.2.3`,
    );
  });

  it('is an address or it is refused, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        if (isIPv4(text.trim())) return;
        try {
          addressList([text]);
          expect(text).toMatch(/:|\//);
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_CONFIGURATION' });
        }
      }),
    );
  });
});
