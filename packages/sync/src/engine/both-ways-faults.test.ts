import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markRestored } from '../state/restore-mark.ts';
import type { StateStore } from '../state/state-store.ts';
import { copiedStore } from '../testing/copied-store.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { anyLife, createLives, type Life } from '../testing/lives.ts';
import { type Item, memoryConnector } from '../testing/memory-connector.ts';
import type { ConflictPolicy } from './conflict-policy.ts';
import { createSync, type Sync } from './create-sync.ts';

type Side = 'a' | 'b';
type Direction = 'toA' | 'toB';
type Work = (sync: Sync, signal: AbortSignal) => Promise<unknown>;
interface Edit {
  readonly side: Side;
  readonly owner: Side;
  readonly number: number;
  /** Removes the record, or sets or clears one field; what is not there is made. */
  readonly field: Field | 'all';
  readonly value: string | undefined;
}
type Field = 'quantity' | 'note';
const other = { a: 'b', b: 'a' } as const;
const policies = {
  none: undefined,
  'a wins': { toB: 'source', toA: 'target' },
  'b wins': { toB: 'target', toA: 'source' },
  held: { toB: 'hold', toA: 'hold' },
} as const satisfies Record<string, Record<Direction, ConflictPolicy> | undefined>;

interface Kind {
  readonly idempotency: 'native' | 'external-reference';
  readonly policy: keyof typeof policies;
  /** Both systems show what they have, and nothing of what is gone. */
  readonly isListed: boolean;
}

/** Both directions of a pair, whose users and processes do as they like. */
function createWorld({ idempotency, policy, isListed }: Kind) {
  const backup = copiedStore();
  let { store }: { store: StateStore } = backup;
  let older: StateStore | undefined;
  let edits = 0;
  /** Deleted since the backup, by name: nothing tells that they were created since. */
  const deleted = new Set<string>();
  const lost = () => (store === older ? deleted : new Set<string>());
  const clock = fakeClock();
  const lives = createLives();
  const { crashPoint, fault } = lives;
  const system = (id: Side) => {
    const made = memoryConnector({
      id,
      pageSize: 4,
      crashPoint,
      fault,
      capabilities: {
        idempotency,
        ...(isListed ? { changes: 'none', deletesVisible: false } : {}),
      },
    });
    lives.disturb(made);
    return made;
  };
  const sides = { a: system('a'), b: system('b') };
  const flow = (direction: Direction, through: StateStore = store): Sync =>
    createSync<Item, Item>({
      id: direction,
      source: sides[direction === 'toB' ? 'a' : 'b'].connector,
      target: sides[direction === 'toB' ? 'b' : 'a'].connector,
      entity: 'item',
      store: through,
      clock,
      random: () => 0.5,
      writeConcurrency: 3,
      writeRetries: 2,
      deletes: { maxCount: 100, detect: isListed },
      compare: ['name', 'quantity', 'note'],
      link: { space: 'items', side: direction === 'toB' ? 'left' : 'right' },
      conflicts: policies[policy]?.[direction],
    });
  const keyOf = (side: Side, name: string) =>
    [...sides[side].live()].find(([, record]) => record.name === name)?.[0];
  const removed = new Set<string>();
  /** Which sides users worked on, by name and field. */
  const touched = new Map<string, Set<Side>>();
  /** As users have left it. */
  const left = new Map<string, string | undefined>();

  function look(): void {
    for (const side of ['a', 'b'] as const) {
      const all = [...sides[side].live().values()].map(({ name }) => name);
      const names = all.filter((name) => !lost().has(name));
      expect(new Set(names).size, `doubled at ${side}`).toBe(names.length);
    }
  }

  return {
    sides,
    flow,
    /** Whoever deletes a record has a word in all its fields. */
    isOfOneSide(field: string): boolean {
      const name = field.split(' ')[0] ?? '';
      const fields = removed.has(name) ? [`${name} quantity`, `${name} note`] : [field];
      return new Set(fields.flatMap((own) => [...(touched.get(own) ?? [])])).size === 1;
    },
    lost,
    isRestored: () => store === older,
    backUp() {
      older ??= backup.stop();
    },
    async restore() {
      // A target that knows a creation by its content may get it twice.
      if (older === undefined || idempotency === 'native') return;
      if (store === older) return;
      store = older;
      await markRestored({ store });
    },
    left,
    look,
    /** A record belongs to the side where it was made; nobody makes it at the other one. */
    edit({ side, owner, number, field, value }: Edit): void {
      const name = `${owner}${number}`;
      const key = keyOf(side, name);
      edits += 1;
      // What was changed and changed back since the backup is not found.
      const set = value && (older === undefined ? value : `${10 + edits}`);
      const touch = (values: { readonly [field in Field]?: string | undefined }) => {
        for (const [own, to] of Object.entries(values)) {
          const at = `${name} ${own}`;
          touched.set(at, (touched.get(at) ?? new Set()).add(side));
          left.set(at, to);
        }
      };
      if (key !== undefined) {
        if (field === 'all') {
          touch({ quantity: undefined, note: undefined });
          removed.add(name);
          if (older !== undefined) deleted.add(name);
          sides[side].remove(key);
        } else {
          touch({ [field]: set });
          const { [field]: _, ...others } = sides[side].live().get(key) ?? {};
          sides[side].put(key, { name, ...others, ...(set && { [field]: set }) });
        }
      } else if (side === owner && touched.get(`${name} quantity`)?.has(other[side]) !== true) {
        touch({ quantity: set, note: undefined });
        sides[side].put(`own-${name}`, { name, ...(set && { quantity: set }) });
      }
    },
    async live(
      direction: Direction,
      next: Partial<Life> = {},
      work: Work = (sync, signal) => sync.run({ signal }),
    ): Promise<unknown> {
      // What vanishes is found here, not how much of it may: sometimes it is all there is.
      await flow(direction).approveDeletes({ atMost: 100 });
      const result = await lives.live(next, store, (through, signal) =>
        work(flow(direction, through), signal),
      );
      clock.advance(120_000);
      look();
      return result;
    },
    async letters(): Promise<readonly string[]> {
      const letters = await Promise.all(
        (['toA', 'toB'] as const).map(async (direction) => {
          const source = sides[direction === 'toB' ? 'a' : 'b'].live();
          // A list does not tell of what is gone and linked no more: a person discards it.
          return (await flow(direction).deadLetters.list()).filter(
            ({ key, error }) => !(isListed && error.code === 'ERR_NOT_FOUND' && !source.has(key)),
          );
        }),
      );
      return letters.flat().map(({ error }) => error.code);
    },
  };
}

const edit: fc.Arbitrary<Edit> = fc.record({
  side: fc.constantFrom<Side>('a', 'b'),
  owner: fc.constantFrom<Side>('a', 'a', 'b'),
  number: fc.integer({ min: 1, max: 4 }),
  field: fc.constantFrom('quantity' as const, 'quantity' as const, 'note' as const, 'all' as const),
  value: fc.constantFrom('1', '2', '3', undefined),
});
/** A person goes through the dead letters. */
function decide(side: 'source' | 'target'): Work {
  return async ({ deadLetters }, signal) => {
    for (const { id, error } of await deadLetters.list()) {
      if (error.code === 'ERR_CONFLICT') await deadLetters.resolve(id, side, { signal });
      else await deadLetters.replay(id, { signal });
    }
  };
}

/** What refused them is mended. */
const mend: Work = async ({ deadLetters }) => {
  for (const { id, error } of await deadLetters.list()) {
    if (error.code === 'ERR_VALIDATION') await deadLetters.replay(id);
  }
};

const mode = fc.constantFrom('incremental' as const, 'incremental' as const, 'full' as const);
const maxPages = fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined });
const work: fc.Arbitrary<Work> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ mode, maxPages }).map(
      (options): Work =>
        (sync, signal) =>
          sync.run({ ...options, signal }),
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(decide('source'), decide('target')) },
  {
    weight: 1,
    arbitrary: fc.constant<Work>(async (sync, signal) =>
      sync.apply(await sync.plan({ signal }), { signal }),
    ),
  },
);
const life = fc.record({
  edits: fc.array(edit, { maxLength: 6 }),
  state: fc.constantFrom('kept' as const, 'kept' as const, 'backUp' as const, 'restore' as const),
  direction: fc.constantFrom<Direction>('toA', 'toB'),
  work,
  what: anyLife,
});

/** By name and field. */
const shown = (side: ReturnType<typeof memoryConnector>, lost: ReadonlySet<string>) =>
  new Map(
    [...side.live().values()].flatMap(({ name, quantity, note }) =>
      lost.has(name)
        ? []
        : [
            [name, name] as const,
            [`${name} quantity`, quantity] as const,
            [`${name} note`, note] as const,
          ],
    ),
  );

const anyKind: fc.Arbitrary<Kind> = fc.record({
  idempotency: fc.constantFrom('native' as const, 'external-reference' as const),
  policy: fc.constantFrom(...(Object.keys(policies) as (keyof typeof policies)[])),
  isListed: fc.boolean(),
});

describe('both directions, whatever becomes of writes and processes', () => {
  it('at rest both sides are equal, once people have decided what is held', async () => {
    await fc.assert(
      fc.asyncProperty(anyKind, fc.array(life, { maxLength: 6 }), async (kind, steps) => {
        const { policy } = kind;
        const world = createWorld(kind);
        const { sides, live } = world;
        // Each is known to the other one from its first run on.
        for (const direction of ['toB', 'toA'] as const) await live(direction);
        for (const { edits, state, direction, what, work: does } of steps) {
          if (state !== 'kept') await world[state]();
          for (const change of edits) world.edit(change);
          await live(direction, what, does);
        }
        for (let round = 0; round < 3; round += 1) {
          for (const direction of ['toA', 'toB', 'toA'] as const) await live(direction);
          for (const direction of ['toA', 'toB'] as const) await live(direction, {}, mend);
        }
        const done = () => sides.a.log.length + sides.b.log.length;
        const before = done();
        for (const direction of ['toB', 'toA'] as const) {
          expect(await live(direction)).toBe(undefined);
        }
        expect(done()).toBe(before);
        if (policy === 'held') {
          if (world.lost().size === 0) {
            expect(new Set([...(await world.letters()), 'ERR_CONFLICT']).size).toBe(1);
          }
          for (let round = 0; round < 2; round += 1) {
            await live('toB', {}, decide('source'));
            await live('toA', {}, decide('target'));
            for (const direction of ['toB', 'toA'] as const) await live(direction);
          }
        }
        if (world.lost().size === 0) expect(await world.letters()).toEqual([]);
        const settled = shown(sides.a, world.lost());
        expect(settled).toEqual(shown(sides.b, world.lost()));
        if (world.isRestored()) return;
        // What people of one side alone have worked on is as they have left it.
        for (const [field, value] of world.left) {
          if (world.isOfOneSide(field)) {
            expect([field, settled.get(field)]).toEqual([field, value]);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});
