import {
  axiosTransport,
  ConnectorError,
  type HttpTransport,
  type WireResponse,
} from '@common/connector-core';
import fc from 'fast-check';
import { expect } from 'vitest';

/** What happens to the JSON of an answer: one value in it, counted from the front, is another or gone. */
interface Alteration {
  /** The answers that are let through before. */
  readonly after: number;
  readonly place: number;
  /** `undefined` takes it out. */
  readonly value: unknown;
}

const alteration: fc.Arbitrary<Alteration> = fc.record({
  after: fc.nat({ max: 3 }),
  place: fc.nat({ max: 400 }),
  value: fc.constantFrom<unknown>(
    ...[undefined, null, [], {}, '', 'x', 0, -1, 1e300, true, [null], [[]], { value: null }],
    ...['9'.repeat(60), '2026-02-30', '\u0000', '/Date(99999999999999999)/', 'PT99H', '//'],
  ),
});

/** A transport whose answers can be altered. */
export interface AlteringTransport {
  readonly transport: HttpTransport;
  /**
   * Whatever the answers to an operation hold, it ends well or with a `ConnectorError` that is no bug of
   * ours; so do the results of writes.
   */
  survives(operation: () => Promise<unknown>): Promise<void>;
}

export function alteringTransport(): AlteringTransport {
  const inner = axiosTransport();
  let next: Alteration | undefined;
  let count = 0;

  const transport: HttpTransport = {
    close: () => inner.close(),
    async exchange(request) {
      const headers = { ...request.headers, 'accept-encoding': 'identity' };
      const response = await inner.exchange({ ...request, headers, stream: false });
      const isJson = response.headers['content-type']?.includes('json') === true;
      if (next === undefined || !isJson || request.url.includes('token')) return response;
      count += 1;
      return count === next.after + 1 ? altered(response, next) : response;
    },
  };
  return {
    transport,
    survives: (operation) =>
      fc.assert(
        fc.asyncProperty(alteration, async (one) => {
          next = one;
          count = 0;
          const outcome = await operation().catch((error: unknown) => ({ error }));
          next = undefined;
          for (const part of [outcome].flat() as readonly (
            | { readonly error?: unknown }
            | undefined
          )[]) {
            const error = part?.error;
            if (error === undefined) continue;
            if (!ConnectorError.isInstance(error)) throw error;
            expect(error.code, String(error.cause)).not.toBe('ERR_INTERNAL');
          }
        }),
        { numRuns: 20 },
      ),
  };
}

function altered(response: WireResponse, { place, value }: Alteration): WireResponse {
  const body = JSON.parse(Buffer.from(response.body as Uint8Array).toString('utf8') || 'null');
  const places: (readonly [Record<string, unknown>, string])[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const name of Object.keys(node)) {
      places.push([node as Record<string, unknown>, name]);
      visit((node as Record<string, unknown>)[name]);
    }
  };
  visit(body);
  // Those in front decide about the form: half of the time one of them.
  const [node, name] =
    places[place % 2 === 0 ? place % Math.min(places.length, 8) : place % places.length] ?? [];
  if (node !== undefined && name !== undefined) {
    if (value === undefined) delete node[name];
    else node[name] = value;
  }
  const { 'content-length': _, ...headers } = response.headers;
  const text = JSON.stringify(node === undefined ? value : body) ?? '';
  return { ...response, headers, body: Buffer.from(text) };
}
