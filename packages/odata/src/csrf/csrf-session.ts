import {
  ConnectorError,
  type CookieJar,
  createCookieJar,
  type HttpClient,
  type HttpResponse,
} from '@common/connector-core';
import { odataErrorOf } from '../errors/classify-odata-error.ts';

/** The token and cookies that a write carries. */
export interface CsrfCredentials {
  /** Headers to send; empty when the service wants none. */
  readonly headers: Readonly<Record<string, string>>;
  /** Counts the renewals: tells which credentials a refused write had. */
  readonly generation: number;
}

/** Where the token comes from. */
export interface CsrfRequest {
  /** Root of a service, relative to the HTTP client's base; it gets its trailing slash here. */
  readonly servicePath: string;
  /** Query of every call, for example `sap-client=100`. */
  readonly query?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One security session: one token and its cookies, shared by everything that writes. */
export interface CsrfSession {
  /**
   * The current credentials; fetched by the first who asks, while the others wait for the same fetch.
   *
   * @throws ConnectorError when no token can be had; `ERR_ABORTED` when `signal` aborts the wait
   */
  credentials(request: CsrfRequest): Promise<CsrfCredentials>;
  /** Credentials newer than the refused ones; all who were refused share one fetch. */
  renew(refused: CsrfCredentials, request: CsrfRequest): Promise<CsrfCredentials>;
  /** Takes in cookies of a write's answer, unless the session was renewed meanwhile. */
  absorb(credentials: CsrfCredentials, response: HttpResponse): void;
}

/** Whether an answer says that the token was missing or stale; nothing has happened then. */
export function isCsrfRefusal(response: HttpResponse): boolean {
  return response.status === 403 && /^required$/i.test(response.headers['x-csrf-token'] ?? '');
}

/**
 * Creates the session of one host, client and user. Share it between the service clients of one
 * connection: SAP binds the token to the session cookie, not to the service.
 *
 * Source: SAP Gateway, "CSRF Protection"; cloud-sdk-js csrf-token-middleware for HEAD before GET and
 * the trailing slash (a redirect loses the token).
 */
export function createCsrfSession(input: {
  readonly http: HttpClient;
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
}): CsrfSession {
  const { http, now = Date.now } = input;
  let jar: CookieJar = createCookieJar(now);
  let token: string | undefined;
  let generation = 0;
  let fetching: SharedFetch | undefined;

  const current = (): CsrfCredentials => {
    const cookie = jar.header();
    return {
      generation,
      headers: {
        ...(token === undefined ? {} : { 'x-csrf-token': token }),
        ...(cookie === undefined ? {} : { cookie }),
      },
    };
  };

  // A fetch begins without cookies: an old session's would make the server renew the old session.
  const fetchToken = async (request: CsrfRequest): Promise<void> => {
    const fresh = createCookieJar(now);
    const found = await requestToken({ http, request, jar: fresh });
    jar = fresh;
    token = found;
    generation += 1;
  };

  const join = async (request: CsrfRequest): Promise<CsrfCredentials> => {
    if (fetching === undefined || fetching.isAbandoned()) {
      const shared = shareFetch((signal) => fetchToken({ ...request, signal }));
      fetching = shared;
      const finish = () => {
        if (fetching === shared) fetching = undefined;
      };
      shared.settled.then(finish, finish);
    }
    await fetching.join(request.signal);
    return current();
  };

  return {
    credentials: async (request) =>
      generation > 0 && fetching === undefined ? current() : join(request),
    renew: async (refused, request) =>
      refused.generation < generation && fetching === undefined ? current() : join(request),
    absorb: (credentials, response) => {
      if (credentials.generation === generation) jar.store(response.headers['set-cookie']);
    },
  };
}

interface SharedFetch {
  readonly settled: Promise<void>;
  isAbandoned(): boolean;
  join(signal: AbortSignal | undefined): Promise<void>;
}

// One caller who gives up must not fail the others; the last one who gives up cancels the fetch.
function shareFetch(run: (signal: AbortSignal) => Promise<void>): SharedFetch {
  const controller = new AbortController();
  const settled = run(controller.signal);
  let waiting = 0;
  return {
    settled,
    isAbandoned: () => controller.signal.aborted,
    join: async (signal) => {
      waiting += 1;
      try {
        await (signal === undefined ? settled : raceAbort(settled, signal));
      } finally {
        waiting -= 1;
        if (waiting === 0) controller.abort();
      }
    },
  };
}

async function raceAbort(work: Promise<void>, signal: AbortSignal): Promise<void> {
  let onAbort: () => void = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () =>
      reject(
        new ConnectorError({
          code: 'ERR_ABORTED',
          category: 'transient',
          retryable: false,
          message: 'The call was aborted while it waited for a CSRF token.',
          cause: signal.reason,
        }),
      );
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

// The token may come with an error answer, so these are read before they are judged.
const readableStatus = [400, 403, 404, 405, 406, 501];

async function requestToken(input: {
  readonly http: HttpClient;
  readonly request: CsrfRequest;
  readonly jar: CookieJar;
}): Promise<string | undefined> {
  const { http, request, jar } = input;
  const root = `${request.servicePath.replace(/\/+$/, '')}/`;
  const url = request.query ? `${root}?${request.query}` : root;
  // Some services allow no HEAD (cloud-sdk-js#3846).
  for (const method of ['HEAD', 'GET'] as const) {
    const response = await http.send({
      method,
      url,
      headers: { ...request.headers, accept: 'application/json', 'x-csrf-token': 'Fetch' },
      acceptStatus: readableStatus,
      signal: request.signal,
      operation: 'fetch CSRF token',
    });
    jar.store(response.headers['set-cookie']);
    const found = response.headers['x-csrf-token'];
    if (found !== undefined && found !== '' && !/^(?:required|fetch)$/i.test(found)) return found;
    if (method === 'GET') assertUsable(response);
  }
  // The service answers and hands out no token: it wants none.
  return undefined;
}

function assertUsable(response: HttpResponse): void {
  const isPage = /\bhtml\b/i.test(response.headers['content-type'] ?? '');
  if (response.status < 400 && !isPage) return;
  const error = odataErrorOf(response, { method: 'GET' });
  throw new ConnectorError({
    code: error.code,
    category: error.category,
    message: `No CSRF token could be fetched, so nothing was written. ${error.message}`,
    retryable: error.retryable,
    httpStatus: error.httpStatus,
    vendorCode: error.vendorCode,
    requestId: error.requestId,
    operation: 'fetch CSRF token',
    cause: error,
  });
}
