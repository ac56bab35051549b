import type { WriteOptions } from '@common/connector-core';
import type { SalesforceRow } from '../run-query.ts';
import { isId, readByIds } from '../salesforce-read.ts';
import type { SalesforceTarget } from '../salesforce-target.ts';
import type { PlacedChange } from './waves.ts';

/** Of what is changed, and of what is deleted under a condition. */
export async function readKnown(
  target: SalesforceTarget,
  wave: readonly PlacedChange[],
  { dryRun, ...call }: WriteOptions,
): Promise<ReadonlyMap<string, SalesforceRow>> {
  const keys = wave.flatMap(({ change: { op, key, expectedRevision } }) =>
    key !== undefined && isId(key) && (op === 'upsert' || expectedRevision !== undefined || dryRun)
      ? [key]
      : [],
  );
  return keys.length === 0 ? new Map() : (await readByIds(target, keys, call)).rows;
}
