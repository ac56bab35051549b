import type { StateTransaction } from '../state/state-store.ts';
import type { DeleteGuard, DeleteGuardStart } from './delete-guard.ts';
import type { Flow } from './flow.ts';

const checkpointName = 'steps';

/** What the steps of a run have in common: it is stored while the source has more. */
export type RunSteps = Omit<DeleteGuardStart, 'approved'>;

/** What the steps before have left; absent at the first one, and for a run that is made at once. */
export async function stepsBefore({ store, key }: Flow): Promise<RunSteps | undefined> {
  const stored = await store.transaction((state) => state.checkpoints.get(key, checkpointName), {
    readOnly: true,
  });
  return stored as RunSteps | undefined;
}

/** To be stored with the end of a step. */
export function storeSteps(
  state: StateTransaction,
  { key }: Flow,
  { admitted, isApprovalUsed }: DeleteGuard,
): Promise<void> {
  return state.checkpoints.set(key, checkpointName, { admitted, isApprovalUsed });
}

/** The run has come to its end. */
export function forgetSteps(state: StateTransaction, { key }: Flow): Promise<void> {
  return state.checkpoints.set(key, checkpointName, undefined);
}
