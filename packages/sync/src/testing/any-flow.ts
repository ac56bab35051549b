import type { ChangeDetection, WriteResult } from '@common/connector-core';
import fc from 'fast-check';
import { expect } from 'vitest';
import { createSync, type Sync } from '../engine/create-sync.ts';
import type { Mapping, MappingContext } from '../mapping/mapping.ts';
import { markRestored } from '../state/restore-mark.ts';
import type { StateStore } from '../state/state-store.ts';
import type { SyncTarget, TargetIdempotency } from '../target/sync-target.ts';
import { copiedStore } from './copied-store.ts';
import { fakeClock } from './fake-clock.ts';
import { createLives, type Life } from './lives.ts';
import { type Item, memoryConnector } from './memory-connector.ts';

export const anyKind: fc.Arbitrary<Kind> = fc.record({
  idempotency: fc.constantFrom('native', 'external-reference', 'none', 'upsert', 'position'),
  read: fc.constantFrom<Kind['read']>(
    { changes: 'timestamp', deletesVisible: true },
    { changes: 'timestamp', deletesVisible: false },
    { changes: 'event', deletesVisible: true },
    { changes: 'none', deletesVisible: false },
  ),
  hasParts: fc.boolean(),
  hasVersions: fc.boolean(),
  checkTarget: fc.boolean(),
  bulkFrom: fc.constantFrom(undefined, undefined, 6),
});

/** What a flow is like. */
export interface Kind {
  readonly idempotency: TargetIdempotency;
  readonly read: { readonly changes: ChangeDetection; readonly deletesVisible: boolean };
  readonly hasParts: boolean;
  /** The mapping has versions. */
  readonly hasVersions: boolean;
  readonly checkTarget: boolean;
  /** Pages of the source are put together up to so many records. */
  readonly bulkFrom: number | undefined;
}

/** A record as it is, or one per line of an order; a new version of the mapping says so in every quantity. */
function mappingOf({ hasParts, hasVersions }: Kind, version: number): Mapping<Item, Item> {
  const quantityOf = (quantity = '') => (hasVersions ? `${quantity} v${version}` : quantity);
  return {
    ...(hasVersions ? { version: `${version}` } : {}),
    map: ({ name, quantity, lines = [], source }) =>
      hasParts
        ? lines.map((line) => ({
            key: `${source?.key}/${line.lineNumber}`,
            part: { name, lines: [line] } as Item,
            record: { name: `${name}/${line.lineNumber}`, quantity: quantityOf(line.quantity) },
          }))
        : { record: { name, quantity: quantityOf(quantity) } },
  };
}

/** A flow between systems that are edited, disturbed and restored. */
export function createWorld(kind: Kind) {
  const { idempotency, read, hasParts, hasVersions, bulkFrom, checkTarget } = kind;
  const backup = copiedStore();
  let { store }: { store: StateStore } = backup;
  let older: StateStore | undefined;
  let serial = 0;
  let version = 1;
  /** Left to people, by key of a record or part. */
  const undecided = new Set<string>();
  const clock = fakeClock();
  const lives = createLives();
  const { crashPoint, fault } = lives;
  let beforeRead = () => {};
  const source = memoryConnector({
    id: 'a',
    pageSize: 3,
    crashPoint,
    capabilities: read,
    onRead: () => beforeRead(),
  });
  const isOurs = idempotency === 'upsert' || idempotency === 'position';
  const target = memoryConnector({
    id: 'b',
    crashPoint,
    fault,
    capabilities: { idempotency: isOurs ? 'none' : idempotency, ...(bulkFrom && { bulkFrom }) },
  });
  lives.disturb(source);
  lives.disturb(target);
  const keyed = keyedTarget(lives, idempotency);
  const flow = (through: StateStore = store): Sync =>
    createSync<Item, Item>({
      id: 'flow',
      source: source.connector,
      target: isOurs ? keyed.target : target.connector,
      entity: 'item',
      ...(hasParts || hasVersions ? { mapping: mappingOf(kind, version) } : {}),
      checkTarget,
      store: through,
      clock,
      random: () => 0.5,
      logger: { debug() {}, info() {}, warn() {}, error() {} },
      writeConcurrency: 3,
      writeRetries: 2,
      deletes: { maxCount: 2, maxShare: 0 },
    });
  const shown = () =>
    (isOurs ? keyed.live() : [...target.live().values()])
      .map(({ name, quantity }) => [name, quantity ?? ''] as const)
      .sort();
  const wanted = () =>
    [...source.live()]
      .flatMap(([key, record]) => {
        const mapped = mappingOf(kind, version).map(
          { ...record, source: { system: 'a', entity: 'item', key } },
          {} as MappingContext,
        );
        return [mapped ?? []].flat().flatMap(({ record: made }) => made ?? []);
      })
      .map(({ name, quantity }) => [name, quantity ?? ''] as const)
      .sort();

  const isSettled = (key: string) => !undecided.has(key) && !undecided.has(key.split('/')[0] ?? '');

  return {
    flow,
    isSettled,
    shown,
    has: (key: string) => source.live().has(key),
    wanted,
    undecided,
    /** A person has to look for what may be there. */
    isTargetMute: idempotency === 'none' || idempotency === 'position',
    /** Dead letters that a person may replay without a look. */
    async certain(): Promise<readonly string[]> {
      const letters = await flow().deadLetters.list();
      return letters.flatMap(({ id, error }) => (error.code === 'ERR_OUTCOME_UNKNOWN' ? [] : [id]));
    },
    /** The mapping has a new version. */
    upgrade() {
      version += 1;
    },
    backUp() {
      older ??= backup.stop();
    },
    async restore() {
      // A target that knows a creation by its content may get it twice.
      if (idempotency === 'native') return;
      if (older === undefined || store === older) return;
      store = older;
      await markRestored({ store });
    },
    edit({ key, value, lines }: Edit): void {
      const before = source.live().get(key);
      const lost = (before?.lines ?? []).some(({ lineNumber }) => !lines.includes(lineNumber));
      const isGone = value === undefined || lost;
      // Nothing tells that it was created since the backup.
      if (older !== undefined && before !== undefined && isGone) undecided.add(key);
      if (value === undefined) {
        if (before !== undefined) source.remove(key);
        return;
      }
      serial += 1;
      // What was changed and changed back since the backup is not found.
      const quantity = `${older === undefined ? value : serial + 10}.000`;
      const ofLines = { lines: lines.map((lineNumber) => ({ lineNumber, quantity })) };
      source.put(key, { name: key, quantity, ...(hasParts ? ofLines : {}) });
    },
    beforeRead(turn: number, work: () => void) {
      let reads = 0;
      beforeRead = () => {
        reads += 1;
        if (reads === turn) work();
      };
    },
    async live(
      work: (sync: Sync, signal: AbortSignal) => Promise<unknown>,
      next: Partial<Life> = {},
    ) {
      const result = await lives.live(next, store, (through, signal) =>
        work(flow(through), signal),
      );
      beforeRead = () => {};
      clock.advance(120_000);
      const names = shown().flatMap(([name]) => (isSettled(name) ? [name] : []));
      expect(new Set(names).size, `doubled: ${names}`).toBe(names.length);
      return result;
    },
  };
}

/** A target in memory that takes our keys, or goes back to a position. */
function keyedTarget(lives: ReturnType<typeof createLives>, idempotency: TargetIdempotency) {
  let log: { readonly key: string; readonly record: Item | undefined }[] = [];
  const rows = () => {
    const live = new Map<string, Item>();
    for (const { key, record } of log) {
      if (record === undefined) live.delete(key);
      else live.set(key, record);
    }
    return live;
  };
  const target: SyncTarget = {
    idempotency,
    maxBatchSize: 2,
    async write(_entity, changes) {
      lives.crashPoint();
      const results = changes.map((change): WriteResult => {
        const fault = lives.fault(change);
        const key = change.key ?? '';
        if (fault === undefined || fault === 'lost') {
          log.push({ key, record: change.op === 'delete' ? undefined : (change.record as Item) });
        }
        if (fault !== undefined) return lives.resultOf(fault);
        return { status: change.op === 'delete' ? 'deleted' : 'updated', key };
      });
      lives.crashPoint();
      return results;
    },
    ...(idempotency === 'position'
      ? {
          position: async () => ({ offset: log.length }),
          async resume(position) {
            const { offset = log.length } = (position ?? {}) as { offset?: number };
            log = log.slice(0, offset);
          },
        }
      : {}),
  };
  return { target, live: () => [...rows().values()] };
}

export type World = ReturnType<typeof createWorld>;

/** Of a record at the source; without a value it is removed. */
export interface Edit {
  readonly key: string;
  readonly value: number | undefined;
  readonly lines: readonly string[];
}
export const anyKey = fc.integer({ min: 1, max: 8 }).map((number) => `s${number}`);
export const anyEdit: fc.Arbitrary<Edit> = fc.record({
  key: anyKey,
  value: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined, freq: 4 }),
  lines: fc.uniqueArray(fc.constantFrom('10', '20', '30'), { maxLength: 3 }),
});
