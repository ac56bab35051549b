import { createSandboxRequest, type SandboxRequest } from './sandbox-request.ts';

/** One call that the sandbox got. */
export interface JournalEntry {
  /** Number of the request since the sandbox started. */
  readonly id: number;
  /** ISO instant of the sandbox's clock. */
  readonly at: string;
  readonly method: string;
  /** Percent-encoded. */
  readonly path: string;
  /** Undecoded, without `?`. */
  readonly query: string;
  readonly operation?: string | undefined;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The request body as text, cut at the journal's limit. */
  readonly body: string;
  /** The status that was sent; absent when the connection was reset before one. */
  readonly status?: number | undefined;
  readonly durationMs: number;
  /** Kind of the fault that hit the call. */
  readonly fault?: string | undefined;
}

/** Everything given must fit. */
export interface JournalFilter {
  readonly method?: string | undefined;
  /** The exact path, or a RegExp over path and query. */
  readonly path?: string | RegExp | undefined;
  readonly operation?: string | undefined;
  readonly status?: number | undefined;
  readonly fault?: string | undefined;
}

/** What the sandbox was asked, oldest first. The oldest entries fall out when it is full. */
export interface Journal {
  entries(filter?: JournalFilter): readonly JournalEntry[];
  count(filter?: JournalFilter): number;
  /** Calls since the start, including those that fell out or were cleared. */
  readonly total: number;
  clear(): void;
}

export interface JournalOptions {
  /** @default 10000 */
  readonly maxEntries?: number | undefined;
  /** Bytes kept of each request body. @default 16384 */
  readonly maxBodyBytes?: number | undefined;
  /** Keeps authorization headers, cookies and secret body fields readable. @default false */
  readonly journalSecrets?: boolean | undefined;
}

/** How a call ended. */
interface JournalOutcome {
  readonly at: number;
  readonly status?: number | undefined;
  readonly durationMs: number;
  readonly fault?: string | undefined;
}

export interface RequestJournal extends Journal {
  record(request: SandboxRequest, outcome: JournalOutcome): void;
}

type Row = JournalOutcome & { request: SandboxRequest; body: Buffer };

const secretHeaders = /^(authorization|proxy-authorization|cookie|x-api-key|apikey|x-csrf-token)$/;
// Asks for a token, is none.
const isQuestion = (value: string | undefined): boolean => value?.toLowerCase() === 'fetch';
const secretFields =
  /("?(?:client_secret|password|access_token|refresh_token|assertion|client_assertion|code_verifier|(?<![\w-])token)"?\s*[:=]\s*)("(?:[^"\\]|\\.)*"|[^&\s"]+)/gi;

function maskHeaders(headers: SandboxRequest['headers']): SandboxRequest['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      secretHeaders.test(name) && !isQuestion(value) ? '[masked]' : value,
    ]),
  );
}

const maskBody = (body: string): string =>
  body.replace(secretFields, (_match, name: string, value: string) =>
    value.startsWith('"') ? `${name}"[masked]"` : `${name}[masked]`,
  );

function fits(row: Row, filter: JournalFilter): boolean {
  const { request } = row;
  const { path } = filter;
  if (filter.method !== undefined && filter.method.toUpperCase() !== request.method) return false;
  if (filter.operation !== undefined && filter.operation !== request.operation) return false;
  if (filter.status !== undefined && filter.status !== row.status) return false;
  if (filter.fault !== undefined && filter.fault !== row.fault) return false;
  if (path === undefined) return true;
  return path instanceof RegExp
    ? new RegExp(path.source, path.flags).test(request.url)
    : path === request.path;
}

export function createRequestJournal(options: JournalOptions = {}): RequestJournal {
  const { maxEntries = 10_000, maxBodyBytes = 16_384, journalSecrets = false } = options;
  // A ring: `next` is the oldest row once the ring is full.
  let rows: Row[] = [];
  let next = 0;
  let total = 0;

  const select = (filter: JournalFilter): Row[] =>
    [...rows.slice(next), ...rows.slice(0, next)].filter((row) => fits(row, filter));

  const toEntry = ({ request, body, at, status, durationMs, fault }: Row): JournalEntry => ({
    id: request.id,
    at: new Date(at).toISOString(),
    method: request.method,
    path: request.path,
    query: request.rawQuery,
    operation: request.operation,
    headers: journalSecrets ? request.headers : maskHeaders(request.headers),
    body: journalSecrets ? body.toString() : maskBody(body.toString()),
    status,
    durationMs,
    fault,
  });

  return {
    entries: (filter = {}) => select(filter).map(toEntry),
    count: (filter = {}) => select(filter).length,
    get total() {
      return total;
    },
    clear() {
      rows = [];
      next = 0;
    },
    record(request, outcome) {
      total += 1;
      if (maxEntries <= 0) return;
      const row: Row = { ...outcome, request, body: request.body };
      // A big body is copied in part, so that the rest can be freed.
      if (row.body.length > maxBodyBytes) {
        const { id, method, url, headers, operation, clock, random } = request;
        row.body = Buffer.from(row.body.subarray(0, maxBodyBytes));
        row.request = createSandboxRequest({
          id,
          method,
          url,
          headers,
          operation,
          clock,
          random,
        });
      }
      if (rows.length < maxEntries) {
        rows.push(row);
        return;
      }
      rows[next] = row;
      next = (next + 1) % maxEntries;
    },
  };
}
