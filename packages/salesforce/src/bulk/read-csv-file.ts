import { type CallOptions, ConnectorError } from '@common/connector-core';
import { aborted } from '../aborted.ts';
import type { SalesforceSession } from '../salesforce-session.ts';
import { readCsv } from './bulk-csv.ts';

/** Texts by the name of their column. */
export type BulkCells = Readonly<Record<string, string>>;

/** A file that was read to its end. */
export interface CsvFile {
  readonly rows: readonly BulkCells[];
  readonly headers: Readonly<Record<string, string>>;
}

const readAttempts = 3;

/**
 * Reads a file whole: one that breaks off in its middle is asked for again, and nothing comes twice.
 *
 * @param check - throws for a file that is not whole although its end was seen
 * @throws ConnectorError `ERR_INVALID_RESPONSE` when it breaks off again and again
 */
export async function readCsvFile(
  session: SalesforceSession,
  file: { readonly path: string; readonly operation: string; readonly entity?: string | undefined },
  { check, ...call }: CallOptions & { readonly check?: (file: CsvFile) => void },
): Promise<CsvFile> {
  for (let attempt = 1; ; attempt += 1) {
    const { headers, stream } = await session.request({
      ...call,
      ...file,
      method: 'GET',
      headers: { accept: 'text/csv' },
      responseType: 'stream',
    });
    try {
      const rows: BulkCells[] = [];
      for await (const row of readCsv(stream ?? nothing())) rows.push(row);
      check?.({ rows, headers });
      return { rows, headers };
    } catch (error) {
      const { signal } = call;
      const isKnown = ConnectorError.isInstance(error);
      if (signal?.aborted) throw isKnown ? error : aborted(signal);
      if (attempt < readAttempts && (!isKnown || error.retryable)) continue;
      throw isKnown ? error : brokenOff(error);
    }
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

function brokenOff(cause: unknown): ConnectorError {
  return new ConnectorError({
    code: 'ERR_INVALID_RESPONSE',
    category: 'transient',
    retryable: true,
    message: 'A file of the Bulk API broke off or is no CSV. Try again.',
    system: 'salesforce',
    cause,
  });
}
