import { type Clock, ConnectorError, type Logger, redact } from '@common/connector-core';
import type { Flaws } from './flaw.ts';
import { clientSecret } from './proof-sandbox.ts';

interface Call {
  readonly method: string;
  readonly url: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  readonly isRepeatable?: boolean;
}

export interface ProofHttp {
  send(call: Call): Promise<{ readonly status: number; readonly body: unknown }>;
  counts(): { readonly requests: number; readonly failures: number };
  close(): void;
}

type Failure = ConstructorParameters<typeof ConnectorError>[0];

/**
 * A small pipeline that is not the core's, so that the suite is proven against two. Every `flaw` is a
 * place where it can be broken on purpose.
 */
export function proofHttp(options: {
  readonly baseUrl: string;
  readonly secret: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly flaws: Flaws;
}): ProofHttp {
  const { baseUrl, secret, clock, random, logger, flaws } = options;
  const closing = new AbortController();
  let token: Promise<string> | undefined;
  let [requests, failures] = [0, 0];

  const fail = (init: Failure): ConnectorError => new ConnectorError({ system: 'proof', ...init });

  const verdict = (status: number, retryAfter: string | null): Failure | undefined => {
    const base = {
      httpStatus: status,
      message: `The vendor answered ${status}; ask its administrator.`,
    };
    const seconds = Number(retryAfter);
    const waitMs = Number.isNaN(seconds) ? Date.parse(retryAfter!) - clock.now() : seconds * 1000;
    const isTold =
      retryAfter !== null && Number.isFinite(waitMs) && !flaws.has('ignores-retry-after');
    const told = isTold ? { retryAfterMs: waitMs } : {};
    if (status < 300 || (status === 500 && flaws.has('takes-500-for-success'))) return undefined;
    if (status === 401)
      return {
        ...base,
        code: 'ERR_AUTHENTICATION_FAILED',
        category: flaws.has('calls-refusal-internal') ? 'internal' : 'authentication',
      };
    if (status === 403)
      return {
        ...base,
        code: 'ERR_PERMISSION_DENIED',
        category: 'permission',
        retryable: flaws.has('retries-403'),
      };
    if (status === 404) return { ...base, code: 'ERR_NOT_FOUND', category: 'not-found' };
    if (status === 409) return { ...base, code: 'ERR_CONFLICT', category: 'conflict' };
    if (status === 408) return { ...base, code: 'ERR_TRANSIENT', category: 'transient' };
    if (status === 429)
      return { ...base, ...told, code: 'ERR_RATE_LIMITED', category: 'rate-limit' };
    if (status >= 500) {
      const code = 'ERR_TRANSIENT';
      if (flaws.has('hides-status'))
        return { ...base, code, category: 'transient', httpStatus: 500 };
      return { ...base, ...told, code, category: 'transient' };
    }
    return {
      ...base,
      code: 'ERR_VALIDATION',
      category: 'validation',
      retryable: flaws.has('retries-400'),
    };
  };

  const exchange = async (call: Call, headers: Record<string, string>) => {
    const signals = flaws.has('ignores-disconnect') ? [] : [closing.signal];
    if (call.signal && !flaws.has('ignores-abort')) signals.push(call.signal);
    const limit = new AbortController();
    const inTime = new AbortController();
    if (!flaws.has('waits-for-ever')) {
      clock.sleep(30_000, inTime.signal).then(
        () => limit.abort(),
        () => undefined,
      );
    }
    const signal = AbortSignal.any([...signals, limit.signal]);
    const isWrite = call.method !== 'GET';
    const url = new URL(call.url, `${baseUrl}/`);
    if (url.origin !== baseUrl && !flaws.has('follows-any-origin')) {
      throw fail({
        code: 'ERR_CROSS_ORIGIN',
        category: 'validation',
        message: 'The vendor links to another origin.',
      });
    }
    if (flaws.has('logs-headers')) logger.debug('request', { headers });
    requests += 1;
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        method: call.method,
        headers: { 'content-type': 'application/json', ...headers, ...call.headers },
        signal,
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      });
      text = await response.text();
    } catch (cause) {
      if (signal.aborted && !limit.signal.aborted) {
        throw fail({
          code: 'ERR_ABORTED',
          category: 'transient',
          retryable: false,
          outcomeUnknown: isWrite,
          message: 'The call was aborted.',
        });
      }
      throw fail({
        code: 'ERR_NETWORK',
        category: flaws.has('calls-network-internal') ? 'internal' : 'transient',
        retryable: !flaws.has('gives-up-on-reset'),
        outcomeUnknown: true,
        message: `No answer came from ${baseUrl}. Check the address.`,
        ...(flaws.has('leaks-cause') ? { cause: { cause, config: { headers } } } : {}),
      });
    } finally {
      inTime.abort();
    }
    if (response.status >= 500) failures += 1;
    const found = verdict(response.status, response.headers.get('retry-after'));
    if (found) {
      const echo = flaws.has('leaks-cause') ? text : '';
      const mayHaveActed = response.status >= 500 || response.status === 408;
      throw fail({
        ...found,
        outcomeUnknown: isWrite && mayHaveActed && !flaws.has('takes-503-for-undone'),
        message: redact(found.message),
        ...(echo ? { cause: new Error(echo) } : {}),
      });
    }
    try {
      return { status: response.status, body: JSON.parse(text) as unknown };
    } catch (error) {
      if (flaws.has('reads-html-as-empty') && text.startsWith('<'))
        return { status: 200, body: { items: [] } };
      if (flaws.has('reads-nothing-as-empty') && text === '')
        return { status: 200, body: { items: [] } };
      if (flaws.has('throws-syntax-error')) throw error;
      throw fail({
        code: 'ERR_UNEXPECTED_CONTENT',
        category: 'transient',
        retryable: false,
        outcomeUnknown: isWrite && !flaws.has('takes-garbage-for-undone'),
        message: 'The answer is no JSON.',
      });
    }
  };

  const signIn = (signal: AbortSignal | undefined): Promise<string> => {
    const fetched = exchange({ method: 'POST', url: '/token', body: { secret }, signal }, {}).then(
      ({ body }) => (body as { token: string }).token,
    );
    token = fetched;
    fetched.catch(() => {
      token = undefined;
    });
    return fetched;
  };

  const authorized = async (call: Call) => {
    for (let recovered = 0; ; recovered += 1) {
      const used = token ?? signIn(call.signal);
      const headers = { authorization: `Bearer ${await used}` };
      try {
        return await exchange(call, headers);
      } catch (error) {
        const isRefused = ConnectorError.isInstance(error) && error.httpStatus === 401;
        const most = flaws.has('loops-on-401') ? 1_000 : flaws.has('never-signs-in-again') ? 0 : 1;
        if (!isRefused || recovered >= most) throw error;
        if (token === used || flaws.has('signs-in-for-each')) token = undefined;
        if (flaws.has('signs-in-for-each')) await signIn(call.signal);
      }
    }
  };

  const repeated = async (call: Call) => {
    const isRepeatable =
      call.isRepeatable ?? (call.method !== 'POST' || flaws.has('repeats-any-write'));
    const most = flaws.has('never-gives-up') ? 1_000 : 4;
    let isUncertain = false;
    // What is refused at its repetition may have been done at first.
    const told = (error: unknown): unknown =>
      isUncertain && ConnectorError.isInstance(error) && call.method !== 'GET'
        ? new ConnectorError({ ...error, message: error.message, outcomeUnknown: true })
        : error;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await authorized(call);
      } catch (error) {
        if (ConnectorError.isInstance(error)) isUncertain ||= error.outcomeUnknown;
        if (!ConnectorError.isInstance(error) || !error.retryable || attempt >= most)
          throw told(error);
        if (error.outcomeUnknown && !isRepeatable) throw error;
        if (flaws.has('never-repeats') && call.method === 'GET') throw error;
        if (flaws.has('never-repeats-writes') && call.method === 'POST') throw error;
        if (flaws.has('repeats-no-502') && error.httpStatus === 502) throw error;
        if ((error.retryAfterMs ?? 0) > 60_000) {
          if (!flaws.has('hurries')) throw error;
        }
        const waitMs = error.retryAfterMs ?? random() * 100 * 2 ** attempt;
        const signal = flaws.has('sleeps-through-abort') ? undefined : call.signal;
        await (flaws.has('never-waits')
          ? undefined
          : clock.sleep(Math.min(waitMs, 60_000), signal)?.catch(() => {
              throw fail({
                code: 'ERR_ABORTED',
                category: 'transient',
                retryable: false,
                message: 'The call was aborted.',
              });
            }));
      }
    }
  };

  logger.debug('The client is ready', flaws.has('logs-headers') ? { secret: clientSecret } : {});
  return {
    async send(call) {
      if (call.signal?.aborted && !flaws.has('ignores-abort')) {
        throw fail({
          code: 'ERR_ABORTED',
          category: 'transient',
          retryable: false,
          message: 'The call was aborted.',
        });
      }
      return repeated(call);
    },
    counts: () => ({ requests, failures }),
    close: () => closing.abort(),
  };
}
