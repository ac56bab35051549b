import type { CallOptions, WriteOptions, WriteResult } from '@common/connector-core';
import type { ObjectDescription } from '../object-description.ts';
import { bulkWriteFrom } from '../salesforce-settings-schema.ts';
import type { SalesforceTarget } from '../salesforce-target.ts';
import type { CollectionOutcome } from './collections.ts';
import { failure } from './failures.ts';
import { madeBefore } from './made-before.ts';
import { readKnown } from './read-known.ts';
import { prepare, type ReadyChange } from './ready-change.ts';
import { chunksOf, sendChunk } from './send-chunks.ts';
import { withStandardPrices } from './standard-prices.ts';
import type { PlacedChange } from './waves.ts';

/**
 * Writes records of objects without lines, up to 200 in a request. A new record with an external
 * reference or an idempotency key is upserted by it, so that sending it twice makes one record.
 */
export async function writeCollected(
  target: SalesforceTarget,
  wave: readonly PlacedChange[],
  results: WriteResult[],
  { dryRun = false, ...call }: WriteOptions,
): Promise<void> {
  const { entity, session, settings } = target;
  const description = await session.describe(entity.object, call);
  if (!dryRun && bulkWriteFrom(settings) !== undefined) {
    await session.runningJobs.settle(entity.object, call);
  }
  const known = await readKnown(target, wave, { dryRun, ...call });
  const ready: ReadyChange[] = [];
  for (const { index, change } of wave) {
    try {
      const prepared = prepare(target, change, { known, description, dryRun });
      if ('status' in prepared) results[index] = prepared;
      else if (dryRun) results[index] = expected(prepared);
      else ready.push({ ...prepared, index });
    } catch (error) {
      results[index] = failure(target, change.key, error);
    }
  }
  const priced = await withPriceBooks(target, ready, results, { description, ...call });
  await Promise.all(
    chunksOf(target, priced, description).map(async (chunk) => {
      const { members } = chunk;
      const outcomes = await sendChunk(target, chunk, { description, ...call });
      const made = await madeBefore(target, members, outcomes, call);
      members.forEach((sent, place) => {
        const outcome = outcomes[place];
        const key = sent.once === undefined ? undefined : made.get(sent.once.toLowerCase());
        if (key !== undefined) results[sent.index] = { status: 'created', key };
        else if (outcome !== undefined) results[sent.index] = resultOf(target, sent, outcome);
      });
    }),
  );
}

/** New prices need a price book, and one in the standard book first. */
async function withPriceBooks(
  target: SalesforceTarget,
  ready: readonly ReadyChange[],
  results: WriteResult[],
  call: CallOptions & { readonly description: ObjectDescription },
): Promise<readonly ReadyChange[]> {
  if (target.entity.object !== 'PricebookEntry') return ready;
  const isNew = ({ kind }: ReadyChange): boolean => kind === 'create' || kind === 'upsert';
  const others = ready.filter((one) => !isNew(one));
  try {
    return [...(await withStandardPrices(target, ready.filter(isNew), call)), ...others];
  } catch (error) {
    for (const { index } of ready.filter(isNew)) {
      const result = failure(target, undefined, error);
      // Whatever became of the standard prices: these were not sent.
      results[index] = 'error' in result ? { status: 'failed', error: result.error } : result;
    }
    return others;
  }
}

/** What a write would answer. */
function expected({ kind, key = '' }: Omit<ReadyChange, 'index'>): WriteResult {
  if (kind === 'delete') return { status: 'deleted', key };
  return { status: kind === 'update' ? 'updated' : 'created', key };
}

function resultOf(
  target: SalesforceTarget,
  sent: ReadyChange,
  outcome: CollectionOutcome,
): WriteResult {
  const { kind, key, isRepeatable = false } = sent;
  if (!outcome.ok) {
    // Deleted before: it is as wanted.
    if (kind === 'delete' && outcome.error.vendorCode === 'ENTITY_IS_DELETED') {
      return { status: 'deleted', key: key ?? '' };
    }
    return failure(target, key, outcome.error);
  }
  if (kind === 'delete') return { status: 'deleted', key: key ?? '' };
  if (kind === 'update') return { status: 'updated', key: outcome.id };
  const isNew = kind === 'create' || outcome.created || isRepeatable;
  return { status: isNew ? 'created' : 'updated', key: outcome.id };
}
