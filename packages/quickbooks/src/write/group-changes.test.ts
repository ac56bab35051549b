import type { WriteChange } from '@common/connector-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupChanges } from './group-changes.ts';

const change: fc.Arbitrary<WriteChange> = fc.oneof(
  fc.record({ op: fc.constant('upsert' as const), record: fc.constant({}) }),
  fc.record({
    op: fc.constant('upsert' as const),
    record: fc.constant({}),
    idempotencyKey: fc.string({ minLength: 1 }),
  }),
  fc.record({
    op: fc.constantFrom('upsert' as const, 'delete' as const),
    key: fc.constantFrom('1', '2', '3'),
    record: fc.constant({}),
  }) as fc.Arbitrary<WriteChange>,
);

const kind = fc.constantFrom('list' as const, 'transaction' as const);

describe('groups of changes', () => {
  it('have every change once, 30 at most together, and those of a record in their order', () => {
    fc.assert(
      fc.property(kind, fc.array(change, { maxLength: 120 }), (entityKind, changes) => {
        const places = changes.map((_, place) => place);
        const waves = groupChanges({ kind: entityKind }, changes, places);
        expect(waves.flat(2).sort((a, b) => a - b)).toEqual(places);
        const order = new Map<string, number>();
        for (const wave of waves) {
          const keys = wave.flat().flatMap((place) => changes[place]?.key ?? []);
          expect(new Set(keys).size).toBe(keys.length);
          for (const group of wave) expect(group.length).toBeLessThanOrEqual(30);
          for (const place of wave.flat()) {
            const key = changes[place]?.key;
            if (key === undefined) continue;
            expect(place).toBeGreaterThan(order.get(key) ?? -1);
            order.set(key, place);
          }
        }
      }),
    );
  });

  it('have a new transaction with a key alone, and new names together', () => {
    const created = (n: number) => ({ op: 'upsert', record: {}, idempotencyKey: `K${n}` }) as const;
    const changes = [created(1), created(2), { op: 'upsert', record: {} } as const];
    expect(groupChanges({ kind: 'transaction' }, changes, [0, 1, 2])).toEqual([[[0], [1], [2]]]);
    expect(groupChanges({ kind: 'list' }, changes, [0, 1, 2])).toEqual([[[0, 1, 2]]]);
  });
});
