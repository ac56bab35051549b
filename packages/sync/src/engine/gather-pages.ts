import type { SourcePage } from './source-pages.ts';

/** Pages of the source as one. */
export interface GatheredPage extends SourcePage {
  /** How many they were. */
  readonly pages: number;
}

/**
 * Puts pages together while they have no more changes than that, as far as it can be told without the
 * page behind them. A source that fails does so behind what it has shown before.
 *
 * @param mostChanges - absent: each page stays by itself
 */
export async function* gatherPages(
  pages: AsyncIterable<SourcePage>,
  mostChanges: number | undefined,
): AsyncGenerator<GatheredPage> {
  let gathered: GatheredPage | undefined;
  try {
    for await (const page of pages) {
      gathered = gathered === undefined ? { ...page, pages: 1 } : joined(gathered, page);
      // The next page is probably as long as this one.
      const expected = gathered.changes.length + page.changes.length;
      if (mostChanges !== undefined && expected <= mostChanges) continue;
      const full = gathered;
      gathered = undefined;
      yield full;
    }
  } catch (error) {
    if (gathered !== undefined) yield gathered;
    throw error;
  }
  if (gathered !== undefined) yield gathered;
}

function joined(before: GatheredPage, page: SourcePage): GatheredPage {
  const failures = [...(before.failures ?? []), ...(page.failures ?? [])];
  return {
    ...page,
    changes: [...before.changes, ...page.changes],
    failures: failures.length > 0 ? failures : undefined,
    pages: before.pages + 1,
  };
}
