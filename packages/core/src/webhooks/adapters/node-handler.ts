import type { IncomingMessage, ServerResponse } from 'node:http';
import { systemClock } from '../../clock/system-clock.ts';
import { redact } from '../../errors/redact.ts';
import { handleWebhook } from '../handle-webhook.ts';
import { readBody } from '../read-body.ts';
import {
  defaultBodyTimeoutMs,
  defaultMaxBytes,
  type WebhookAdapterOptions,
} from './adapter-options.ts';
import { tellBodyTaken } from './tell-body-taken.ts';

export interface NodeHandlerOptions extends WebhookAdapterOptions {
  /**
   * The sender's address, where a proxy of your own stands in front and tells it in a header.
   * @default the address of the socket
   */
  readonly remoteAddress?: ((request: IncomingMessage) => string | undefined) | undefined;
}

/**
 * For `node:http` and everything on top of it, Express and Fastify included. Mount it before any
 * parser of bodies: the signature is over the raw bytes. Where a platform parses first and keeps them
 * as `request.rawBody` (NestJS, Cloud Functions), those are used.
 */
export function nodeHandler(
  options: NodeHandlerOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { maxBytes = defaultMaxBytes, clock = systemClock } = options;
  const { remoteAddress = (request) => request.socket.remoteAddress } = options;
  const timeoutMs = options.bodyTimeoutMs ?? defaultBodyTimeoutMs;
  const bytesOf = async (request: IncomingMessage & { readonly rawBody?: unknown }) => {
    if (request.rawBody instanceof Uint8Array) return request.rawBody;
    if (request.readableDidRead) return tellBodyTaken(options.logger);
    // Destroying the request would take the socket with it, and the answer.
    const chunks = request.iterator({ destroyOnReturn: false });
    return readBody(chunks, { maxBytes, timeoutMs, clock });
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bytesOf(request);
    if (typeof body === 'number') {
      // What is left of the body would be taken for the next request.
      response.writeHead(body, { connection: 'close' }).end();
      return;
    }
    const handled = await handleWebhook(
      {
        method: request.method ?? 'GET',
        url: request.url ?? '/',
        headers: flatten(request.headers),
        body,
        remoteAddress: remoteAddress(request),
      },
      options,
    );
    response.writeHead(handled.response.status, handled.response.headers);
    response.end(handled.response.body);
    await handled.afterwards();
  };
  return async (request, response) => {
    try {
      await handle(request, response);
    } catch (error) {
      // Nobody awaits a listener: what it threw would end the process.
      const reason = error instanceof Error ? redact(error.message) : 'unknown';
      options.logger?.error('A webhook could not be answered.', { reason });
      if (!response.headersSent) response.writeHead(503, { connection: 'close' }).end();
    }
  };
}

function flatten(headers: IncomingMessage['headers']): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}
