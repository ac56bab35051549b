import { type StoreSuiteOptions, storeTests } from '../store-suite/store-suite.ts';
import type { BudgetState, BudgetStore } from './budget.ts';

/** What the suite needs of a test runner and of the store. */
export type BudgetStoreConformanceOptions = StoreSuiteOptions<BudgetStore>;

const state = (spent: number): BudgetState => ({
  workers: { 'worker "1"': 1_767_225_600_123 },
  spent: { '60000': { '589075200': spent, '589075201': 0.5 } },
  pausedUntil: 1_767_225_600_123.25,
});
const spentOf = (known: BudgetState | undefined): number =>
  known?.spent['60000']?.['589075200'] ?? 0;

/** The behaviour that governors rely on, as tests. Every store must pass all of them. */
export function budgetStoreConformance(options: BudgetStoreConformanceOptions): void {
  const { describe, expect } = options;

  const test = storeTests(options);
  const read = (store: BudgetStore, budget: string) =>
    store.update(budget, (known) => ({ state: known ?? state(0), result: known }));
  const addOne = (store: BudgetStore, budget: string) =>
    store.update(budget, (known) => {
      const spent = spentOf(known) + 1;
      return { state: state(spent), result: spent };
    });

  describe('budgets', () => {
    test('begin with nothing, and are read as they were written', async (store, open) => {
      expect(await store.update('a', (known) => ({ state: state(7), result: known }))).toEqual(
        undefined,
      );
      expect(await read(store, 'a')).toEqual(state(7));
      expect(await read(await open(), 'a')).toEqual(state(7));
    });

    test('are apart from each other, whatever their names', async (store) => {
      const names = ['a', 'A', ' a', '', "'; drop table vendor_budget; --", '%', 'Ä€😀'];
      for (const [index, name] of names.entries()) {
        await store.update(name, () => ({ state: state(index), result: undefined }));
      }
      const spent = [];
      for (const name of names) spent.push(spentOf(await read(store, name)));
      expect(spent).toEqual(names.map((_, index) => index));
    });

    test('lose no change of many who change them at once', async (store, open) => {
      const other = await open();
      const results = await Promise.all(
        Array.from({ length: 60 }, (_, index) => addOne(index % 2 === 0 ? store : other, 'a')),
      );
      expect(results.sort((a, b) => a - b)).toEqual(results.map((_, index) => index + 1));
      expect(spentOf(await read(store, 'a'))).toEqual(60);
    });

    test('stay as they are when a change fails', async (store) => {
      await addOne(store, 'a');
      const failed = store.update('a', () => {
        throw new Error('no');
      });
      expect(await failed.catch((error: Error) => error.message)).toEqual('no');
      expect(await addOne(store, 'a')).toEqual(2);
    });
  });
}
