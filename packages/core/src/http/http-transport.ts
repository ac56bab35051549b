import type { HttpBody } from './http-body.ts';
import type { HttpRequest } from './http-request.ts';

/** What goes over the wire: absolute URL, final headers. */
export interface WireRequest {
  readonly method: HttpRequest['method'];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: HttpBody | undefined;
  readonly signal: AbortSignal;
  /** Most bytes of the (compressed) body. */
  readonly maxBytes: number;
  readonly stream: boolean;
}

/** What came back: any status, body as it was sent (still compressed). */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}

/**
 * The adapter seam: one HTTP exchange, no policy. It follows no redirect and throws only when no
 * answer came; the error's `code` is the system's (`ECONNREFUSED`, `ECONNRESET`, …).
 */
export interface HttpTransport {
  exchange(request: WireRequest): Promise<WireResponse>;
  close(): Promise<void>;
}
