/** What the parts of a crash run tell each other over the channel that `fork` opens. */

/** How a target tells a repeated create, in turns over the flows. */
export type CrashIdempotency = 'native' | 'external-reference';

/**
 * Who has the flows run: `in-process` one process; `leases` several that compete for the same flows;
 * `pg-boss` several workers of the flow runner.
 */
export type CrashEngine = 'in-process' | 'leases' | 'pg-boss';

/** What the vendors are made of. */
export interface VendorOrder {
  readonly flows: readonly string[];
  /** Of all flows together. */
  readonly records: number;
  readonly seed: number;
  /** Share of the requests that are hit. */
  readonly faultRate: number;
  /** The targets know no keys, whatever they say: shows that the check can fail. */
  readonly isForgetful: boolean;
  /** Keeps back the answer of one write of each flow, until `release`. */
  readonly isHolding: boolean;
}

/** What the vendors tell. */
export type VendorEvent =
  | { readonly kind: 'listening'; readonly url: string }
  /** Effects at the targets so far. */
  | { readonly kind: 'written'; readonly effects: number }
  /** The answer of a write is kept back: its worker waits in the middle of a page. */
  | { readonly kind: 'held'; readonly worker: number; readonly flow: string };

/** What is true at the vendors, whatever anybody reports. */
export interface Verdict {
  /** Source records without their latest content at the target, and deletions that did not arrive. */
  readonly lost: number;
  /** Creates beyond the first for the same source record, whether they are still there or not. */
  readonly doubled: number;
  /** Changes of the source: while it was read. */
  readonly changed: number;
  /** Requests that were hit by a fault. */
  readonly faults: number;
  readonly examples: readonly string[];
}

/** What a worker is told while it runs. */
export type WorkerCommand = 'go' | 'look';

/** What a worker is told at its start; it begins with `go`. */
export interface WorkerOrder {
  readonly vendorUrl: string;
  readonly storeUrl: string;
  readonly schema: string | undefined;
  readonly flows: readonly string[];
  /** The flow that it begins with. */
  readonly first: number;
  readonly leaseMs: number;
  readonly engine: CrashEngine;
  /** One that was refused does nothing more: it would take another flow until it is killed. */
  readonly restsWhenRefused: boolean;
  /** For the last one: runs every flow until there is nothing left to do. */
  readonly isLast: boolean;
}

/** What a worker tells. */
export type WorkerReport =
  | { readonly kind: 'ready' }
  /** A run came to its end. */
  | { readonly kind: 'ran'; readonly flow: string; readonly resumed: boolean }
  /** A run ended with an error. */
  | { readonly kind: 'ended'; readonly flow: string; readonly code: string }
  /** The answer to `look`: requests to the vendors so far, and those of them that wait for their answer. */
  | { readonly kind: 'looked'; readonly begun: number; readonly pending: number }
  /** Something that must not happen. */
  | { readonly kind: 'failure'; readonly error: string }
  | { readonly kind: 'done' };

/** Flows are named after how their target tells a repeated create. */
export function flowNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const idempotency: CrashIdempotency = index % 2 === 0 ? 'native' : 'external-reference';
    return `${idempotency}-${index}`;
  });
}

export function idempotencyOf(flow: string): CrashIdempotency {
  return flow.startsWith('native') ? 'native' : 'external-reference';
}
