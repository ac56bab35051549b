import type { z } from 'zod';
import { followPages } from '../../connector/follow-pages.ts';
import type { CallOptions } from '../../contract/call-options.ts';
import type { CommonCall, CommonCaller } from '../common-call.ts';
import type { CommonPage } from '../common-page.ts';

/** `list` and `pages` of an endpoint that pages. */
export function listEndpoint<Filter extends object, Item>(
  caller: CommonCaller,
  endpoint: {
    readonly operation: string;
    readonly path: string;
    readonly entity: string;
    readonly schema: z.ZodType<Item>;
    /** @default the filter as it is */
    readonly toQuery?: (filter: Filter) => CommonCall['query'];
  },
) {
  const { schema, toQuery, ...parts } = endpoint;
  const list = (
    filter: Filter = {} as Filter,
    options?: CallOptions,
  ): Promise<CommonPage<Item>> => {
    const query = toQuery === undefined ? (filter as CommonCall['query']) : toQuery(filter);
    return caller.readPage({ ...parts, method: 'GET', query, options }, schema);
  };
  const pages = (
    filter: Filter & { readonly cursor?: string | undefined } = {} as Filter,
    options?: CallOptions,
  ): AsyncIterable<CommonPage<Item>> =>
    followPages({
      system: 'common',
      start: filter.cursor,
      read: (cursor) => list({ ...filter, cursor }, options),
      next: (page) => page.nextCursor,
    });
  return { list, pages };
}
