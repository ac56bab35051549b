/**
 * Makes work on many items of calls with one each: what comes while some are worked on goes together
 * behind them. Nothing waits for company. All calls of a batch end as its work does.
 */
export function gathered<Item>(
  work: (items: readonly Item[]) => Promise<void>,
): (item: Item) => Promise<void> {
  let waiting: Item[] = [];
  let next: Promise<void> | undefined;
  let current: Promise<void> = Promise.resolve();

  function begin(): Promise<void> {
    const items = waiting;
    waiting = [];
    next = undefined;
    const done = work(items);
    current = done.catch(() => undefined);
    return done;
  }

  return (item) => {
    waiting.push(item);
    next ??= current.then(begin);
    return next;
  };
}
