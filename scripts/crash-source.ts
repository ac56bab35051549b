/** A record of the source. */
export interface SourceRow {
  readonly id: string;
  readonly text: string;
  readonly tick: number;
  readonly isDeleted: boolean;
}

/** A system that people work in while it is read. */
export interface CrashSource {
  /** Changes behind a position, in the order of `(tick, id)`. The current tick is not shown: more may come. */
  page(after: { readonly tick: number; readonly id: string }, limit: number): readonly SourceRow[];
  /** Changes, adds and removes records, until the budget is used up. */
  edit(random: () => number): void;
  /** The current tick is over. */
  settle(): void;
  readonly rows: ReadonlyMap<string, SourceRow>;
  readonly changed: number;
}

/** Records that share a tick: pages end in the middle of one. */
const rowsPerTick = 7;

/** Makes `count` records; one in twenty is changed later, one in two hundred is added or removed. */
export function createCrashSource(count: number): CrashSource {
  const rows = new Map<string, SourceRow>();
  /** Sorted by tick and id; a row that was changed again stays behind, and is passed over. */
  const log: SourceRow[] = [];
  let current: SourceRow[] = [];
  let tick = 1;
  let serial = 0;
  let changed = 0;
  const ids: string[] = [];
  const budget = Math.ceil(count / 20);

  function settle(): void {
    log.push(...current.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
    current = [];
    tick += 1;
  }

  function put(id: string, isDeleted = false): void {
    serial += 1;
    const row = { id, text: `Text ${serial}`, tick, isDeleted };
    // One row shows once in a tick.
    current = current.filter((other) => other.id !== id);
    rows.set(id, row);
    current.push(row);
    if (current.length >= rowsPerTick) settle();
  }

  function add(): void {
    // Not in the order in which they are made.
    const id = `${(ids.length * 7919) % 1000003}-${ids.length}`;
    ids.push(id);
    put(id);
  }

  for (let number = 0; number < count; number += 1) add();

  return {
    rows,
    get changed() {
      return changed;
    },
    settle,
    edit(random) {
      for (let number = 0; number < 5 && changed < budget; number += 1) {
        const draw = random();
        changed += 1;
        if (draw < 0.1) {
          add();
          continue;
        }
        const id = ids[Math.floor(random() * ids.length)] ?? '';
        if (rows.get(id)?.isDeleted === false) put(id, draw < 0.2);
      }
    },
    page(after, limit) {
      const page: SourceRow[] = [];
      for (let index = firstBehind(log, after); index < log.length; index += 1) {
        const row = log[index];
        if (row === undefined || rows.get(row.id) !== row) continue;
        page.push(row);
        if (page.length === limit) break;
      }
      return page;
    },
  };
}

function firstBehind(
  log: readonly SourceRow[],
  { tick, id }: { readonly tick: number; readonly id: string },
): number {
  let low = 0;
  let high = log.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = log[middle];
    if (row !== undefined && (row.tick < tick || (row.tick === tick && row.id <= id))) {
      low = middle + 1;
    } else high = middle;
  }
  return low;
}
