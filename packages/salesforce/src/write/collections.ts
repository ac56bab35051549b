import { type CallOptions, ConnectorError } from '@common/connector-core';
import { areRows } from '../is-row.ts';
import type { SalesforceFields } from '../salesforce-entity.ts';
import { problemsIn, type SalesforceProblem, salesforceError } from '../salesforce-error.ts';
import type { SalesforceSession } from '../salesforce-session.ts';

/** What became of one record of a collection. */
export type CollectionOutcome =
  | { readonly ok: true; readonly id: string; readonly created: boolean }
  | { readonly ok: false; readonly error: ConnectorError };

/** Records of one object that go in one request. */
export type Collection = {
  readonly object: string;
  readonly entity: string;
  /** One bad record takes all back. */
  readonly allOrNone: boolean;
  /** New records that Salesforce takes once only, so that they may be sent again. @default false */
  readonly isOnce?: boolean;
} & (
  | { readonly kind: 'create'; readonly records: readonly SalesforceFields[] }
  | {
      readonly kind: 'upsert';
      readonly externalIdField: string;
      readonly records: readonly SalesforceFields[];
    }
  /** Each with its `id`. */
  | { readonly kind: 'update'; readonly records: readonly SalesforceFields[] }
  | { readonly kind: 'delete'; readonly ids: readonly string[] }
);

/** Most records in one request. */
export const collectionSize = 200;

const mostAttempts = 4;

/**
 * Sends a collection and answers an outcome for each record, in order. Records that somebody else holds
 * are sent again after a while; with `allOrNone` all of them, since none was stored.
 *
 * @throws ConnectorError when nothing is known about any record
 */
export async function sendCollection(
  session: SalesforceSession,
  collection: Collection,
  call: CallOptions,
): Promise<readonly CollectionOutcome[]> {
  const outcomes = [...(await sendOnce(session, collection, call))];
  for (let attempt = 1; attempt < mostAttempts; attempt += 1) {
    const again = lockedIn(outcomes, collection.allOrNone);
    if (again.length === 0) break;
    await session.sleep(session.random() * 500 * 2 ** attempt, call.signal).catch(() => undefined);
    // What is not sent again has its outcome already.
    if (call.signal?.aborted) break;
    const repeated = await sendOnce(session, only(collection, again), call).catch(
      (error: unknown) => {
        // What was written before stays written.
        if (ConnectorError.isInstance(error))
          return again.map(() => ({ ok: false, error }) as const);
        throw error;
      },
    );
    again.forEach((place, index) => {
      const outcome = repeated[index];
      if (outcome !== undefined) outcomes[place] = outcome;
    });
  }
  return outcomes;
}

function lockedIn(outcomes: readonly CollectionOutcome[], allOrNone: boolean): readonly number[] {
  const failed = outcomes.flatMap((outcome, index) => (outcome.ok ? [] : [{ outcome, index }]));
  const locked = failed.filter(({ outcome }) => outcome.error.code === 'ERR_LOCKED');
  if (!allOrNone) return locked.map(({ index }) => index);
  const isOnlyLocked = failed.every(({ outcome }) =>
    ['ERR_LOCKED', 'ERR_ROLLED_BACK'].includes(outcome.error.code),
  );
  return locked.length > 0 && isOnlyLocked ? outcomes.map((_, index) => index) : [];
}

function only(collection: Collection, places: readonly number[]): Collection {
  const pick = <T>(items: readonly T[]): readonly T[] =>
    places.flatMap((place) => items[place] ?? []);
  return collection.kind === 'delete'
    ? { ...collection, ids: pick(collection.ids) }
    : { ...collection, records: pick(collection.records) };
}

async function sendOnce(
  session: SalesforceSession,
  collection: Collection,
  call: CallOptions,
): Promise<readonly CollectionOutcome[]> {
  const { allOrNone, object, entity, kind } = collection;
  const about = { ...call, operation: `${kind}Collection`, entity };
  const answer =
    collection.kind === 'delete'
      ? await session.request({
          ...about,
          method: 'DELETE',
          path: `/composite/sobjects?ids=${collection.ids.join(',')}&allOrNone=${allOrNone}`,
        })
      : await session.request({
          ...about,
          method: kind === 'create' ? 'POST' : 'PATCH',
          path:
            collection.kind === 'upsert'
              ? `/composite/sobjects/${object}/${collection.externalIdField}`
              : '/composite/sobjects',
          // The same values once more change nothing.
          idempotent: kind !== 'create' || collection.isOnce === true,
          json: {
            allOrNone,
            records: collection.records.map((record) => ({
              attributes: { type: object },
              ...record,
            })),
          },
        });
  const count = collection.kind === 'delete' ? collection.ids.length : collection.records.length;
  const body = answer.json();
  if (!areRows(body) || body.length !== count) throw noOutcomes(kind);
  return body.map(outcomeOf);
}

function outcomeOf(result: {
  readonly id?: unknown;
  readonly success?: unknown;
  readonly created?: unknown;
  readonly errors?: unknown;
}): CollectionOutcome {
  const { id, success, created, errors } = result;
  if (success === true && typeof id === 'string')
    return { ok: true, id, created: created !== false };
  const problems: readonly SalesforceProblem[] = problemsIn(errors);
  return { ok: false, error: salesforceError(problems).with({ system: 'salesforce' }) };
}

function noOutcomes(kind: Collection['kind']): ConnectorError {
  return new ConnectorError({
    code: 'ERR_INVALID_RESPONSE',
    category: 'transient',
    retryable: false,
    message: `Salesforce does not tell what became of the records of a ${kind}. Read them back before they are written again.`,
    system: 'salesforce',
    outcomeUnknown: true,
  });
}
