import { systemClock } from '../../clock/system-clock.ts';
import { handleWebhook } from '../handle-webhook.ts';
import { readBody } from '../read-body.ts';
import {
  defaultBodyTimeoutMs,
  defaultMaxBytes,
  type WebhookAdapterOptions,
} from './adapter-options.ts';
import { tellBodyTaken } from './tell-body-taken.ts';

export interface FetchHandlerOptions extends WebhookAdapterOptions {
  /** Keeps a worker alive until the processing is done, for example `ctx.waitUntil`. */
  readonly waitUntil?: ((work: Promise<void>) => void) | undefined;
  /** The sender's address: only the platform knows it, for example by a header of its own. */
  readonly remoteAddress?: ((request: Request) => string | undefined) | undefined;
}

/** For everything that speaks `Request` and `Response`: Hono, Next.js, Deno, Bun, Cloudflare. */
export function fetchHandler(
  options: FetchHandlerOptions,
): (request: Request) => Promise<Response> {
  const { maxBytes = defaultMaxBytes, clock = systemClock } = options;
  const timeoutMs = options.bodyTimeoutMs ?? defaultBodyTimeoutMs;
  return async (request) => {
    const body =
      request.body === null
        ? new Uint8Array()
        : request.bodyUsed
          ? tellBodyTaken(options.logger)
          : await readBody(request.body, { maxBytes, timeoutMs, clock });
    if (typeof body === 'number') return new Response(null, { status: body });
    const { pathname, search } = new URL(request.url);
    const { response, afterwards } = await handleWebhook(
      {
        method: request.method,
        url: pathname + search,
        headers: Object.fromEntries(request.headers),
        body,
        remoteAddress: options.remoteAddress?.(request),
      },
      options,
    );
    const work = afterwards();
    options.waitUntil?.(work);
    const { status, headers = {} } = response;
    return new Response(response.body ?? null, { status, headers });
  };
}
