import { ConnectorError } from '../errors/connector-error.ts';

/** How far a compressed body may grow. */
export interface ExpansionLimits {
  /** Most bytes after decompression. */
  readonly maxBytes: number;
  /** Most bytes per compressed byte; the first MiB is always allowed. */
  readonly maxDecompressionRatio: number;
}

/** What `accept-encoding` offers. */
export const acceptedEncodings = 'gzip, deflate, br';

const alwaysAllowedBytes = 1024 * 1024;
// Below this, a round trip through the thread pool costs more than the work.
const smallBytes = 16 * 1024;

type Coding = 'gzip' | 'deflate' | 'deflate-raw' | 'br';

/**
 * Undoes the content coding of a whole body.
 *
 * @throws ConnectorError `ERR_RESPONSE_TOO_LARGE` past the limits, retryable `ERR_INVALID_RESPONSE`
 *   when the data is damaged
 */
export async function decodeBody(
  body: Uint8Array,
  contentEncoding: string | undefined,
  limits: ExpansionLimits,
): Promise<Uint8Array> {
  let decoded = body;
  for (const coding of readCodings(contentEncoding)) {
    if (decoded.length === 0) return decoded;
    decoded = await inflate(decoded, coding === 'deflate' ? deflateKind(decoded) : coding, limits);
  }
  return decoded;
}

/** Undoes the content coding of a stream, chunk by chunk. Errors as `decodeBody`. */
export async function* decodeStream(
  body: AsyncIterable<Uint8Array>,
  contentEncoding: string | undefined,
  limits: ExpansionLimits,
): AsyncGenerator<Uint8Array> {
  const codings = readCodings(contentEncoding);
  const [coding] = codings;
  if (codings.length > 1) throw unsupported(contentEncoding ?? '');
  let received = 0;
  let handedOut = 0;
  const counted = async function* () {
    for await (const chunk of body) {
      received += chunk.length;
      yield chunk;
    }
  };
  const decoded = coding === undefined ? counted() : await inflateStream(counted(), coding);
  try {
    for await (const chunk of decoded) {
      handedOut += chunk.length;
      if (handedOut > outputLimit(received, limits)) throw tooLarge(handedOut - 1);
      yield chunk;
    }
  } catch (error) {
    if (coding !== undefined && isZlibError(error)) throw damaged(coding, error);
    throw error;
  }
}

/** `ERR_RESPONSE_TOO_LARGE`: more than this many bytes. */
export function tooLarge(limitBytes: number): ConnectorError {
  return new ConnectorError({
    code: 'ERR_RESPONSE_TOO_LARGE',
    category: 'configuration',
    message: `The answer is larger than the ${limitBytes} bytes allowed, or unpacks to more than its size justifies. Ask for smaller pages, or raise limits.maxBytes or limits.maxDecompressionRatio.`,
  });
}

function readCodings(contentEncoding: string | undefined): Coding[] {
  const codings: Coding[] = [];
  for (const name of (contentEncoding ?? '').toLowerCase().split(',')) {
    const coding = name.trim().replace(/^x-/, '');
    if (coding === '' || coding === 'identity') continue;
    if (coding !== 'gzip' && coding !== 'deflate' && coding !== 'br') throw unsupported(coding);
    // Applied in the order they are listed, so undone from the end.
    codings.unshift(coding);
  }
  return codings;
}

async function inflate(
  body: Uint8Array,
  coding: Coding,
  limits: ExpansionLimits,
): Promise<Uint8Array> {
  const zlib = await import('node:zlib');
  const maxOutputLength = outputLimit(body.length, limits);
  const { promisify } = await import('node:util');
  const run = {
    gzip: [zlib.gunzipSync, zlib.gunzip],
    deflate: [zlib.inflateSync, zlib.inflate],
    'deflate-raw': [zlib.inflateRawSync, zlib.inflateRaw],
    br: [zlib.brotliDecompressSync, zlib.brotliDecompress],
  } as const;
  const [sync, threaded] = run[coding];
  try {
    if (body.length < smallBytes) return sync(body, { maxOutputLength });
    return await promisify<Uint8Array, object, Uint8Array>(threaded)(body, { maxOutputLength });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooLarge(maxOutputLength);
    }
    throw damaged(coding, error);
  }
}

async function inflateStream(
  source: AsyncGenerator<Uint8Array>,
  coding: Coding,
): Promise<AsyncIterable<Uint8Array>> {
  const [zlib, { pipeline, Readable }] = await Promise.all([
    import('node:zlib'),
    import('node:stream'),
  ]);
  const first = await source.next();
  if (first.done === true) return source;
  const create = {
    gzip: zlib.createGunzip,
    deflate: zlib.createInflate,
    'deflate-raw': zlib.createInflateRaw,
    br: zlib.createBrotliDecompress,
  } as const;
  const inflater = create[coding === 'deflate' ? deflateKind(first.value) : coding]();
  const whole = async function* () {
    yield first.value;
    yield* source;
  };
  // Its errors reach the reader of the inflater.
  pipeline(Readable.from(whole()), inflater, () => undefined);
  return inflater;
}

// "deflate" is zlib by RFC 9110 and raw in the wild; zlib begins with method 8.
function deflateKind(body: Uint8Array): Coding {
  return ((body[0] ?? 0) & 0x0f) === 8 ? 'deflate' : 'deflate-raw';
}

function outputLimit(compressedBytes: number, limits: ExpansionLimits): number {
  const byRatio = Math.max(alwaysAllowedBytes, compressedBytes * limits.maxDecompressionRatio);
  return Math.min(limits.maxBytes, byRatio);
}

function isZlibError(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && (code.startsWith('Z_') || code.startsWith('ERR__ERROR_'));
}

function damaged(coding: string, cause: unknown): ConnectorError {
  return new ConnectorError({
    code: 'ERR_INVALID_RESPONSE',
    category: 'transient',
    message: `The ${coding} data of the answer is damaged or cut off.`,
    cause,
  });
}

function unsupported(coding: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_UNEXPECTED_CONTENT',
    category: 'unsupported',
    message: `The answer is encoded as ${coding}, which was not asked for. Check proxies on the way.`,
  });
}
