import { STATUS_CODES } from 'node:http';
import type { ODataAnswer } from './call.ts';
import { badRequest } from './fault.ts';

export interface MimePart {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly content: string;
}

/** An HTTP request as a part of a batch. */
export interface HttpPart {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const newLine = '\r\n';

const malformed = () =>
  badRequest(
    'The Data Services Request could not be understood due to malformed syntax',
    '/IWFND/CM_MGW/603',
  );

export function boundaryOf(contentType: string | undefined): string | undefined {
  const match = /^multipart\/mixed\s*;.*?boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType ?? '');
  return match?.[1] ?? match?.[2];
}

/** Lines end with CRLF, the delimiter's belongs to the delimiter. @throws SapFault 400 when malformed */
export function parseMultipart(body: string, boundary: string): readonly MimePart[] {
  const delimiter = `${newLine}--${boundary}`;
  const [, ...pieces] = (newLine + body).split(delimiter);
  const last = pieces.pop();
  if (last === undefined || !last.startsWith('--')) throw malformed();
  return pieces.map((piece) => {
    const start = /^[ \t]*\r\n/.exec(piece);
    if (!start) throw malformed();
    return splitHeaders(piece.slice(start[0].length));
  });
}

function splitHeaders(text: string): MimePart {
  // A part may begin with its body at once, then it has no headers.
  const end = text.startsWith(newLine) ? -2 : text.indexOf(newLine + newLine);
  if (end === -1) throw malformed();
  const headers: Record<string, string> = {};
  for (const line of end === -2 ? [] : text.slice(0, end).split(newLine)) {
    const colon = line.indexOf(':');
    if (colon < 1) throw malformed();
    headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { headers, content: text.slice(end + 4) };
}

/** The blank line behind the headers must be there, also behind those of a GET. */
export function parseHttpPart(content: string): HttpPart {
  const end = content.indexOf(newLine);
  const match = /^([A-Z]+) (\S+) HTTP\/1\.[01]$/.exec(end < 0 ? '' : content.slice(0, end));
  if (!match) throw malformed();
  const { headers, content: body } = splitHeaders(content.slice(end + 2));
  return { method: match[1]!, url: match[2]!, headers, body: body.replace(/\r\n$/, '') };
}

/** An answer as an `application/http` part, with the lengths that clients read by. */
export function formatHttpPart(answer: ODataAnswer, contentId: string | undefined): string {
  const { status, headers, body = '' } = answer;
  const idLine = contentId === undefined ? [] : [`Content-ID: ${contentId}`];
  const message = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...idLine,
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join(newLine);
  return [
    'Content-Type: application/http',
    `Content-Length: ${Buffer.byteLength(message)}`,
    'content-transfer-encoding: binary',
    ...idLine,
    '',
    message,
  ].join(newLine);
}

export function formatMultipart(parts: readonly string[], boundary: string): string {
  const lines = parts.flatMap((part) => [`--${boundary}`, part]);
  return [...lines, `--${boundary}--`, ''].join(newLine);
}
