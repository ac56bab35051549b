import { type Checkpoint, systemClock } from '@common/connector-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openSap } from './open-sap.fixture.ts';

const lagMs = 60_000;
const products = 60;
const hourMs = 3_600_000;

/** What may happen, in any order. */
const step = fc.oneof(
  // A transaction becomes visible, stamped up to nearly the lag ago.
  fc.record({
    do: fc.constant('commit' as const),
    count: fc.integer({ min: 1, max: 3 }),
    stampedMsAgo: fc.integer({ min: 0, max: lagMs - 1 }),
  }),
  // A record whose change time lies in the future.
  fc.record({ do: fc.constant('future' as const) }),
  // A product that may have been changed and read before is changed again.
  fc.record({ do: fc.constant('rewrite' as const), index: fc.integer({ min: 0, max: 59 }) }),
  fc.record({
    do: fc.constant('wait' as const),
    ms: fc.constantFrom(1, 500, 20_000, lagMs, hourMs),
  }),
  fc.record({ do: fc.constant('read' as const) }),
  fc.record({ do: fc.constant('read' as const) }),
  fc.record({ do: fc.constant('read' as const) }),
  // The reader dies, with or without having kept the checkpoint of what it read.
  fc.record({ do: fc.constant('die' as const) }),
  fc.record({ do: fc.constant('readAndDie' as const) }),
);

describe('changes that are read while others write', () => {
  it('bring the last state of every record, whenever the reader stops and goes on', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 40 }),
        // The clocks of the two systems need not agree.
        fc.integer({ min: -hourMs, max: hourMs }),
        async (steps, skewMs) => {
          await using sap = await openSap({ products });
          const { sandbox } = sap;
          const clock = {
            now: () => sandbox.clock.now() + skewMs,
            sleep: systemClock.sleep,
          };
          const erp = sap.connect({ pageSize: 7, safetyLagMs: lagMs, clock });
          const delivered = new Map<string, string | undefined>();
          let kept: Checkpoint | undefined;
          let pages: ReturnType<typeof erp.changes<'product'>> | undefined;
          let running: AsyncIterator<unknown> | undefined;

          const read = async ({ keep }: { readonly keep: boolean }): Promise<boolean> => {
            pages ??= erp.changes('product', kept);
            running ??= pages[Symbol.asyncIterator]();
            const { value, done } = (await running.next()) as IteratorResult<
              { readonly changes: readonly never[]; readonly checkpoint: Checkpoint },
              undefined
            >;
            if (done || value === undefined) {
              die();
              return false;
            }
            for (const change of value.changes as readonly {
              readonly record: { readonly productNumber: string; readonly grossWeight?: string };
            }[]) {
              delivered.set(change.record.productNumber, change.record.grossWeight);
            }
            if (keep) kept = value.checkpoint;
            return true;
          };
          const die = (): void => {
            pages = undefined;
            running = undefined;
          };
          const readToTheEnd = async (): Promise<void> => {
            while (await read({ keep: true }));
          };

          for (const [position, one] of steps.entries()) {
            if (one.do === 'commit') sandbox.actions.changeProducts(one);
            if (one.do === 'future') {
              // Twice, so that the future is not the last that happens to the record.
              sandbox.actions.markProductsForDeletion({ count: 1, stampedMsAgo: -24 * hourMs });
            }
            if (one.do === 'rewrite') {
              const productNumber = `MZ-FG-${String(one.index + 1).padStart(6, '0')}`;
              const grossWeight = `${position + 1}.125`;
              await sap.erp.write('product', [
                {
                  op: 'upsert',
                  key: productNumber,
                  record: { productNumber, grossWeight } as never,
                },
              ]);
            }
            if (one.do === 'wait') sandbox.clock.advance(one.ms);
            if (one.do === 'read') await read({ keep: true });
            if (one.do === 'die') die();
            if (one.do === 'readAndDie') {
              await read({ keep: false });
              die();
            }
          }
          // Whatever was under way ends, then one more search finds the rest.
          await readToTheEnd();
          await readToTheEnd();
          const stored = [...sandbox.state.products()].map(({ product }) => [
            product.Product,
            product.GrossWeight,
          ]);
          expect([...delivered].sort()).toEqual(stored.sort());
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});
