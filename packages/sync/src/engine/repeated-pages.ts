import { ConnectorError } from '@common/connector-core';
import type { Flow } from './flow.ts';
import type { SourcePage } from './source-pages.ts';

/** A queue may well hand out the same change a few times. */
const mostRepeats = 10;

/** Guards against a source that goes round in circles: it throws when the same page comes again and again. */
export async function* withoutRepeatedPages(
  flow: Flow,
  pages: AsyncIterable<SourcePage>,
): AsyncGenerator<SourcePage> {
  let previous: string | undefined;
  let repeats = 0;
  for await (const page of pages) {
    const current = fingerprint(page);
    repeats = current !== undefined && current === previous ? repeats + 1 : 0;
    previous = current;
    if (repeats < mostRepeats) {
      yield page;
      continue;
    }
    throw new ConnectorError({
      code: 'ERR_PAGINATION_LOOP',
      category: 'internal',
      system: flow.source.manifest.id,
      entity: flow.sourceEntity,
      message:
        `The source gave the same page of ${page.changes.length} changes ${repeats + 1} times in a row. ` +
        'What it gave is synced; its paging (or the acknowledgement of its queue) does not move on and must be corrected.',
    });
  }
}

/** Of the ends of a page: enough to tell whether the source moves on. */
function fingerprint({ changes, checkpoint }: SourcePage): string | undefined {
  if (changes.length === 0) return undefined;
  return JSON.stringify([checkpoint, changes.length, changes[0], changes.at(-1)]);
}
