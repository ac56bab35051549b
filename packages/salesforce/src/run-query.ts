import { type CallOptions, ConnectorError, followPages } from '@common/connector-core';
import { areRows } from './is-row.ts';
import { problemsIn, salesforceError } from './salesforce-error.ts';
import type { QueryOptions, SalesforceSession } from './salesforce-session.ts';
import type { Soql } from './soql/soql.ts';

/** A record as Salesforce sends it. */
export type SalesforceRow = Readonly<Record<string, unknown>>;

/** A page of a query. */
export interface QueryPage {
  readonly records: readonly SalesforceRow[];
  readonly totalSize: number;
  /** Absent on the last page. */
  readonly nextRecordsUrl?: string | undefined;
  /** By the clock of Salesforce, milliseconds since the epoch, where it tells. */
  readonly serverTime?: number | undefined;
}

type Requester = Pick<SalesforceSession, 'request' | 'dataPath'>;

/** Servers and gateways refuse longer addresses (414); Salesforce takes about 16,000 characters. */
const longestPath = 12_000;

/**
 * Runs a query to its last page. A query that is too long for an address goes as part of a composite
 * request, in a body.
 *
 * @throws ConnectorError `ERR_PAGINATION_LOOP` when a page comes again, `ERR_CROSS_ORIGIN` when a page is
 *   said to be elsewhere
 */
export async function* runQuery(
  requester: Requester,
  from: { readonly soql: Soql } | { readonly start: string },
  { all = false, operation = 'query', entity, ...call }: QueryOptions,
): AsyncGenerator<QueryPage> {
  const about = { operation, entity, ...call };
  yield* followPages<QueryPage>({
    system: 'salesforce',
    start: 'start' in from ? from.start : undefined,
    read: (cursor) =>
      cursor !== undefined
        ? readPage(requester, cursor, about)
        : 'soql' in from
          ? firstPage(requester, { soql: from.soql, all }, about)
          : Promise.reject(new TypeError('A query has a beginning.')),
    next: (page) => page.nextRecordsUrl,
  });
}

type About = CallOptions & { readonly operation: string; readonly entity: string | undefined };

async function firstPage(
  requester: Requester,
  { soql, all }: { readonly soql: Soql; readonly all: boolean },
  about: About,
): Promise<QueryPage> {
  const resource = all ? 'queryAll' : 'query';
  const path = `${requester.dataPath}/${resource}?q=${encodeURIComponent(soql.text)}`;
  if (path.length <= longestPath) return readPage(requester, path, about);
  const answer = await requester.request({
    ...about,
    method: 'POST',
    path: '/composite',
    readOnly: true,
    json: { compositeRequest: [{ method: 'GET', url: path, referenceId: 'query' }] },
  });
  const [part] = partsOf(answer.json());
  if (part === undefined) throw noPage();
  if (part.httpStatusCode >= 400) {
    throw salesforceError(problemsIn(part.body), part.httpStatusCode);
  }
  return pageOf(part.body, answer.headers);
}

async function readPage({ request }: Requester, path: string, about: About): Promise<QueryPage> {
  const answer = await request({ ...about, method: 'GET', path });
  return pageOf(answer.json(), answer.headers);
}

/** The parts of a composite answer. */
function partsOf(body: unknown): readonly {
  readonly httpStatusCode: number;
  readonly body: unknown;
  readonly referenceId: string;
}[] {
  const { compositeResponse } = (body ?? {}) as { compositeResponse?: unknown };
  return Array.isArray(compositeResponse) ? compositeResponse : [];
}

/** @throws ConnectorError `ERR_INVALID_RESPONSE` when it is no page, or does not tell where the next one is */
export function pageOf(body: unknown, headers: Readonly<Record<string, string>> = {}): QueryPage {
  const { records, done, nextRecordsUrl, totalSize } = (body ?? {}) as Record<string, unknown>;
  if (!areRows(records) || typeof done !== 'boolean') throw noPage();
  const next =
    typeof nextRecordsUrl === 'string' && nextRecordsUrl !== '' ? nextRecordsUrl : undefined;
  // Ending here would lose the rest without a word.
  if (!done && next === undefined) throw noPage();
  const serverTime = Date.parse(headers.date ?? '');
  return {
    records,
    totalSize: typeof totalSize === 'number' ? totalSize : records.length,
    ...(done ? {} : { nextRecordsUrl: next }),
    ...(Number.isNaN(serverTime) ? {} : { serverTime }),
  };
}

function noPage(): ConnectorError {
  return new ConnectorError({
    code: 'ERR_INVALID_RESPONSE',
    category: 'transient',
    retryable: false,
    message:
      'What Salesforce answered is no page of a query, or does not say where the next page is. Check instanceUrl, and whether a proxy changes answers.',
    system: 'salesforce',
  });
}
