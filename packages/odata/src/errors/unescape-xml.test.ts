import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { unescapeXml } from './unescape-xml.ts';

describe('references of XML', () => {
  test.each([
    ['Property &#39;X&#39; isn&apos;t there', "Property 'X' isn't there"],
    ['R&amp;D &lt;b&gt; &quot;q&quot;', 'R&D <b> "q"'],
    ['&#xE9;&#128512;', 'é😀'],
    ['&amp;lt;', '&lt;'],
    ['a & b; &nbsp; &#; &#x110000; &amp', 'a & b; &nbsp; &#; &#x110000; &amp'],
  ])('%s', (text, expected) => {
    expect(unescapeXml(text)).toBe(expected);
  });

  test('mean what an XML parser reads', () => {
    const character = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 });
    const written = fc.oneof(
      fc.constantFrom('&lt;', '&gt;', '&amp;', '&quot;', '&apos;', 'amp;', '#39;', 'lt;', ';'),
      character.map((one) => `&#${one.codePointAt(0)};`),
      character.map((one) => `&#x${one.codePointAt(0)?.toString(16)};`),
      fc.stringMatching(/^[a-z0-9;#]{0,4}$/),
    );
    fc.assert(
      fc.property(fc.array(written), (parts) => {
        const text = parts.join('');
        let read = '';
        let isXml = true;
        const parser = new SaxesParser();
        parser.on('text', (found) => {
          read += found;
        });
        parser.on('error', () => {
          isXml = false;
        });
        parser.write(`<a>${text}</a>`).close();
        fc.pre(isXml);
        expect(unescapeXml(text)).toBe(read);
      }),
    );
  });
});
