import type { HttpResponse } from '@common/connector-core';
import { createLoopGuard, resolveLink } from '../paging/page-link.ts';
import { parsePage } from '../paging/parse-page.ts';
import type { Dialect } from './dialect.ts';
import { interpretResponse, type ODataPage } from './interpret-response.ts';
import type { ListOptions } from './odata-client.ts';
import { type EntityReference, type ListOperation, nameOf } from './operation.ts';
import { prepareRequest } from './prepare-request.ts';

/** What the reading of pages needs of the client. */
export interface PageSource {
  readonly dialect: Dialect;
  readonly baseUrl: string;
  readonly servicePath: string;
  readonly rebaseLinks: boolean;
  /** Path and query below the base, the client's own query included. */
  url(input: { readonly path: string; readonly query: string }): string;
  /** The link with the client's own query options, where it lacks them: `sap-client` gets lost. */
  complete(link: string): string;
  read(input: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly entity: string;
    readonly options: ListOptions;
  }): Promise<HttpResponse>;
}

/** Reads page after page, following the service's links as they are. */
export async function* listPages(
  request: ListOperation & ListOptions,
  source: PageSource,
): AsyncGenerator<ODataPage> {
  const { dialect } = source;
  const { clientPageSize } = request;
  const operation = { op: 'list', ...inKeyOrder(request) } as const;
  const prepared = prepareRequest(operation, dialect);
  const entity = nameOf(request.entity);
  const guard = createLoopGuard(entity);
  const headers = { ...prepared.headers, ...prefer(request) };
  const follow = (link: string) =>
    source.complete(resolveLink({ ...source, link, rebase: source.rebaseLinks }));

  let link: string | undefined = request.from;
  let url = link === undefined ? source.baseUrl + source.url(prepared) : follow(link);
  let totalCount: number | undefined;
  for (;;) {
    guard(url);
    const response = await source.read({ url, headers, entity, options: request });
    const page = interpretResponse({
      operation,
      response: {
        status: response.status,
        headers: response.headers,
        body: parsePage(response, dialect.version),
      },
      dialect,
    }).page as ODataPage;
    totalCount = page.totalCount ?? totalCount;
    link = page.nextLink;
    if (link === undefined && clientPageSize !== undefined) {
      link = nextBySkip({ url, page, totalCount });
    }
    yield link === page.nextLink ? page : { ...page, nextLink: link };
    if (link === undefined) return;
    url = follow(link);
  }
}

// A page shorter than asked for is no end: the service may cap it below `$top`.
function nextBySkip(input: {
  readonly url: string;
  readonly page: ODataPage;
  readonly totalCount: number | undefined;
}): string | undefined {
  const { url, page, totalCount } = input;
  const received = page.records.length + page.failures.length;
  const skip = /([?&]\$skip=)(\d+)/;
  const match = skip.exec(url);
  if (received === 0 || match === null) return undefined;
  const next = Number(match[2]) + received;
  if (totalCount !== undefined && next >= totalCount) return undefined;
  return url.replace(skip, `$1${next}`);
}

function inKeyOrder(
  request: ListOperation & ListOptions,
): ListOperation<EntityReference> & { readonly query: NonNullable<ListOperation['query']> } {
  const { entity, via, query = {}, clientPageSize } = request;
  if (clientPageSize === undefined) return { entity, via, query };
  // Without an order, pages by `$skip` may repeat records and leave others out.
  const key = typeof entity === 'string' ? undefined : entity.key;
  return {
    entity,
    via,
    query: { ...query, orderBy: query.orderBy ?? key, top: clientPageSize, skip: query.skip ?? 0 },
  };
}

function prefer(options: ListOptions): Record<string, string> {
  const wishes = [
    options.maxPageSize === undefined ? [] : [`odata.maxpagesize=${options.maxPageSize}`],
    options.trackChanges ? ['odata.track-changes'] : [],
  ].flat();
  return wishes.length === 0 ? {} : { prefer: wishes.join(',') };
}
