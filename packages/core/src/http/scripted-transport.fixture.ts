import type { HttpTransport, WireRequest, WireResponse } from './http-transport.ts';

/** One answer of a script: a response, an error to throw, or silence until the request is aborted. */
export type ScriptedAnswer =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array;
    }
  | { readonly error: { readonly code: string; readonly syscall?: string } }
  | 'hang';

/** A server in memory, for tests of the pipeline. */
export interface ScriptedTransport extends HttpTransport {
  readonly requests: readonly WireRequest[];
}

/** Answers by a function, or by a list whose last answer goes on for ever. */
export function scriptedTransport(
  script: readonly ScriptedAnswer[] | ((request: WireRequest, index: number) => ScriptedAnswer),
): ScriptedTransport {
  const requests: WireRequest[] = [];
  const answerTo = (request: WireRequest): ScriptedAnswer => {
    const index = requests.length - 1;
    if (typeof script === 'function') return script(request, index);
    return script[Math.min(index, script.length - 1)]!;
  };
  return {
    requests,
    close: async () => undefined,
    async exchange(request): Promise<WireResponse> {
      requests.push(request);
      const answer = answerTo(request);
      if (answer === 'hang') {
        return new Promise((_, reject) => {
          request.signal.addEventListener('abort', () => reject(request.signal.reason));
        });
      }
      if ('error' in answer) throw Object.assign(new Error(answer.error.code), answer.error);
      const body = answer.body ?? '{}';
      return {
        status: answer.status,
        headers: { 'content-type': 'application/json', ...answer.headers },
        body: typeof body === 'string' ? Buffer.from(body) : body,
      };
    },
  };
}
