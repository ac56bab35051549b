import type { ODataAnswer, ODataCall } from './call.ts';
import { dialectOf } from './dialect.ts';
import { SapFault, type SapMessage } from './fault.ts';
import type { EntitySet, Row } from './model.ts';
import { type Page, readPage, startToken } from './page.ts';
import { parseQueryOptions, type QueryOptions } from './query-options.ts';
import { etagReader } from './related.ts';
import { resolvePath, type Target } from './resolve.ts';
import type { PathSegment } from './resource-path.ts';
import type { Store } from './store.ts';
import { wireV2 } from './wire.ts';

export interface ReadContext {
  readonly store: Store;
  /** Rows of a page at most. */
  readonly pageSizeOf: (set: EntitySet) => number;
}

/** Answers GET on a set, an entity, a property or `$count`. */
export function readResource(
  call: ODataCall,
  segments: readonly PathSegment[],
  context: ReadContext,
): ODataAnswer {
  const target = resolvePath(segments, { service: call.service, store: context.store });
  switch (target.is) {
    case 'collection':
      return readCollection(call, target, context);
    case 'entity':
      return readEntity(call, target, context.store);
    default:
      return readProperty(call, target);
  }
}

function readCollection(
  call: ODataCall,
  target: Extract<Target, { is: 'collection' }>,
  { store, pageSizeOf }: ReadContext,
): ODataAnswer {
  const { set } = target;
  const query = parseQueryOptions(call.rawQuery, { service: call.service, set });
  const table = store.table(set.table);
  if (target.isCount) {
    const rows = target.rows ?? table.rows();
    const count = query.filter ? rows.filter(query.filter).length : rows.length;
    return {
      status: 200,
      headers: { ...dialectOf(call).headers, 'content-type': 'text/plain;charset=utf-8' },
      body: String(count),
    };
  }
  const preferred = Number(/odata\.maxpagesize=(\d+)/.exec(call.headers.prefer ?? '')?.[1]);
  const pageSize = Math.min(pageSizeOf(set), preferred > 0 ? preferred : Number.POSITIVE_INFINITY);
  const page = readPage({ table, set, rows: target.rows, query, pageSize });
  const dialect = dialectOf(call);
  const bent = bendPage(call, page, query);
  const write = dialect.compileWriter(
    { service: call.service, store, wire: dialect.wire, root: call.root },
    set,
    query.selection,
  );
  const body = dialect.collection({
    set,
    entities: bent.page.rows.map(write),
    count: page.count,
    nextLink: bent.nextLink,
  });
  return { status: 200, headers: dialect.headers, body };
}

function bendPage(
  call: ODataCall,
  page: Page,
  query: QueryOptions,
): { readonly page: Page; readonly nextLink: string | undefined } {
  const link = page.next && nextLinkOf(call, query, page.next);
  switch (call.pagingHook) {
    case 'empty-page': {
      // A real page may be empty and still go on; this one goes on where it began.
      const next = { skipToken: query.skipToken ?? startToken, top: query.top };
      return { page: { ...page, rows: [] }, nextLink: nextLinkOf(call, query, next) };
    }
    case 'loop-next-link':
      return {
        page,
        nextLink: `${call.root}/${call.path}${call.rawQuery ? `?${call.rawQuery}` : ''}`,
      };
    case 'cross-origin-next-link':
      return {
        page,
        nextLink: (link ?? `${call.root}/${call.path}`).replace(
          /^https?:\/\/[^/]+/,
          'http://elsewhere.example',
        ),
      };
    default:
      return { page, nextLink: link };
  }
}

/** The options of the call with the token in place of `$skip`; `$top` is what is left of it. */
function nextLinkOf(call: ODataCall, query: QueryOptions, next: NonNullable<Page['next']>): string {
  const options = new Map([...query.custom, ...query.system]);
  options.delete('$skip');
  options.delete('$top');
  if (next.top !== undefined) options.set('$top', String(next.top));
  options.set('$skiptoken', next.skipToken);
  const text = [...options]
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  // V2 links are absolute, those of V4 relative to the service root.
  const prefix = call.service.odataVersion === 2 ? `${call.root}/` : '';
  return `${prefix}${call.path}?${text}`;
}

function readEntity(
  call: ODataCall,
  { set, row }: { readonly set: EntitySet; readonly row: Row },
  store: Store,
): ODataAnswer {
  const etag = set.etag && etagReader(store, set.etag, call.service.odataVersion)(row);
  if (etag !== undefined && call.headers['if-none-match'] === etag) {
    return { status: 304, headers: { etag } };
  }
  const answer = entityAnswer(call, { set, row, store, query: call.rawQuery });
  return { status: 200, ...answer };
}

/** Headers and body of one entity. */
export function entityAnswer(
  call: ODataCall,
  entity: {
    readonly set: EntitySet;
    readonly row: Row;
    readonly store: Store;
    readonly query: string;
    readonly messages?: readonly SapMessage[];
  },
): Pick<ODataAnswer, 'headers' | 'body'> {
  const { set, row, store } = entity;
  const { service, root } = call;
  const { selection } = parseQueryOptions(entity.query, { service, set });
  const dialect = dialectOf(call);
  const write = dialect.compileWriter(
    { service, store, wire: dialect.wire, root },
    set,
    selection,
    entity.messages,
  );
  const etag = set.etag && etagReader(store, set.etag, service.odataVersion)(row);
  return {
    headers: { ...dialect.headers, ...(etag === undefined ? {} : { etag }) },
    body: dialect.entity(write(row), set),
  };
}

function readProperty(call: ODataCall, target: Extract<Target, { is: 'property' }>): ODataAnswer {
  const { row, property, isRaw } = target;
  const value = row[property.field] ?? null;
  const dialect = dialectOf(call);
  if (!isRaw) {
    const body = dialect.property(property.name, dialect.wire.writer(property)(value));
    return { status: 200, headers: dialect.headers, body };
  }
  if (value === null)
    throw new SapFault({ status: 404, code: '/IWBEP/CM_MGW_RT/020', message: 'The value is null' });
  const text =
    property.kind === 'time' ? wireV2.writer(property)(value).slice(1, -1) : String(value);
  return {
    status: 200,
    headers: { ...dialect.headers, 'content-type': 'text/plain;charset=utf-8' },
    body: text,
  };
}
