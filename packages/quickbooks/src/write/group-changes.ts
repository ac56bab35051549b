import type { WriteChange } from '@common/connector-core';
import type { QuickbooksEntity } from '../quickbooks-entity.ts';
import { maxBatchItems } from '../quickbooks-limits.ts';
import { isCreate } from './plan-write.ts';

/** Places of changes that are sent together. */
export type Group = readonly number[];

/**
 * Groups changes for batches, by their places. Groups of a wave may go at the same time; a further
 * change of a record is in a later wave than the one before it.
 *
 * The request id makes a whole batch repeatable, not its items, and is good for its retries only. So a new transaction with an idempotency key goes alone, under its own id. What may
 * go in any set: updates and deletions, which their SyncToken guards; new records of name lists, whose
 * name nobody can have twice; what comes without a key.
 *
 * @see docs/decisions/2026-11-20-quickbooks-request-ids-and-batches.md
 */
export function groupChanges(
  { kind }: Pick<QuickbooksEntity, 'kind'>,
  changes: readonly WriteChange[],
  places: Group,
): readonly (readonly Group[])[] {
  const goesAlone = (place: number): boolean => {
    const change = changes[place]!;
    return kind === 'transaction' && isCreate(change) && change.idempotencyKey !== undefined;
  };
  return wavesOf(changes, places).map((wave) => {
    const together = wave.filter((place) => !goesAlone(place));
    const batches = Array.from({ length: Math.ceil(together.length / maxBatchItems) }, (_, index) =>
      together.slice(index * maxBatchItems, (index + 1) * maxBatchItems),
    );
    return [...wave.filter(goesAlone).map((place) => [place]), ...batches];
  });
}

function wavesOf(changes: readonly WriteChange[], places: Group): readonly Group[] {
  const waves: number[][] = [];
  const counts = new Map<string, number>();
  for (const place of places) {
    const { key } = changes[place]!;
    const wave = key === undefined ? 0 : (counts.get(key) ?? 0);
    if (key !== undefined) counts.set(key, wave + 1);
    waves[wave] ??= [];
    waves[wave].push(place);
  }
  return waves;
}
