import type { CallOptions, Governor } from '@common/connector-core';

/**
 * Runs a batch when there is room for one. An abort ends the waiting; of a batch that is under way the
 * pipeline tells what became of it.
 */
export async function withinBatchLimit<T>(
  governor: Governor,
  work: () => Promise<T>,
  { signal, priority }: CallOptions,
): Promise<T> {
  let begun: Promise<T> | undefined;
  const begin = (): Promise<T> => {
    begun = work();
    return begun;
  };
  try {
    return await governor.run(begin, { signal, priority });
  } catch (error) {
    // Not begun and aborted: the pipeline says so in its own words, and sends nothing.
    if (begun === undefined && signal?.aborted) return work();
    if (begun === undefined) throw error;
    return begun;
  }
}
