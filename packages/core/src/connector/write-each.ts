import type { WriteResult } from '../contract/record-write.ts';
import { ConnectorError } from '../errors/connector-error.ts';

/** Options of `writeEach`. */
export interface WriteEachOptions {
  /**
   * Most records that are written at the same time. The governor of the connection bounds the requests.
   * @default 8
   */
  readonly concurrency?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes records one by one, some at a time, for vendors without a bulk operation. The error of a
 * record becomes its result: `unknown` where the answer was lost, else `failed`. An error that is no
 * `ConnectorError` is `unknown` too: it may come from reading the answer to a write that has happened.
 * Results are in the order of `items`.
 *
 * After an abort no further record is begun; those get a `failed` result of code `ERR_ABORTED`, since
 * nothing was sent for them.
 *
 * @throws ConnectorError `ERR_ABORTED` when the signal is aborted before the first record
 */
export async function writeEach<Item extends { readonly key?: string | undefined }>(
  items: readonly Item[],
  writeOne: (item: Item, index: number) => Promise<WriteResult>,
  options: WriteEachOptions = {},
): Promise<readonly WriteResult[]> {
  if (options.signal?.aborted) throw aborted(options.signal.reason);
  const results = new Array<WriteResult>(items.length);
  const queue = items.entries();
  const work = async () => {
    for (const [index, item] of queue) {
      try {
        if (options.signal?.aborted) throw aborted(options.signal.reason);
        results[index] = await writeOne(item, index);
      } catch (error) {
        results[index] = failureOf(error, item.key);
      }
    }
  };
  const workers = Math.min(options.concurrency ?? 8, items.length);
  await Promise.all(Array.from({ length: workers }, work));
  return results;
}

function failureOf(error: unknown, key: string | undefined): WriteResult {
  const known = ConnectorError.isInstance(error)
    ? error
    : new ConnectorError({
        code: 'ERR_INTERNAL',
        category: 'internal',
        message: `Whether the record was written is not known: ${(error as Error)?.message ?? error}`,
        outcomeUnknown: true,
        cause: error,
      });
  return { status: known.outcomeUnknown ? 'unknown' : 'failed', key, error: known };
}

function aborted(reason: unknown): ConnectorError {
  return new ConnectorError({
    code: 'ERR_ABORTED',
    category: 'transient',
    retryable: false,
    message: 'The write was aborted before this record was sent.',
    cause: reason,
  });
}
