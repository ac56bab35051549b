/** Where a sandbox's clock starts unless told otherwise, and the time that seeded data is stamped with. */
export const seedInstant = '2026-01-05T08:00:00.000Z';

/** The time of a sandbox. Everything that a simulator stamps or lets expire reads it. */
export interface SandboxClock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** `now()` as ISO instant with milliseconds. */
  iso(): string;
  /** Jumps to an instant, back or forth. @throws RangeError when it is not a date */
  set(instant: string | number | Date): void;
  /** Moves on by milliseconds. */
  advance(milliseconds: number): void;
  /**
   * The time to stamp a change with: moves a fixed clock on by `advancePerWriteMs` first, so that
   * change times differ as they do in a real system. Returns milliseconds since the epoch.
   */
  stampWrite(): number;
}

export interface SandboxClockOptions {
  /** @default '2026-01-05T08:00:00.000Z' */
  readonly startAt?: string | number | Date | undefined;
  /**
   * `fixed` stands still until it is moved; `ticking` goes on with real time from `startAt`.
   * @default 'fixed'
   */
  readonly mode?: 'fixed' | 'ticking' | undefined;
  /**
   * By how many milliseconds each write moves a fixed clock; 0 makes all changes simultaneous.
   * @default 1
   */
  readonly advancePerWriteMs?: number | undefined;
}

function parseInstant(instant: string | number | Date): number {
  const time = new Date(instant).getTime();
  if (Number.isNaN(time)) {
    throw new RangeError(`"${String(instant)}" is not an instant; use ISO 8601 or milliseconds`);
  }
  return time;
}

export function createSandboxClock(options: SandboxClockOptions = {}): SandboxClock {
  const { startAt = seedInstant, mode = 'fixed', advancePerWriteMs = 1 } = options;
  let base = parseInstant(startAt);
  let basedAt = performance.now();
  const elapsed = (): number => (mode === 'ticking' ? performance.now() - basedAt : 0);
  const now = (): number => Math.floor(base + elapsed());

  return {
    now,
    iso: () => new Date(now()).toISOString(),
    set(instant) {
      base = parseInstant(instant);
      basedAt = performance.now();
    },
    advance(milliseconds) {
      base += milliseconds;
    },
    stampWrite() {
      if (mode === 'fixed') base += advancePerWriteMs;
      return now();
    },
  };
}
