import type { StateStore } from '../state/state-store.ts';

/** The process is dead: nothing that it calls does anything any more. */
class Crash extends Error {}

/** A process that dies at its n-th step. Steps are counted over the store and both connectors. */
export function crashingProcess(deathAt: number) {
  let steps = 0;
  const step = () => {
    steps += 1;
    if (steps >= deathAt) throw new Crash('crash');
  };
  return {
    /** For `crashPoint` of a connector. */
    step,
    isDead: () => steps >= deathAt,
    steps: () => steps,
    /** A store whose transactions may die before they begin, before their commit, and after it. */
    store(store: StateStore): StateStore {
      return {
        ...store,
        async transaction(work, options) {
          step();
          const result = await store.transaction(async (state) => {
            const value = await work(state);
            step();
            return value;
          }, options);
          step();
          return result;
        },
      };
    },
  };
}
