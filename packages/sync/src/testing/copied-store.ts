import { memoryStore } from '../state/memory-store.ts';
import type { StateStore, StateTransaction } from '../state/state-store.ts';

type Call = (state: StateTransaction) => Promise<unknown>;

/** A store of which a second one is a copy, until `stop`: for restores of an older state. */
export function copiedStore() {
  const store = memoryStore();
  const copy = memoryStore();
  let isCopying = true;
  const copied: StateStore = {
    ...store,
    async transaction(work, options) {
      let calls: Call[] = [];
      const result = await store.transaction((state) => {
        calls = [];
        return work(recorded(state, calls));
      }, options);
      if (isCopying && options?.readOnly !== true) {
        await copy.transaction(async (state) => {
          for (const call of calls) await call(state);
        });
      }
      return result;
    },
  };
  return {
    store: copied,
    stop() {
      isCopying = false;
      return copy;
    },
  };
}

function recorded(state: StateTransaction, calls: Call[]): StateTransaction {
  const groups = Object.keys(state) as (keyof StateTransaction)[];
  return Object.fromEntries(
    groups.map((group) => [
      group,
      new Proxy(state[group] as object, {
        get(methods, name: string) {
          const method = (methods as Record<string, unknown>)[name];
          if (typeof method !== 'function') return method;
          return (...call: unknown[]) => {
            calls.push((other) => {
              const again = other[group] as unknown as Record<
                string,
                (...call: unknown[]) => Promise<unknown>
              >;
              return again[name]?.(...call) ?? Promise.resolve();
            });
            return method.apply(methods, call);
          };
        },
      }),
    ]),
  ) as unknown as StateTransaction;
}
