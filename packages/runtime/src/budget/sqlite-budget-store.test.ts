import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BudgetStore,
  budgetStoreConformance,
  createGovernor,
  manualClock,
} from '@common/connector-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqliteStore } from '../sqlite-store.ts';
import { type SqliteBudgetStore, sqliteBudgetStore } from './sqlite-budget-store.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sqlite-budgets-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const newPath = (): string => {
  files += 1;
  return join(folder, `budgets-${files}.db`);
};

describe('sqliteBudgetStore', () => {
  const paths = new Map<BudgetStore, string>();
  const open = async (path: string): Promise<BudgetStore> => {
    const store = sqliteBudgetStore({ path });
    paths.set(store, path);
    return store;
  };
  budgetStoreConformance({
    describe,
    it,
    expect,
    create: () => open(newPath()),
    reopen: (store) => open(paths.get(store) ?? ''),
    async close(stores) {
      for (const store of stores) await (store as SqliteBudgetStore).close();
    },
  });

  it('lets governors on two connections keep one limit', async () => {
    const path = newPath();
    const clock = manualClock(0);
    const stores = [sqliteBudgetStore({ path }), sqliteBudgetStore({ path })];
    const starts: number[] = [];
    const calls = stores.map((store) => {
      const rate = { requests: 10, perMs: 60_000 };
      const governor = createGovernor({ clock, rate, shared: { store, name: 'vendor:1' } });
      return Promise.all(
        Array.from({ length: 10 }, () => governor.run(async () => void starts.push(clock.now()))),
      );
    });
    let isDone = false;
    void Promise.all(calls).then(() => {
      isDone = true;
    });
    // The database answers in real time, between the steps of the simulated one.
    while (!isDone) {
      await clock.advance(500);
      expect(clock.now()).toBeLessThan(600_000);
    }
    for (const start of starts) {
      const within = starts.filter((at) => at >= start && at < start + 60_000);
      expect(within.length).toBeLessThanOrEqual(10);
    }
    expect(starts).toHaveLength(20);
    for (const store of stores) await store.close();
  });

  it('shares the file of a state store, which closes it', async () => {
    const store = sqliteStore({ path: newPath() });
    const budgets = sqliteBudgetStore({ store });
    const governor = createGovernor({ shared: { store: budgets, name: 'vendor:1' } });
    expect(await governor.run(async () => 'ran')).toBe('ran');
    await budgets.close();
    expect(await store.transaction(async (state) => state.checkpoints !== undefined)).toBe(true);
    await store.close();
  });

  it('says what it needs', () => {
    expect(() => sqliteBudgetStore({})).toThrow('sqliteBudgetStore needs a path');
  });
});
