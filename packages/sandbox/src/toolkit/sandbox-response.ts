/** What a handler answers. */
export interface SandboxResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** A string or Buffer is sent as it is; any other value as JSON (`application/json` unless a header says else). */
  readonly body?: unknown;
}

/** A response as bytes, with final headers. Header names in lower case. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Record<string, string | readonly string[]>;
  readonly body: Buffer | string | undefined;
}

/** Serialises a response; an absent body stays absent. */
export function toWireResponse(response: SandboxResponse): WireResponse {
  const headers: Record<string, string | readonly string[]> = {};
  for (const name in response.headers) headers[name.toLowerCase()] = response.headers[name]!;
  const { body } = response;
  if (body === undefined) return { status: response.status, headers, body: undefined };
  if (typeof body === 'string' || Buffer.isBuffer(body)) {
    return { status: response.status, headers, body };
  }
  headers['content-type'] ??= 'application/json; charset=utf-8';
  return { status: response.status, headers, body: JSON.stringify(body) };
}
