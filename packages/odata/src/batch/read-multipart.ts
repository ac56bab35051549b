import { ConnectorError } from '@common/connector-core';

/** One HTTP answer out of a batch. */
export interface HttpPart {
  readonly status: number;
  /** Names in lower case; those around and inside the part together. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/**
 * A part of a multipart answer: one HTTP answer, or those of a change set. Where one cannot be read it is
 * `undefined`: its place counts, since answers stand in the order of their requests.
 */
export type BatchPart =
  | { readonly kind: 'http'; readonly response: HttpPart | undefined }
  | { readonly kind: 'multipart'; readonly responses: readonly (HttpPart | undefined)[] };

type Headers = Record<string, string>;

/**
 * Reads a multipart answer by boundary and Content-Length, never by counting lines. Header names may
 * have any case, boundaries may be quoted or not, lines may end in LF. A part that is cut off is left
 * out, so what it belongs to has no answer.
 *
 * @throws ConnectorError `ERR_INVALID_RESPONSE` when it is no multipart answer
 */
export function readMultipart(input: {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}): BatchPart[] {
  // One character a byte, so that Content-Length counts characters.
  const { buffer, byteOffset, byteLength } = input.bytes;
  const text = Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
  const boundary = boundaryOf(input.contentType) ?? /^\s*--(\S+)[ \t]*\r?\n/.exec(text)?.[1];
  if (boundary === undefined) {
    throw new ConnectorError({
      code: 'ERR_INVALID_RESPONSE',
      category: 'transient',
      retryable: false,
      message: 'The answer to the batch is no multipart document.',
    });
  }
  return split(text, boundary).map(({ headers, body }): BatchPart => {
    const nested = /^multipart\//i.test(headers['content-type'] ?? '')
      ? boundaryOf(headers['content-type'] ?? '')
      : undefined;
    if (nested === undefined) return { kind: 'http', response: readHttp(headers, body) };
    const responses = split(body, nested).map((part) => readHttp(part.headers, part.body));
    return { kind: 'multipart', responses };
  });
}

function boundaryOf(contentType: string): string | undefined {
  const match = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  return match?.[1] ?? match?.[2];
}

function split(text: string, boundary: string): { headers: Headers; body: string }[] {
  const parts: { headers: Headers; body: string }[] = [];
  let delimiter = findDelimiter(text, boundary, 0);
  while (delimiter !== undefined && !delimiter.closes) {
    const { headers, bodyStart } = readHeaders(text, delimiter.end);
    const next = findDelimiter(text, boundary, bodyEnd({ text, boundary, headers, bodyStart }));
    // Without a delimiter behind it the part is cut off.
    if (next === undefined) break;
    parts.push({ headers, body: text.slice(bodyStart, Math.max(bodyStart, next.start)) });
    delimiter = next;
  }
  return parts;
}

// A declared length is believed only if a delimiter stands behind it.
function bodyEnd(input: {
  readonly text: string;
  readonly boundary: string;
  readonly headers: Headers;
  readonly bodyStart: number;
}): number {
  const { text, boundary, headers, bodyStart } = input;
  const end = bodyStart + Number(headers['content-length'] ?? Number.NaN);
  const isBelieved =
    end >= bodyStart &&
    /^(?:\r?\n)*--/.test(text.slice(end, end + 8)) &&
    text.includes(boundary, end);
  // One step back, so that the line break before the delimiter is seen.
  return isBelieved ? Math.max(bodyStart, end - 1) : bodyStart;
}

function findDelimiter(
  text: string,
  boundary: string,
  from: number,
): { start: number; end: number; closes: boolean } | undefined {
  const mark = `--${boundary}`;
  for (let at = text.indexOf(mark, from); at !== -1; at = text.indexOf(mark, at + 1)) {
    const before = text[at - 1];
    const after = /^(--)?[ \t]*(?:\r?\n|$)/.exec(
      text.slice(at + mark.length, at + mark.length + 80),
    );
    if (after === null || (at > 0 && before !== '\n')) continue;
    const start = at === 0 ? 0 : text[at - 2] === '\r' ? at - 2 : at - 1;
    return { start, end: at + mark.length + after[0].length, closes: after[1] !== undefined };
  }
  return undefined;
}

function readHeaders(text: string, start: number): { headers: Headers; bodyStart: number } {
  const headers: Headers = {};
  let at = start;
  while (at < text.length) {
    const lineEnd = text.indexOf('\n', at);
    const end = lineEnd === -1 ? text.length : lineEnd;
    const line = text.slice(at, end).replace(/\r$/, '');
    at = end + 1;
    if (line === '') break;
    const colon = line.indexOf(':');
    if (colon > 0)
      headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { headers, bodyStart: Math.min(at, text.length) };
}

function readHttp(outer: Headers, body: string): HttpPart | undefined {
  const statusLine = /^\s*HTTP\/\d(?:\.\d)?\s+(\d{3})[^\n]*(?:\n|$)/.exec(body);
  if (statusLine === null) return undefined;
  const { headers, bodyStart } = readHeaders(body, statusLine[0].length);
  const content = body.slice(bodyStart);
  const length = Number(headers['content-length'] ?? Number.NaN);
  const exact = length <= content.length ? content.slice(0, length) : content;
  const { 'content-length': _length, 'content-type': _type, ...around } = outer;
  return {
    status: Number(statusLine[1]),
    headers: { ...around, ...headers },
    text: Buffer.from(exact, 'latin1').toString('utf8').trim(),
  };
}
