/** Things by their name. */
export interface KeptWhileUsed<Thing> {
  /** The one of this name, or a new one. */
  get(name: string, make: () => Thing): Thing;
  readonly size: number;
}

/**
 * One thing for each name as long as anybody holds it; of those that nobody holds, the `most` that were
 * asked for last. Two holders never have two: nothing is forgotten that is in use.
 */
export function keptWhileUsed<Thing extends object>(most: number): KeptWhileUsed<Thing> {
  const held = new Map<string, WeakRef<Thing>>();
  // In the order of their last use.
  const recent = new Map<string, Thing>();
  const collected = new FinalizationRegistry<string>((name) => {
    // Another may have its name by now.
    if (held.get(name)?.deref() === undefined) held.delete(name);
  });

  return {
    get(name, make) {
      let thing = held.get(name)?.deref();
      if (thing === undefined) {
        thing = make();
        held.set(name, new WeakRef(thing));
        collected.register(thing, name);
      }
      recent.delete(name);
      recent.set(name, thing);
      for (const eldest of recent.keys()) {
        if (recent.size <= most) break;
        recent.delete(eldest);
      }
      return thing;
    },
    get size() {
      return held.size;
    },
  };
}
