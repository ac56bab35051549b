import { type CallOptions, ConnectorError } from '@common/connector-core';
import { expired } from './change-position.ts';
import type { SalesforceTarget } from './salesforce-target.ts';
import { soql, soqlName } from './soql/soql.ts';

/** Deletions of a time, as getDeleted tells them. */
export interface DeletedRecords {
  readonly ids: readonly string[];
  /** ISO instant: the next question begins here. */
  readonly coveredUntil: string;
}

/** getDeleted refuses times that are not longer than a minute. */
const shortestMs = 61_000;
/** Salesforce writes the log of deletions behind the deletion itself. */
const overlapMs = 60_000;

/**
 * What was deleted meanwhile, also what has left the recycle bin: emptied by hand, or deleted for good.
 * Such records are in no query any more.
 *
 * @param from - by the clock of Salesforce, as `until`
 * @throws ConnectorError `ERR_CHECKPOINT_EXPIRED` when Salesforce does not know so long ago
 */
export async function readDeleted(
  { entity, session }: SalesforceTarget,
  { from, until }: { readonly from: string; readonly until: number },
  call: CallOptions,
): Promise<DeletedRecords | undefined> {
  const start = Date.parse(from) - overlapMs;
  if (until - start < shortestMs + overlapMs) return undefined;
  const query = new URLSearchParams({
    start: withOffset(start),
    end: withOffset(until),
  });
  const path = `/sobjects/${entity.object}/deleted/?${query}`;
  const answer = await session
    .request({ ...call, method: 'GET', path, operation: 'getDeleted', entity: entity.name })
    .catch((error: unknown) => {
      const isForgotten =
        ConnectorError.isInstance(error) &&
        ['INVALID_REPLICATION_DATE', 'EXCEEDED_ID_LIMIT'].includes(error.vendorCode ?? '');
      throw isForgotten ? expired(entity.name, error) : error;
    });
  const { deletedRecords, earliestDateAvailable, latestDateCovered } = answer.json() as Record<
    string,
    unknown
  >;
  if (!Array.isArray(deletedRecords) || typeof latestDateCovered !== 'string') {
    throw new ConnectorError({
      code: 'ERR_INVALID_RESPONSE',
      category: 'transient',
      retryable: false,
      message: `Salesforce does not tell which records of ${entity.name} were deleted. Try again; if it stays, report it.`,
      system: 'salesforce',
      entity: entity.name,
    });
  }
  const earliest =
    typeof earliestDateAvailable === 'string' ? Date.parse(earliestDateAvailable) : 0;
  if (earliest > Date.parse(from)) throw expired(entity.name);
  const ids = deletedRecords.flatMap(({ id }: { readonly id?: unknown }) =>
    typeof id === 'string' ? [id] : [],
  );
  return {
    ids: await withoutLiving({ entity, session }, ids, call),
    coveredUntil: new Date(Date.parse(latestDateCovered)).toISOString(),
  };
}

/** Some have been taken out of the recycle bin again. */
async function withoutLiving(
  { entity, session }: Pick<SalesforceTarget, 'entity' | 'session'>,
  ids: readonly string[],
  call: CallOptions,
): Promise<readonly string[]> {
  const gone = new Set(ids);
  for (let at = 0; at < ids.length; at += 200) {
    const query = soql`SELECT Id FROM ${soqlName(entity.object)} WHERE Id IN ${ids.slice(at, at + 200)}`;
    for await (const { records } of session.query(query, { ...call, entity: entity.name })) {
      for (const { Id } of records) gone.delete(String(Id));
    }
  }
  return [...gone];
}

const withOffset = (time: number): string =>
  new Date(time).toISOString().replace(/\.\d+Z$/, '+00:00');
