import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { SandboxRequest } from './sandbox-request.ts';
import { type SandboxResponse, toWireResponse } from './sandbox-response.ts';

/** Bytes and headers as they go out. */
export interface EncodedResponse {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer | string | undefined;
}

const gzipAsync = promisify(gzip);
// Below this a compressed answer saves no packet.
const minimumGzipBytes = 2_048;
const largeText = 16_384;

function acceptsGzip(request: SandboxRequest): boolean {
  const accepted = request.headers['accept-encoding'];
  return accepted !== undefined && /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(accepted);
}

/** Serialises, compresses when asked for, and sets the length. */
export async function encodeResponse(
  response: SandboxResponse,
  request: SandboxRequest,
  compress: boolean,
): Promise<EncodedResponse> {
  const wire = toWireResponse(response);
  const headers = wire.headers as Record<string, string | string[]>;
  let { body } = wire;
  if (body === undefined) {
    if (wire.status !== 204 && wire.status !== 304) headers['content-length'] = '0';
    return { status: wire.status, headers, body };
  }
  if (
    compress &&
    body.length >= minimumGzipBytes &&
    headers['content-encoding'] === undefined &&
    acceptsGzip(request)
  ) {
    body = await gzipAsync(body, { level: constants.Z_BEST_SPEED });
    headers['content-encoding'] = 'gzip';
    headers.vary = 'accept-encoding';
  }
  // One pass over a big page instead of one for the length and one for the socket.
  if (typeof body === 'string' && body.length > largeText) body = Buffer.from(body);
  headers['content-length'] = String(Buffer.byteLength(body));
  return { status: wire.status, headers, body };
}

/** Writes an encoded response; node leaves the body of a HEAD out. */
export function sendEncoded(encoded: EncodedResponse, response: ServerResponse): void {
  if (response.destroyed) return;
  response.writeHead(encoded.status, encoded.headers);
  response.end(encoded.body);
}
