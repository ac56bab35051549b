import type { AuthContext, AuthStrategy, RequestDraft } from '../auth/auth-strategy.ts';
import type { Clock } from '../contract/clock.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import type { Governor } from '../resilience/governor.ts';
import type { QuotaWindow } from '../resilience/quota-window.ts';
import { askPlugin } from './ask-plugin.ts';
import { type ClassifyResponse, classifyByStatus } from './classify-response.ts';
import { asUnknown } from './conclude.ts';
import { createHttpResponse } from './create-http-response.ts';
import { decodeBody, decodeStream, type ExpansionLimits } from './decode-body.ts';
import { hideSent } from './hide-sent.ts';
import type { HttpResponse } from './http-response.ts';
import type { HttpTransport } from './http-transport.ts';
import { isWrite, type Operation } from './operation.ts';
import type { ParseJsonOptions } from './parse-json.ts';
import { nextLocation } from './redirect.ts';
import { requestIdOf } from './request-id-of.ts';
import { type BaseUrl, crossOrigin, readBaseUrl, resolveUrl } from './resolve-url.ts';
import { parseRetryAfter } from './retry-after.ts';
import { transportFailure } from './transport-failure.ts';

/** What an exchange runs on; the same for all operations of a client. */
export interface ExchangeScope {
  readonly system: string;
  /** As configured. */
  readonly base: BaseUrl;
  readonly auth: AuthStrategy | undefined;
  /** Bounded in time already. */
  readonly transport: HttpTransport;
  readonly governor: Governor;
  readonly quotas: QuotaWindow;
  readonly clock: Clock;
  readonly classify: ClassifyResponse | undefined;
  readonly limits: ExpansionLimits;
  readonly parsing: ParseJsonOptions;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly correlationHeader: string | undefined;
  /** Hears each answer, or the code of the error that came in its place. */
  readonly onAnswer: (
    operation: Operation,
    draft: RequestDraft,
    outcome: number | string,
    headers?: Readonly<Record<string, string>>,
  ) => void;
}

/**
 * One attempt of an operation: signs, sends, follows, and signs in again once when the server does
 * not know the credentials any more.
 *
 * @throws ConnectorError, classified
 */
export async function exchange(
  operation: Operation,
  context: AuthContext,
  scope: ExchangeScope,
): Promise<HttpResponse> {
  const { request } = operation;
  const { auth, clock } = scope;
  operation.lastIsUncertain = false;
  let redirected: string | undefined;
  for (let hops = 0; ; ) {
    const { url: direct, origin } = await placeOf(operation, context, scope);
    const url = redirected ?? direct;
    const draft: RequestDraft = {
      method: request.method,
      url,
      headers: headersOf(operation, scope),
      body: request.body,
    };
    const signedAt = clock.now();
    if (auth !== undefined) await auth.authorize(draft, context);
    if (draft.url !== url && new URL(draft.url).origin !== origin) {
      throw crossOrigin(draft.url, origin);
    }
    const response = await sendOnce(operation, { draft, url, origin }, scope);
    const hide = (error: ConnectorError): ConnectorError =>
      hideSent(error, draft, { url, headers: headersOf(operation, scope) });
    if (request.acceptStatus?.includes(response.status) === true) {
      return { ...response, hideSent: hide };
    }

    const own =
      auth?.isSignedOut?.(response) === true
        ? signedOut(response.status)
        : askPlugin(scope.classify, response, request);
    if (own === undefined) {
      const next = nextLocation(response, { request, origin, hops });
      if (next !== undefined) {
        redirected = next;
        hops += 1;
        continue;
      }
    }
    const failure = own ?? classifyByStatus(response, request);
    if (failure === undefined) return response;

    if (failure.category === 'authentication' && !operation.recovered && auth?.recover) {
      const { status, headers } = response;
      const verdict = await auth.recover({ status, headers, signedAt, draft }, context);
      // Not before: a token endpoint that is down for a moment leaves the right to try again.
      operation.recovered = true;
      if (verdict === 'retry') {
        // From the beginning: the way may lead elsewhere now.
        redirected = undefined;
        continue;
      }
    }
    if (failure.category === 'rate-limit') {
      // What only the plugin knows: a refusal without a 429, or how long this vendor wants to be left alone.
      const { retryAfterMs } = failure;
      const { latencyMs } = operation;
      const isCounted = response.status === 429 || response.status === 503;
      const news = { throttled: true, isCounted, latencyMs, retryAfterMs, repeated: false };
      scope.governor.observe(news);
    }
    throw hide(withFacts(failure, response, operation, clock));
  }
}

function signedOut(httpStatus: number): ConnectorError {
  return new ConnectorError({
    code: 'ERR_AUTHENTICATION_FAILED',
    category: 'authentication',
    message: `The server asks to sign in instead of answering (HTTP ${httpStatus}). Check the credentials, and that the account may use the API.`,
    httpStatus,
    notExecuted: true,
  });
}

/** Where the request goes: the vendor may have told another base URL than the configured one. */
async function placeOf(
  { request, url }: Operation,
  context: AuthContext,
  { auth, base }: ExchangeScope,
): Promise<{ readonly url: string; readonly origin: string }> {
  const told = await auth?.baseUrl?.(context);
  if (told === undefined) return { url, origin: base.origin };
  const moved = readBaseUrl(told);
  if (base.origin.startsWith('https:') && !moved.origin.startsWith('https:')) {
    throw crossOrigin(moved.origin, base.origin);
  }
  const rest = request.url.slice(base.baseUrl.length);
  const isUnderBase = request.url.startsWith(base.baseUrl) && /^(?:[/?]|$)/.test(rest);
  return { url: resolveUrl(isUnderBase ? rest : request.url, moved), origin: moved.origin };
}

async function sendOnce(
  operation: Operation,
  {
    draft,
    url,
    origin,
  }: {
    readonly draft: RequestDraft;
    /** Without what a strategy may have put into its query. */
    readonly url: string;
    readonly origin: string;
  },
  scope: ExchangeScope,
): Promise<HttpResponse> {
  const { request, signal } = operation;
  if (signal.aborted) throw signal.reason;
  const { clock, limits } = scope;
  const stream = request.responseType === 'stream';
  const startedAt = clock.now();
  const facts = {
    repeated: operation.sent > 0,
    cost: request.cost,
    operation: request.operation ?? request.method,
  };
  if (operation.observer !== undefined) announce(operation, draft, url);
  operation.sent += 1;
  operation.onWire = true;
  let answered: number | undefined;
  let failed: string | undefined;
  try {
    const wire = await scope.transport.exchange({
      method: request.method,
      url: draft.url,
      headers: draft.headers,
      body: draft.body,
      signal,
      maxBytes: limits.maxBytes,
      stream,
    });
    operation.latencyMs = clock.now() - startedAt;
    answered = wire.status;
    scope.onAnswer(operation, draft, wire.status, wire.headers);
    const { status, headers } = wire;
    scope.quotas.observe(headers);
    scope.governor.observe({
      status,
      headers,
      latencyMs: operation.latencyMs,
      retryAfterMs: parseRetryAfter(headers, clock.now()),
      ...facts,
    });
    const encoding = headers['content-encoding'];
    const whole = wire.body instanceof Uint8Array ? wire.body : undefined;
    const bytes =
      whole === undefined || encoding === undefined
        ? (whole ?? nothing)
        : await decodeBody(whole, encoding, limits);
    return createHttpResponse({
      status,
      headers,
      url,
      bytes,
      stream:
        wire.body instanceof Uint8Array
          ? stream
            ? single(bytes)
            : undefined
          : decodeStream(wire.body, encoding, limits),
      parsing: scope.parsing,
      context: { system: scope.system, operation: request.operation },
      // The server was content with the write, even if nobody understands what it says of it; a
      // login page comes instead of the work.
      asUnread: (error) =>
        isWrite(request) && status < 300 && error.category !== 'authentication'
          ? asUnknown(error, operation.isIdempotent)
          : error,
    });
  } catch (thrown) {
    const error = transportFailure(thrown, hostOf(origin));
    operation.latencyMs = clock.now() - startedAt;
    failed = error.code;
    if (answered === undefined && error.code !== 'ERR_ABORTED')
      scope.governor.observe({ latencyMs: operation.latencyMs, ...facts });
    if (!error.notExecuted) operation.isUncertain = operation.lastIsUncertain = true;
    scope.onAnswer(operation, draft, error.code);
    throw error;
  } finally {
    operation.onWire = false;
    operation.observer?.attemptEnded?.({
      status: answered,
      code: failed,
      isAccepted: answered === undefined ? undefined : request.acceptStatus?.includes(answered),
      latencyMs: operation.latencyMs,
    });
  }
}

function announce({ observer, sent }: Operation, draft: RequestDraft, url: string): void {
  const { origin, pathname } = new URL(url);
  const added = observer?.attemptStarted?.({
    method: draft.method,
    url: `${origin}${pathname}`,
    resendCount: sent,
  });
  for (const [name, value] of Object.entries(added ?? {})) {
    // Observers decorate; what a connector or a strategy has set stays.
    draft.headers[name.toLowerCase()] ??= value;
  }
}

const nothing = new Uint8Array();

async function* single(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function headersOf(operation: Operation, scope: ExchangeScope): Record<string, string> {
  const headers: Record<string, string> = { ...scope.headers };
  const own = operation.request.headers;
  if (own !== undefined) {
    for (const name in own) headers[name.toLowerCase()] = own[name] ?? '';
  }
  if (scope.correlationHeader !== undefined && operation.correlationId !== undefined) {
    headers[scope.correlationHeader] = operation.correlationId;
  }
  return headers;
}

/** Adds what the answer tells, and notes whether the server may have acted all the same. */
function withFacts(
  failure: ConnectorError,
  response: HttpResponse,
  operation: Operation,
  clock: Clock,
): ConnectorError {
  const { status, headers } = response;
  const error = failure.with({
    httpStatus: status,
    retryAfterMs: parseRetryAfter(headers, clock.now()),
    requestId: requestIdOf(headers),
  });
  if (isWrite(operation.request) && mayHaveActed(error)) {
    operation.isUncertain = operation.lastIsUncertain = true;
  }
  return error;
}

function mayHaveActed(error: ConnectorError): boolean {
  if (error.outcomeUnknown) return true;
  if (error.notExecuted) return false;
  // A success that brought no data we understand.
  if (error.code === 'ERR_UNEXPECTED_CONTENT' && error.category !== 'authentication') return true;
  if (error.category !== 'transient' || error.httpStatus === 425) return false;
  return !(error.httpStatus === 503 && error.retryAfterMs !== undefined);
}

function hostOf(origin: string): string {
  return origin.slice(origin.indexOf('//') + 2);
}
