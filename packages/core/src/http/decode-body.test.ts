import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBody, decodeStream } from './decode-body.ts';

const limits = { maxBytes: 64 * 1024 * 1024, maxDecompressionRatio: 100 };
const packers = {
  gzip: gzipSync,
  deflate: deflateSync,
  'x-gzip': gzipSync,
  br: brotliCompressSync,
} as const;

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function join(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('a content coding', () => {
  it('is undone, whole and in pieces of any size (property)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 500 }),
        fc.constantFrom('gzip', 'deflate', 'x-gzip', 'br'),
        fc.integer({ min: 1, max: 50 }),
        async (bytes, coding, size) => {
          const packed = packers[coding as keyof typeof packers](bytes);
          expect(Buffer.from(await decodeBody(packed, coding, limits))).toEqual(Buffer.from(bytes));
          const pieces = decodeStream(inPieces(packed, size), coding.toUpperCase(), limits);
          expect(await join(pieces)).toEqual(Buffer.from(bytes));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('may be raw deflate, several, none, or on an empty body', async () => {
    const bytes = Buffer.from('{"a":1}');
    expect(await decodeBody(deflateRawSync(bytes), 'deflate', limits)).toEqual(bytes);
    expect(await decodeBody(gzipSync(deflateSync(bytes)), 'deflate, gzip', limits)).toEqual(bytes);
    expect(await decodeBody(bytes, 'identity', limits)).toEqual(bytes);
    expect(await decodeBody(bytes, undefined, limits)).toEqual(bytes);
    expect(await decodeBody(new Uint8Array(), 'gzip', limits)).toHaveLength(0);
    expect(await join(decodeStream(inPieces(new Uint8Array(), 1), 'gzip', limits))).toHaveLength(0);
  });

  it('that was not asked for is named', async () => {
    await expect(decodeBody(Buffer.from('x'), 'zstd', limits)).rejects.toMatchObject({
      code: 'ERR_UNEXPECTED_CONTENT',
      message: expect.stringContaining('zstd'),
    });
  });
});

describe('a bound', () => {
  const zeros = (bytes: number) => gzipSync(Buffer.alloc(bytes));

  it('is not met by honest data, however large', async () => {
    const bytes = Buffer.alloc(1_500_000, 'a page of records that repeat each other; ');
    expect(
      await decodeBody(gzipSync(bytes), 'gzip', { ...limits, maxDecompressionRatio: 1000 }),
    ).toHaveLength(bytes.length);
    expect(await decodeBody(zeros(1024 * 1024), 'gzip', limits)).toHaveLength(1024 * 1024);
  });

  it.each([
    ['the ratio', zeros(2 * 1024 * 1024), limits],
    ['the size', zeros(1001), { ...limits, maxBytes: 1000 }],
    ['the size, packed twice', gzipSync(zeros(8 * 1024 * 1024)), limits],
  ])('of %s ends the unpacking', async (_, packed, bound) => {
    const coding = _.endsWith('twice') ? 'gzip, gzip' : 'gzip';
    await expect(decodeBody(packed, coding, bound)).rejects.toMatchObject({
      code: 'ERR_RESPONSE_TOO_LARGE',
    });
    if (coding === 'gzip') {
      await expect(join(decodeStream(inPieces(packed, 64), coding, bound))).rejects.toMatchObject({
        code: 'ERR_RESPONSE_TOO_LARGE',
      });
    }
  });
});

describe('damaged data', () => {
  const packed = gzipSync('{"a":1}');
  it.each([
    ['cut off', packed.subarray(0, packed.length - 4)],
    ['no gzip at all', Buffer.from('{"a":1}')],
  ])('that is %s is a transient failure', async (_, bytes) => {
    const expected = { code: 'ERR_INVALID_RESPONSE', category: 'transient', retryable: true };
    await expect(decodeBody(bytes, 'gzip', limits)).rejects.toMatchObject(expected);
    await expect(join(decodeStream(inPieces(bytes, 5), 'gzip', limits))).rejects.toMatchObject(
      expected,
    );
  });
});
