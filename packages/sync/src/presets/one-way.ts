import type { ConflictPolicy } from '../engine/conflict-policy.ts';
import type { DeletionOptions } from '../engine/deletion-limits.ts';
import type { SyncOptions } from '../engine/sync-options.ts';

/**
 * What a flow brings:
 *
 * - `masterData`: products, customers, suppliers, accounts;
 * - `documents`: invoices, payments, journal entries, orders that only one side changes.
 */
export type RecordKind = 'masterData' | 'documents';

/** Options of `oneWay`; what is given beside `records` goes to the flow as it is. */
export interface OneWayOptions extends Omit<SyncOptions, 'conflicts'> {
  readonly records: RecordKind;
}

interface Policy {
  readonly conflicts: ConflictPolicy;
  readonly deletes: DeletionOptions;
}

const policies: Readonly<Record<RecordKind, Policy>> = {
  // The source owns it: its value stands, and what was deleted at the target comes back. Documents refer
  // to master data, so a tenth of it at once is never what somebody wanted.
  masterData: { conflicts: 'source', deletes: { maxCount: 10, maxShare: 0.01 } },
  // Money: a person looks at what both sides changed, and at every deletion. Books know reversals.
  documents: { conflicts: 'hold', deletes: { maxCount: 0, maxShare: 0 } },
};

/**
 * A flow from the system that owns the records to one that only has them: a catalogue, customers and
 * suppliers that are kept in one place, invoices, payments.
 *
 * | | `masterData` | `documents` |
 * |---|---|---|
 * | both sides changed a field | the source's value stands | held for review (`ERR_CONFLICT`) |
 * | deleted at the target | created again when it changes | held for review |
 * | changed at the target only | left alone | left alone |
 * | deletions without being asked | 10, or a hundredth of the records | none: each run asks (`approveDeletes`) |
 *
 * For `documents` give `compare`, the fields that the target keeps as they were written: what it computes
 * or rounds is no conflict. A target that is no connector (a table, a file) cannot be merged with; there
 * the flow writes over what is there.
 */
export function oneWay({ records, deletes, ...options }: OneWayOptions): SyncOptions {
  const policy = policies[records];
  const { target } = options;
  const canMerge =
    'specificationVersion' in target || (target.patches === true && target.get !== undefined);
  return {
    ...options,
    deletes: { ...policy.deletes, ...deletes },
    ...(canMerge ? { conflicts: policy.conflicts } : {}),
  };
}
