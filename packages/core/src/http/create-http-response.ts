import { ConnectorError } from '../errors/connector-error.ts';
import { describeContent } from './describe-content.ts';
import type { HttpResponse } from './http-response.ts';
import { type ParseJsonOptions, parseJson } from './parse-json.ts';

/** Makes the answer that callers see. */
export function createHttpResponse(parts: {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly url: string;
  readonly bytes: Uint8Array;
  readonly stream?: AsyncIterable<Uint8Array> | undefined;
  readonly parsing: ParseJsonOptions;
  /** Put on the errors that reading throws. */
  readonly context: { readonly system: string; readonly operation?: string | undefined };
  /** What a success that cannot be read means for a write. @default the error as it is */
  readonly asUnread?: ((error: ConnectorError) => ConnectorError) | undefined;
}): HttpResponse {
  const { status, headers, url, bytes, stream, parsing, context } = parts;
  const { asUnread = (error) => error } = parts;
  let decoded: string | undefined;
  const text = (): string => {
    decoded ??= Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    return decoded;
  };
  return {
    status,
    headers,
    url,
    bytes,
    ...(stream === undefined ? {} : { stream }),
    text,
    json() {
      try {
        return parseJson(text(), parsing);
      } catch (error) {
        if (ConnectorError.isInstance(error)) {
          throw asUnread(error.with({ ...context, httpStatus: status }));
        }
        // The parser's own message quotes the body, which is nobody's business.
        const contentType = headers['content-type'];
        throw asUnread(notJson({ bytes, contentType, status }).with(context));
      }
    },
  };
}

/** Says what came instead of JSON, and what to do about it. */
export function notJson(answer: {
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
  readonly status: number;
}): ConnectorError {
  const { looksLike, isLogin } = describeContent(answer.bytes);
  const contentType = answer.contentType ?? 'no content type';
  const httpStatus = answer.status;
  if (looksLike.startsWith('JSON')) {
    return new ConnectorError({
      code: 'ERR_INVALID_RESPONSE',
      category: 'transient',
      message: `The server answered with ${looksLike} (${contentType}, ${answer.bytes.length} bytes). If that stays so, report it to the owner of the system.`,
      httpStatus,
    });
  }
  return new ConnectorError({
    code: 'ERR_UNEXPECTED_CONTENT',
    category: isLogin ? 'authentication' : httpStatus >= 500 ? 'transient' : 'configuration',
    message: isLogin
      ? `The server answered with a login page (${contentType}) instead of data. Check that the auth method is one the system accepts for its API.`
      : `The server answered with ${looksLike} (${contentType}) instead of JSON. Check that the base URL is that of the API.`,
    httpStatus,
  });
}
