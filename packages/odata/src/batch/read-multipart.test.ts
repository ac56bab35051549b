import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readMultipart } from './read-multipart.ts';

const read = (text: string, contentType = 'multipart/mixed; boundary=B') =>
  readMultipart({ bytes: new TextEncoder().encode(text), contentType });
const part = (body: string) => {
  const content = `HTTP/1.1 200 OK\r\nX-Name: a:b\r\n\r\n${body}`;
  return `--B\r\nContent-Type: application/http\r\nContent-Length: ${Buffer.byteLength(content)}\r\n\r\n${content}\r\n`;
};

describe('a multipart document', () => {
  test('a body that holds a line like a boundary is told by its length, in bytes', () => {
    const body = 'äöü\r\n--B\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 500 No\r\n\r\n';
    const parts = read(`${part(body)}${part('second')}--B--`);
    expect(parts).toMatchObject([
      { kind: 'http', response: { status: 200, headers: { 'x-name': 'a:b' }, text: body.trim() } },
      { kind: 'http', response: { text: 'second' } },
    ]);
  });

  test('a boundary that begins like another one is not mistaken for it', () => {
    const text = `--B\r\nContent-Type: multipart/mixed; boundary=B2\r\n\r\n${part('x').replace('--B', '--B2')}--B2--\r\n--B--`;
    expect(read(text)).toMatchObject([{ kind: 'multipart', responses: [{ text: 'x' }] }]);
  });

  test('without a boundary in its type is read by its first line', () => {
    expect(read(`${part('x')}--B--`, 'multipart/mixed')).toHaveLength(1);
  });

  test('gives every body back, whatever it holds, alone and in change sets', () => {
    const piece = fc.constantFrom(
      '\r\n',
      '\n',
      '--B',
      '--B--',
      '--S',
      'HTTP/1.1 500 X',
      ':',
      '{}',
      'é',
    );
    const body = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
    );
    // A change set has no length: what looks like the boundary around it ends it.
    const inSet = body.filter((text) => !text.includes('--B'));
    const entry = fc.oneof(body, fc.array(inSet, { maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 4 }), (entries) => {
        const text = entries.map((one) => {
          if (typeof one === 'string') return part(one);
          const inner = one.map((body) => part(body).replace('--B', '--S')).join('');
          return `--B\r\nContent-Type: multipart/mixed; boundary="S"\r\n\r\n${inner}--S--\r\n`;
        });
        const bodies = read(`${text.join('')}--B--\r\n`).map((found) =>
          found.kind === 'http'
            ? found.response?.text
            : found.responses.map((response) => response?.text),
        );
        expect(bodies).toEqual(
          entries.map((one) => (typeof one === 'string' ? one.trim() : one.map((b) => b.trim()))),
        );
      }),
    );
  });

  test('that is none is an error', () => {
    expect(() => read('{"d":{}}', 'multipart/mixed')).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_RESPONSE' }),
    );
  });

  test('cut off at any byte gives whole parts only', () => {
    const whole = `${part('first')}${part('second')}--B--\r\n`;
    for (let length = 0; length < whole.length; length += 1) {
      const parts = read(whole.slice(0, length).padEnd(1, '-'));
      for (const [index, found] of parts.entries()) {
        expect(found).toMatchObject({ response: { text: ['first', 'second'][index] } });
      }
      expect(parts.length).toBeLessThanOrEqual(2);
    }
  });
});
