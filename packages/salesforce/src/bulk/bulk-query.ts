import { ConnectorError, followPages } from '@common/connector-core';
import type { QueryOptions, SalesforceSession } from '../salesforce-session.ts';
import type { Soql } from '../soql/soql.ts';
import { abandonJob, endOfJob, jobError, jobOf } from './bulk-job.ts';
import { type BulkCells, type CsvFile, readCsvFile } from './read-csv-file.ts';

export interface BulkQueryOptions extends QueryOptions {
  /** Rows that Salesforce hands out at once. @default 10,000 */
  readonly maxRecords?: number | undefined;
}

interface ResultPage {
  readonly rows: readonly BulkCells[];
  readonly locator: string | undefined;
}

/**
 * Runs a query as a job of the Bulk API 2.0: for many rows, outside of the limits of the REST API. It
 * knows no relationships to children, no GROUP BY and no OFFSET.
 *
 * @throws ConnectorError as the job failed; `ERR_PAGINATION_LOOP` when a page comes again
 */
export async function* bulkQuery(
  session: SalesforceSession,
  soql: Soql,
  { all = false, maxRecords = 10_000, operation: _operation, ...call }: BulkQueryOptions = {},
): AsyncGenerator<readonly BulkCells[]> {
  const answer = await session.request({
    ...call,
    method: 'POST',
    path: '/jobs/query',
    json: { operation: all ? 'queryAll' : 'query', query: soql.text, lineEnding: 'LF' },
    operation: 'createBulkQuery',
    readOnly: true,
  });
  const { id } = jobOf(answer.json());
  let isRead = false;
  try {
    const job = await endOfJob(session, { kind: 'query', id }, call);
    if (job.state !== 'JobComplete') throw jobError(job);
    const pages = followPages<ResultPage>({
      system: 'salesforce',
      read: (locator) => readResultPage(session, { id, locator, maxRecords }, call),
      next: ({ locator }) => locator,
    });
    for await (const { rows } of pages) yield rows;
    isRead = true;
  } finally {
    if (isRead) await removeJob(session, id);
    else await abandonJob(session, { kind: 'query', id });
  }
}

async function readResultPage(
  session: SalesforceSession,
  page: { readonly id: string; readonly locator: string | undefined; readonly maxRecords: number },
  { all: _all, ...call }: QueryOptions,
): Promise<ResultPage> {
  const { id, locator, maxRecords } = page;
  const query = new URLSearchParams({
    maxRecords: String(maxRecords),
    ...(locator && { locator }),
  });
  const path = `/jobs/query/${encodeURIComponent(id)}/results?${query}`;
  const { rows, headers } = await readCsvFile(
    session,
    { path, operation: 'bulkQueryResults', entity: call.entity },
    { ...call, check: assertWhole },
  );
  const next = headers['sforce-locator'];
  return { rows, locator: next === 'null' ? undefined : next };
}

/** Ending without being told that this was all would lose the rest without a word. */
function assertWhole({ rows, headers }: CsvFile): void {
  const told = headers['sforce-numberofrecords'];
  const isShort = told !== undefined && Number(told) !== rows.length;
  if (isShort || headers['sforce-locator'] === undefined) throw incomplete(rows.length, told);
}

async function removeJob(session: SalesforceSession, id: string): Promise<void> {
  const path = `/jobs/query/${encodeURIComponent(id)}`;
  // Its results fill the storage of the org for 7 days. Not being able to remove them harms nobody.
  await session
    .request({ method: 'DELETE', path, operation: 'removeBulkQuery' })
    .catch(() => undefined);
}

function incomplete(found: number, told: string | undefined): ConnectorError {
  return new ConnectorError({
    code: 'ERR_INVALID_RESPONSE',
    category: 'transient',
    retryable: true,
    message: `A page of a bulk query is not whole: ${found} of ${told ?? 'an unknown number of'} rows came, or Salesforce did not say where the next page is. Check whether a proxy changes answers.`,
    system: 'salesforce',
  });
}
