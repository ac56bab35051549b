/**
 * Asks for the next item while the current one is worked on: at most one ahead.
 *
 * @param isWanted - whether the one behind the current item will be worked on for certain
 */
export async function* prefetch<Item>(
  items: AsyncIterable<Item>,
  isWanted: () => boolean = () => true,
): AsyncGenerator<Item> {
  const iterator = items[Symbol.asyncIterator]();
  let next: Promise<IteratorResult<Item>> | undefined;
  try {
    for (;;) {
      const { done, value } = await (next ?? iterator.next());
      if (done === true) return;
      next = isWanted() ? iterator.next() : undefined;
      // It may fail before anybody waits for it.
      next?.catch(() => undefined);
      yield value;
    }
  } finally {
    await next?.catch(() => undefined);
    await iterator.return?.();
  }
}
