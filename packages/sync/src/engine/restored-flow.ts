import type { JsonValue } from '@common/connector-core';
import { restoreMarkOf } from '../state/restore-mark.ts';
import type { StateTransaction } from '../state/state-store.ts';
import type { Flow } from './flow.ts';
import type { NamedCheckpoint } from './full-read.ts';
import type { Session } from './session.ts';

/** What a flow knows of a restore of its state. */
export interface RestoredFlow {
  readonly id: string;
  /** What is not linked may have been created by the life that the state has forgotten. */
  readonly isLooking: boolean;
  /** Flows of the other direction that have not looked yet: what is not linked may be theirs. */
  readonly waitsFor: readonly string[];
  readonly stored: Looked | undefined;
}

/** How far a flow is, after the restore `id`. */
interface Looked {
  readonly id: string;
  /**
   * `reading`: everything is being read; `waiting`: it was, and what is not linked waits for the other
   * direction; `looked`: so it was, and all that this flow has created is linked; `done`.
   */
  readonly status: 'reading' | 'waiting' | 'looked' | 'done';
  /** Some of it was read while the other direction had not looked. */
  readonly hasWaited?: boolean;
}

const name = 'restored';
const otherSide = { left: 'right', right: 'left' } as const;

/** The flow, with what the state says about a restore. */
export async function withRestore(flow: Flow): Promise<Flow> {
  const restored = await flow.store.transaction((state) => restoredOf(flow, state), {
    readOnly: true,
  });
  return { ...flow, restored };
}

async function restoredOf(flow: Flow, state: StateTransaction): Promise<RestoredFlow | undefined> {
  const mark = await restoreMarkOf(state, flow.key.tenant);
  if (mark === undefined) return undefined;
  const { id } = mark;
  const lookedOf = async (own: string) => {
    const key = { ...flow.key, flow: own };
    const looked = (await state.checkpoints.get(key, name)) as unknown as Looked | undefined;
    return looked?.id === id ? looked : undefined;
  };
  const stored = await lookedOf(flow.key.flow);
  if (mark.isOver === true || stored?.status === 'done') {
    return { id, stored, isLooking: false, waitsFor: [] };
  }
  const waitsFor: string[] = [];
  for (const other of await flowsOf(flow, state, otherSide[flow.side])) {
    const status = (await lookedOf(other))?.status;
    if (status !== 'looked' && status !== 'done') waitsFor.push(other);
  }
  return { id, stored, isLooking: true, waitsFor };
}

/** Whether the target can be asked for what was created. */
function canLook({ target, matchBy }: Flow): boolean {
  return target.idempotency === 'external-reference' || matchBy !== undefined;
}

/** Everything is read once, from the beginning, whatever was asked for. */
export async function beginLooking(flow: Flow, session: Session): Promise<void> {
  const { restored, key } = flow;
  if (restored?.isLooking !== true) return;
  const { stored, id } = restored;
  const isBegun = stored?.status === 'reading';
  const hasWaited = hasWaitedSoFar(restored);
  if (isBegun && hasWaited === (stored?.hasWaited === true)) return;
  await flow.store.transaction(
    async ({ checkpoints }) => {
      if (!isBegun) await checkpoints.set(key, 'full', undefined);
      const next: Looked = { id, status: 'reading', hasWaited };
      await checkpoints.set(key, name, next as unknown as JsonValue);
    },
    { lease: session.lease() },
  );
}

/** To be stored when everything is read. */
export function finishLooking(flow: Flow): readonly NamedCheckpoint[] {
  const { restored } = flow;
  if (restored?.isLooking !== true) return [];
  const waiting = canLook(flow) ? 'looked' : 'waiting';
  const status = hasWaitedSoFar(restored) ? waiting : 'done';
  return [{ name, value: { id: restored.id, status } satisfies Looked }];
}

function hasWaitedSoFar({ stored, waitsFor }: RestoredFlow): boolean {
  return waitsFor.length > 0 || (stored?.status === 'reading' && stored.hasWaited === true);
}

/** Notes that the flow works on a shared identity map, for the time after a restore. */
export async function joinSpace(flow: Flow, state: StateTransaction): Promise<void> {
  if (!flow.sharesLinks) return;
  const flows = await flowsOf(flow, state, flow.side);
  if (flows.includes(flow.key.flow)) return;
  await state.checkpoints.set(spaceKey(flow), flow.side, [...flows, flow.key.flow]);
}

async function flowsOf(
  flow: Flow,
  state: StateTransaction,
  side: Flow['side'],
): Promise<readonly string[]> {
  if (!flow.sharesLinks) return [];
  return ((await state.checkpoints.get(spaceKey(flow), side)) ?? []) as readonly string[];
}

// The identity map's own place among the flows of the tenant.
const spaceKey = ({ key, space }: Flow) => ({ ...key, flow: `space:${space.space}` });
