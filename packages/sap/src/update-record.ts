import type { WriteOptions, WriteResult } from '@common/connector-core';
import { fixedFieldsIn, notTakenOver } from './fixed-fields.ts';
import { readStored, type StoredRecord } from './sap-read.ts';
import { type SapTarget, typeFor } from './sap-target.ts';
import { planUpdate } from './sap-update-plan.ts';
import { guardedBy, sendOperations } from './send-operations.ts';
import { assertRevision, outcomeOf } from './write-result.ts';
import type { Upsert } from './writers/entity-writer.ts';

/** Changes what differs from the stored record; what is absent stays. */
export async function updateRecord(
  target: SapTarget,
  { change, stored }: { readonly change: Upsert; readonly stored: StoredRecord },
  { dryRun, ...call }: WriteOptions,
): Promise<WriteResult> {
  const { entity, client, mapping, writer } = target;
  const current = stored.record;
  const key = String(current[entity.keyProperty]);
  assertRevision(entity, change, stored);
  const desired = writer.toUpdate(
    mapping.encodePatch(writer.prepare(change.record, current)),
    current,
    change.record,
  );
  const type = await typeFor(target, desired, call);
  const updates = planUpdate({ type, desired, current });
  const operations = guardedBy(stored.etag, [
    ...updates,
    ...writer.deletions(change.record, current),
  ]);
  if (operations.length === 0) return { status: 'unchanged', key, ...outcomeOf(entity, current) };
  if (dryRun) return { status: 'updated', key };
  const messages = await sendOperations(client, operations, call);
  if (fixedFieldsIn(updates).length > 0) {
    const after = await readStored(target, key, call);
    const kept = fixedFieldsIn(planUpdate({ type, desired, current: after?.record ?? desired }));
    if (kept.length > 0) throw notTakenOver(kept, key);
  }
  return { status: 'updated', key, ...outcomeOf(entity, undefined, messages) };
}
