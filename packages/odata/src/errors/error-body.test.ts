import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readErrorBody } from './error-body.ts';
import { readServiceMessages } from './service-message.ts';

const bodyOf = (text: string, contentType = '') =>
  readErrorBody({ headers: { 'content-type': contentType }, text: () => text });

// What some service sends, in places where nobody expects it.
const name = fc.constantFrom(
  ...['error', 'odata.error', 'code', 'message', 'value', 'innererror', 'errordetails', 'details'],
  ...['ErrorDetails', 'transactionid', 'severity', 'numericSeverity', 'ContentID', 'target'],
  ...['@SAP__common.Severity', '@Core.ContentID', 'propertyref', '__proto__', 'toString'],
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 5 },
    fc.oneof(fc.string({ maxLength: 4 }), fc.double(), fc.boolean(), fc.constant(null)),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(name, tie('json'), { maxKeys: 5 }),
  ),
}));
const markup = fc
  .array(
    fc.oneof(
      fc.constantFrom('<', '>', '</', '<error>', '<code>', '<m:message', ' lang="en">', '</code>'),
      fc.constantFrom('<transactionid>', '&amp;', '&#39;', '&#x', '<!--', '<![CDATA[', '<html>'),
      fc.string({ maxLength: 3 }),
    ),
  )
  .map((parts) => `<${parts.join('')}`);

describe('the body of an error', () => {
  test('is read or not, and is no further error, whatever it holds', () => {
    const isText = (value: unknown) => value === undefined || typeof value === 'string';
    fc.assert(
      fc.property(
        fc.oneof(
          json.map((value) => JSON.stringify(value)),
          markup,
        ),
        (text) => {
          const { code, message, target, contentId, requestId, details } = bodyOf(text);
          expect([code, message, target, contentId, requestId].every(isText)).toBe(true);
          for (const detail of details) {
            expect([detail.message, detail.code, detail.target].every(isText)).toBe(true);
          }
          const messages = readServiceMessages({ headers: { 'sap-message': text } });
          expect(messages.every((one) => typeof one.message === 'string')).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test.each(['<code ', '<code>', '<x:', '<message>&#3'])(
    'of a megabyte of %j is read as quickly as one of a page',
    (piece) => {
      const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
      expect(bodyOf(text)).toMatchObject({ details: [], isHtml: false });
    },
  );
});
