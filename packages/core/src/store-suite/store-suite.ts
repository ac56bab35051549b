/** What a suite of a store needs: of a test runner (vitest, jest and `node:test` with an `expect` fit), and of the store. */
export interface StoreSuiteOptions<Store> {
  readonly describe: (name: string, body: () => void) => void;
  readonly it: (name: string, body: () => Promise<void>) => void;
  readonly expect: (actual: unknown) => { toEqual(expected: unknown): void };
  /** An empty store, a new one each time. */
  readonly create: () => Promise<Store>;
  /** What is in it, opened again as by another process. Only for stores that processes share. */
  readonly reopen?: ((store: Store) => Promise<Store>) | undefined;
  /** Called after each test, with all stores that were made in it. */
  readonly close?: ((stores: readonly Store[]) => Promise<void>) | undefined;
}

/** Makes tests that get an empty store, and can open it again; without `reopen` that is the same one. */
export function storeTests<Store>({ it, create, reopen, close }: StoreSuiteOptions<Store>) {
  return (name: string, work: (store: Store, open: () => Promise<Store>) => Promise<void>): void =>
    it(name, async () => {
      const store = await create();
      const stores = [store];
      try {
        await work(store, async () => {
          const other = reopen === undefined ? store : await reopen(store);
          stores.push(other);
          return other;
        });
      } finally {
        await close?.(stores);
      }
    });
}
