/** How urgent work is. */
export type Priority = 'interactive' | 'backfill';

/** Of so many starts one is backfill's, when both wait. */
const backfillTurn = 10;

/** Whose turn it is. */
export interface Turn<Waiter> {
  readonly waiter: Waiter;
  readonly priority: Priority;
  /** Backfill in its guaranteed turn. */
  readonly isGuaranteed: boolean;
}

/** Two queues: interactive goes first, but every tenth start belongs to backfill. */
export interface Lanes<Waiter> {
  readonly size: number;
  add(waiter: Waiter, priority: Priority): void;
  /** It left without having started. */
  remove(waiter: Waiter, priority: Priority): void;
  next(): Turn<Waiter> | undefined;
  /** The turn is taken. */
  take(turn: Turn<Waiter>): void;
}

/** Makes empty lanes. All operations take constant time. */
export function createLanes<Waiter extends object>(): Lanes<Waiter> {
  const lanes = { interactive: createLane<Waiter>(), backfill: createLane<Waiter>() };
  // Interactive starts in a row while backfill waited.
  let passed = 0;

  return {
    get size() {
      return lanes.interactive.waiters.size + lanes.backfill.waiters.size;
    },
    add: (waiter, priority) => void lanes[priority].waiters.add(waiter),
    remove: (waiter, priority) => void lanes[priority].waiters.delete(waiter),
    next() {
      const interactive = lanes.interactive.first();
      const backfill = lanes.backfill.first();
      if (backfill !== undefined && (interactive === undefined || passed >= backfillTurn - 1)) {
        return {
          waiter: backfill,
          priority: 'backfill',
          isGuaranteed: passed >= backfillTurn - 1,
        };
      }
      if (interactive === undefined) return undefined;
      return { waiter: interactive, priority: 'interactive', isGuaranteed: false };
    },
    take({ waiter, priority }) {
      lanes[priority].waiters.delete(waiter);
      passed = priority === 'interactive' && lanes.backfill.waiters.size > 0 ? passed + 1 : 0;
    },
  };
}

interface Lane<Waiter> {
  readonly waiters: Set<Waiter>;
  first(): Waiter | undefined;
}

function createLane<Waiter>(): Lane<Waiter> {
  const waiters = new Set<Waiter>();
  // Kept from call to call: a new iterator would walk over the places of all who have gone. It is never
  // asked beyond the last waiter, and so sees all who are added later.
  const rest = waiters.values();
  let head: Waiter | undefined;
  return {
    waiters,
    first() {
      while (head === undefined || !waiters.has(head)) {
        if (waiters.size === 0) {
          head = undefined;
          return undefined;
        }
        head = rest.next().value;
      }
      return head;
    },
  };
}
