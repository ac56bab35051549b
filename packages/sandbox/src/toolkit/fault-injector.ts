import { createHash } from 'node:crypto';
import {
  builtInFaultKinds,
  type FaultCounts,
  type FaultEffect,
  type FaultMatch,
  type PendingFault,
  type RandomFaults,
  type ScriptedFault,
} from './fault.ts';
import type { SandboxRequest } from './sandbox-request.ts';
import type { SandboxResponse } from './sandbox-response.ts';
import { createSeededRandom } from './seeded-random.ts';

/** The faults of a sandbox, as tests and demos use them. */
export interface Faults {
  /** Adds a scripted fault; those that fit the same call hit one after the other, in this order. */
  add(fault: ScriptedFault): PendingFault;
  /** Starts, changes or (with `undefined`) ends faults by chance. */
  setRandom(random: RandomFaults | undefined): void;
  /** Forgets scripted and random faults; the counts stay. */
  clear(): void;
  /** Scripted faults that were not consumed yet. Empty at the end of a good test. */
  readonly pending: readonly PendingFault[];
  readonly injected: FaultCounts;
}

/** A fault that was drawn for a call. It counts only when it took effect. */
export interface DrawnFault {
  readonly effect: FaultEffect;
  /** It took effect. */
  confirm(): void;
  /** It could not take effect (no body to truncate); a scripted one waits for the next call. */
  release(): void;
}

export interface FaultInjector extends Faults {
  draw(request: SandboxRequest): DrawnFault | undefined;
}

/** A kind of fault that only this simulator knows. */
export interface NamedFault {
  /** Which calls it can hit at all, for example writes only. @default all */
  appliesTo?(request: SandboxRequest): boolean;
  /**
   * Gives the answer, or changes state and returns nothing: then the call is carried out on that
   * state. `answer` carries it out at once, for a fault that bends the real answer.
   */
  inject(
    request: SandboxRequest,
    effect: FaultEffect,
    answer: () => Promise<SandboxResponse>,
  ): SandboxResponse | undefined | Promise<SandboxResponse | undefined>;
}

export interface FaultInjectorOptions {
  readonly seed: number;
  /** Kinds that the simulator adds. */
  readonly named?: Readonly<Record<string, NamedFault>> | undefined;
  readonly random?: RandomFaults | undefined;
}

type Waiting = { fault: ScriptedFault; id: number; remaining: number; skip: number };

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);
const defaultKinds: NonNullable<RandomFaults['kinds']> = [
  { kind: 'status', status: 429, retryAfter: 1 },
  { kind: 'status', status: 503 },
  'reset',
];

function matches(match: FaultMatch | undefined, request: SandboxRequest): boolean {
  if (!match) return true;
  if (match.method !== undefined && match.method.toUpperCase() !== request.method) return false;
  if (match.operation !== undefined && match.operation !== request.operation) return false;
  const { path } = match;
  if (path === undefined) return true;
  if (path instanceof RegExp) return new RegExp(path.source, path.flags).test(request.url);
  return path.endsWith('*')
    ? request.path.startsWith(path.slice(0, -1))
    : request.path === path || request.url === path;
}

const callKey = (request: SandboxRequest): string =>
  `${request.method} ${request.url} ${createHash('sha1').update(request.body).digest('base64')}`;

export function createFaultInjector(options: FaultInjectorOptions): FaultInjector {
  const named = options.named ?? {};
  const known = new Set<string>([...builtInFaultKinds, ...Object.keys(named)]);
  const byKind = new Map<string, number>();
  const hitsByKey = new Map<string, number>();
  let waiting: Waiting[] = [];
  let random: RandomFaults | undefined;
  let lastId = 0;
  let drawn = 0;

  const assertKnown = (kind: string): void => {
    if (!known.has(kind)) {
      throw new TypeError(`Unknown fault kind "${kind}"; known: ${[...known].join(', ')}`);
    }
  };

  const canHit = (kind: string, request: SandboxRequest): boolean =>
    named[kind]?.appliesTo?.(request) ?? true;

  const count = (kind: string): void => {
    byKind.set(kind, (byKind.get(kind) ?? 0) + 1);
  };

  const setRandom = (next: RandomFaults | undefined): void => {
    if (next && !(next.rate >= 0 && next.rate <= 1)) {
      throw new RangeError(`The fault rate must be from 0 to 1, not ${next.rate}`);
    }
    for (const kind of next?.kinds ?? []) {
      if (kind !== 'reset') assertKnown(typeof kind === 'string' ? kind : kind.kind);
    }
    random = next;
    hitsByKey.clear();
  };

  const drawScripted = (request: SandboxRequest): DrawnFault | undefined => {
    let chosen: Waiting | undefined;
    for (const entry of waiting) {
      if (!matches(entry.fault.match, request) || !canHit(entry.fault.kind, request)) continue;
      if (entry.skip > 0) entry.skip -= 1;
      else chosen ??= entry;
    }
    if (!chosen) return undefined;
    const entry = chosen;
    // Claimed at once: a concurrent call must not take the same hit.
    entry.remaining -= 1;
    if (entry.remaining === 0) waiting = waiting.filter((other) => other !== entry);
    return {
      effect: entry.fault,
      confirm: () => count(entry.fault.kind),
      release() {
        if (entry.remaining === 0) waiting.unshift(entry);
        entry.remaining += 1;
      },
    };
  };

  const drawRandom = (request: SandboxRequest): DrawnFault | undefined => {
    drawn += 1;
    if (!random || random.rate === 0 || !matches(random.match, request)) return undefined;
    const dice = createSeededRandom(random.seed ?? options.seed).fork(drawn);
    if (!dice.chance(random.rate)) return undefined;
    const picked = dice.pick(random.kinds ?? defaultKinds);
    let effect: FaultEffect = typeof picked === 'string' ? { kind: picked } : picked;
    if (effect.kind === 'reset') {
      const isAfter =
        !safeMethods.has(request.method) && dice.chance(random.afterWriteShare ?? 0.1);
      effect = { kind: isAfter ? 'reset-after' : 'reset-before' };
    }
    if (!canHit(effect.kind, request)) return undefined;
    const key = callKey(request);
    const hits = hitsByKey.get(key) ?? 0;
    if (hits >= (random.maxPerKey ?? 2)) return undefined;
    hitsByKey.set(key, hits + 1);
    return { effect, confirm: () => count(effect.kind), release: () => undefined };
  };

  setRandom(options.random);

  return {
    add(fault) {
      assertKnown(fault.kind);
      lastId += 1;
      const entry = { fault, id: lastId, remaining: fault.times ?? 1, skip: fault.after ?? 0 };
      waiting.push(entry);
      return { ...fault, id: entry.id, remaining: entry.remaining };
    },
    setRandom,
    clear() {
      waiting = [];
      setRandom(undefined);
    },
    get pending() {
      return waiting.map(({ fault, id, remaining }) => ({ ...fault, id, remaining }));
    },
    get injected() {
      const total = [...byKind.values()].reduce((sum, value) => sum + value, 0);
      return { total, byKind: Object.fromEntries(byKind) };
    },
    draw: (request) => drawScripted(request) ?? drawRandom(request),
  };
}
