import { ConnectorError } from '../errors/connector-error.ts';

/** How a vendor's pages hang together. */
export interface FollowPagesOptions<Page> {
  /** `manifest.id`, for errors. */
  readonly system: string;
  /** Cursor of the first page. @default none: the beginning */
  readonly start?: string | undefined;
  /** Reads the page of a cursor. */
  readonly read: (cursor: string | undefined) => Promise<Page>;
  /** Cursor of the page behind this one; nothing when it is the last. */
  readonly next: (page: Page) => string | null | undefined;
}

/**
 * Reads page after page, each when it is asked for.
 *
 * @throws ConnectorError `ERR_PAGINATION_LOOP` when a cursor comes again
 */
export async function* followPages<Page>(options: FollowPagesOptions<Page>): AsyncGenerator<Page> {
  const { system, read, next } = options;
  const seen = new Set<string>();
  for (let cursor = options.start; ; ) {
    if (cursor !== undefined) seen.add(cursor);
    const page = await read(cursor);
    yield page;
    const following = next(page) ?? undefined;
    if (following === undefined) return;
    if (seen.has(following)) {
      throw new ConnectorError({
        code: 'ERR_PAGINATION_LOOP',
        category: 'transient',
        retryable: false,
        message: `${system} leads back to a page that was read already, so the read would never end. Report it to the owner of the system.`,
        system,
      });
    }
    cursor = following;
  }
}
