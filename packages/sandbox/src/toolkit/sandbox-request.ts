import type { SandboxClock } from './sandbox-clock.ts';
import type { SeededRandom } from './seeded-random.ts';

/** What a handler gets. */
export interface SandboxRequest {
  /** Number of the request since the sandbox started; 0 for one made by hand. */
  readonly id: number;
  readonly method: string;
  /** Path and query as they came over the wire. */
  readonly url: string;
  /** The path, still percent-encoded. */
  readonly path: string;
  /** What stands after `?`, undecoded. OData needs it: `+` and `%2B` differ. */
  readonly rawQuery: string;
  readonly query: URLSearchParams;
  /** Names in lower case; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** Values of the path pattern, percent-decoded; `rest` holds what `*` matched, undecoded. */
  readonly params: Readonly<Record<string, string>>;
  /** Name of the operation, from the route. */
  readonly operation: string | undefined;
  readonly clock: SandboxClock;
  readonly random: SeededRandom;
  text(): string;
  /** @throws MalformedJsonError */
  json(): unknown;
}

/** The body of a request was not JSON. Simulators turn it into their vendor's error. */
export class MalformedJsonError extends Error {
  override readonly name = 'MalformedJsonError';
}

export interface SandboxRequestInit {
  readonly id?: number;
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: Buffer | string;
  readonly params?: Readonly<Record<string, string>>;
  readonly operation?: string | ((request: SandboxRequest) => string | undefined) | undefined;
  readonly clock: SandboxClock;
  readonly random: SeededRandom;
}

const noBody = Buffer.alloc(0);

// A class, because one is made per request and the query is seldom parsed.
class HttpSandboxRequest implements SandboxRequest {
  readonly id: number;
  readonly method: string;
  readonly url: string;
  readonly path: string;
  readonly rawQuery: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  readonly params: Readonly<Record<string, string>>;
  readonly operation: string | undefined;
  readonly clock: SandboxClock;
  readonly random: SeededRandom;
  #query: URLSearchParams | undefined;

  constructor(init: SandboxRequestInit) {
    const question = init.url.indexOf('?');
    this.id = init.id ?? 0;
    this.method = init.method;
    this.url = init.url;
    this.path = question < 0 ? init.url : init.url.slice(0, question);
    this.rawQuery = question < 0 ? '' : init.url.slice(question + 1);
    this.headers = init.headers ?? {};
    this.body = typeof init.body === 'string' ? Buffer.from(init.body) : (init.body ?? noBody);
    this.params = init.params ?? {};
    this.clock = init.clock;
    this.random = init.random;
    this.operation = typeof init.operation === 'function' ? init.operation(this) : init.operation;
  }

  get query(): URLSearchParams {
    this.#query ??= new URLSearchParams(this.rawQuery);
    return this.#query;
  }

  text(): string {
    return this.body.toString('utf8');
  }

  json(): unknown {
    try {
      return JSON.parse(this.text());
    } catch (cause) {
      throw new MalformedJsonError('The request body is not JSON', { cause });
    }
  }
}

/** Makes a request by hand, for example for a part of an OData `$batch`. */
export function createSandboxRequest(init: SandboxRequestInit): SandboxRequest {
  return new HttpSandboxRequest(init);
}
