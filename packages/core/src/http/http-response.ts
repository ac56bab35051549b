import type { ConnectorError } from '../errors/connector-error.ts';

/** A whole answer. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. `set-cookie` is joined by newlines, other repeated headers by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The URL that answered. */
  readonly url: string;
  /** Decompressed body; empty for `stream`. */
  readonly bytes: Uint8Array;
  /** The decompressed body of a `stream` request. */
  readonly stream?: AsyncIterable<Uint8Array> | undefined;
  /** The body as UTF-8. */
  text(): string;
  /**
   * The body as JSON, numbers without loss: a number that a double cannot hold exactly arrives as
   * a string of its digits.
   *
   * @throws ConnectorError `ERR_UNEXPECTED_CONTENT` for HTML or anything that is no JSON,
   *   `ERR_INVALID_RESPONSE` for JSON that is too deep
   */
  json(): unknown;
  /**
   * Takes the credentials of the request out of an error that was made of this answer. There for a
   * failure that the caller accepted (`acceptStatus`); of others the pipeline sees to it.
   */
  hideSent?(error: ConnectorError): ConnectorError;
}
