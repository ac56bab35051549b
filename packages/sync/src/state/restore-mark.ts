import { randomUUID } from 'node:crypto';
import type { JsonValue } from '@common/connector-core';
import type { FlowKey } from './flow-key.ts';
import type { StateStore, StateTransaction } from './state-store.ts';

/** Says that the state is older than what was written by it. */
export interface RestoreMark {
  /** Each restore has its own. */
  readonly id: string;
  /** Nobody looks for lost creations any more. */
  readonly isOver?: boolean | undefined;
}

/** No flow has this name: it stands for all flows of a tenant, or of all tenants. */
const keyOf = (tenant: string): FlowKey => ({ tenant, flow: '' });
const everyTenant = '';
const name = 'restored';

/** Options of `markRestored` and `endRestore`. */
export interface RestoreOptions {
  readonly store: StateStore;
  /** @default all of them */
  readonly tenant?: string | undefined;
}

/**
 * To be called once after a state was restored from an older copy, before anything runs: what was created
 * since is then looked for, by every flow, before it is created. Copies that `backupState` makes are
 * marked already.
 */
export function markRestored({ store, tenant }: RestoreOptions): Promise<void> {
  return setMark(store, tenant, () => ({ id: randomUUID() }));
}

/**
 * Ends it for all flows, also for those that have not run since or wait for each other: from here on
 * what is not linked is created.
 */
export function endRestore({ store, tenant }: RestoreOptions): Promise<void> {
  return setMark(store, tenant, (mark) => mark && { ...mark, isOver: true });
}

/** The mark of a tenant; absent where nothing was restored. */
export async function restoreMarkOf(
  state: StateTransaction,
  tenant: string,
): Promise<RestoreMark | undefined> {
  const found = [await markOf(state, everyTenant), await markOf(state, tenant)];
  const marks = found.filter((mark) => mark !== undefined);
  if (marks.length === 0) return undefined;
  return {
    id: [...new Set(marks.map(({ id }) => id))].join(),
    isOver: marks.every(({ isOver }) => isOver === true),
  };
}

async function markOf(state: StateTransaction, tenant: string): Promise<RestoreMark | undefined> {
  return (await state.checkpoints.get(keyOf(tenant), name)) as unknown as RestoreMark | undefined;
}

function setMark(
  store: StateStore,
  tenant: string | undefined,
  change: (mark: RestoreMark | undefined) => RestoreMark | undefined,
): Promise<void> {
  return store.transaction(
    async (state) => {
      const of = tenant ?? everyTenant;
      const mark = change(await markOf(state, of));
      await state.checkpoints.set(keyOf(of), name, mark as unknown as JsonValue | undefined);
    },
    { repeat: 'always' },
  );
}
