import { describe, expect, test } from 'vitest';
import { defineEntityType } from '../entity/entity-type.ts';
import { createODataClient } from './create-odata-client.ts';
import type { ODataPage } from './interpret-response.ts';
import type { ODataClientOptions } from './odata-client.ts';
import { type Answer, type SeenRequest, startServer } from './start-server.fixture.ts';

const product = defineEntityType({
  name: 'A_Product',
  key: ['Product'],
  properties: { Product: 'Edm.String', GrossWeight: 'Edm.Decimal' },
});
const servicePath = '/sap/opu/odata/sap/API_PRODUCT_SRV';

async function serve(
  answer: (request: SeenRequest, url: string) => Answer,
  options: Partial<ODataClientOptions> = {},
) {
  const server = await startServer((request) => answer(request, server.url));
  const client = createODataClient({ http: server.http, servicePath, version: 'v2', ...options });
  return { server, client, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

async function all<Item>(pages: AsyncIterable<ODataPage<Item>>): Promise<ODataPage<Item>[]> {
  const list: ODataPage<Item>[] = [];
  for await (const page of pages) list.push(page);
  return list;
}

const v2 = (names: readonly string[], links: object = {}) => ({
  body: {
    d: {
      results: names.map((Product) => ({ __metadata: { etag: `E${Product}` }, Product })),
      ...links,
    },
  },
});
const names = (pages: readonly ODataPage[]) =>
  pages.flatMap(({ records }) => records.map(({ Product }) => Product));

describe('the service pages', () => {
  test.each([
    ['absolute', (url: string) => `${url}${servicePath}/A_Product?$skiptoken='2'&x=%7e`],
    ['relative to the host', () => `${servicePath}/A_Product?$skiptoken='2'&x=%7e`],
    ['relative to the service', () => "A_Product?$skiptoken='2'&x=%7e"],
  ])('a link %s is followed as it is, without options of our own', async (_, link) => {
    await using fixture = await serve((request, url) =>
      request.url.includes('$skiptoken')
        ? v2(['3'])
        : v2(['1', '2'], { __next: link(url), __count: '3' }),
    );
    const pages = await all(
      fixture.client.list({
        entity: product,
        query: { top: 10, count: true, orderBy: ['Product'] },
      }),
    );
    expect(names(pages)).toEqual(['1', '2', '3']);
    expect(pages[0]).toMatchObject({
      totalCount: 3,
      etags: ['E1', 'E2'],
      nextLink: expect.any(String),
    });
    expect(pages[1]?.nextLink).toBeUndefined();
    expect(fixture.server.requests.map(({ url }) => url)).toEqual([
      `${servicePath}/A_Product?$orderby=Product&$top=10&$inlinecount=allpages`,
      `${servicePath}/A_Product?$skiptoken='2'&x=%7e`,
    ]);
  });

  test('in V4 with @odata.nextLink and a number as count', async () => {
    await using fixture = await serve(
      (request) =>
        request.url.includes('$skiptoken')
          ? { body: { value: [{ Product: '2' }] } }
          : {
              body: {
                '@odata.count': 2,
                value: [{ '@odata.etag': 'W/"1"', Product: '1' }],
                '@odata.nextLink': 'A_Product?$skiptoken=1',
              },
            },
      { version: 'v4' },
    );
    const pages = await all(fixture.client.list({ entity: product, maxPageSize: 1 }));
    expect(names(pages)).toEqual(['1', '2']);
    expect(pages[0]).toMatchObject({ totalCount: 2, etags: ['W/"1"'] });
    expect(fixture.server.requests.map(({ headers }) => headers.prefer)).toEqual([
      'odata.maxpagesize=1',
      'odata.maxpagesize=1',
    ]);
  });

  test('trap: an empty page with a next link is no end', async () => {
    await using fixture = await serve((request) =>
      request.url.includes('=2') ? v2(['1']) : v2([], { __next: 'A_Product?$skiptoken=2' }),
    );
    expect(names(await all(fixture.client.list({ entity: product })))).toEqual(['1']);
  });

  test('a link that comes back ends the read with an error', async () => {
    await using fixture = await serve((request) =>
      v2(['1'], { __next: `A_Product?$skiptoken=${request.url.endsWith('=a') ? 'b' : 'a'}` }),
    );
    await expect(all(fixture.client.list({ entity: product }))).rejects.toMatchObject({
      code: 'ERR_PAGINATION_LOOP',
      retryable: false,
      entity: 'A_Product',
    });
    expect(fixture.server.requests).toHaveLength(3);
  });

  test('a link to another origin is refused, and nothing is sent there', async () => {
    await using other = await startServer(() => ({}));
    await using fixture = await serve(() => v2(['1'], { __next: `${other.url}/A_Product` }));
    await expect(all(fixture.client.list({ entity: product }))).rejects.toMatchObject({
      code: 'ERR_CROSS_ORIGIN',
    });
    expect(other.requests).toHaveLength(0);
  });

  test('behind a proxy, links with the internal host can be taken to the configured one', async () => {
    await using fixture = await serve(
      (request) =>
        request.url.includes('$skiptoken')
          ? v2(['2'])
          : v2(['1'], { __next: `https://internal:44300${servicePath}/A_Product?$skiptoken=1` }),
      { rebaseLinks: true },
    );
    expect(names(await all(fixture.client.list({ entity: product })))).toEqual(['1', '2']);
  });

  test('a link that lost sap-client gets it back', async () => {
    await using fixture = await serve(
      (request) =>
        request.url.includes('$skiptoken')
          ? v2(['2'])
          : v2(['1'], { __next: 'A_Product?$skiptoken=1' }),
      { query: { 'sap-client': '100' } },
    );
    await all(fixture.client.list({ entity: product }));
    expect(fixture.server.requests.map(({ url }) => url)).toEqual([
      `${servicePath}/A_Product?sap-client=100`,
      `${servicePath}/A_Product?$skiptoken=1&sap-client=100`,
    ]);
  });

  test('a read goes on from the link of an earlier page', async () => {
    await using fixture = await serve((request) =>
      request.url.includes('$skiptoken')
        ? v2(['2'])
        : v2(['1'], { __next: 'A_Product?$skiptoken=1' }),
    );
    let link: string | undefined;
    for await (const page of fixture.client.list({ entity: product })) {
      link = page.nextLink;
      break;
    }
    expect(names(await all(fixture.client.list({ entity: product, from: link })))).toEqual(['2']);
    expect(fixture.server.requests).toHaveLength(2);
  });
});

describe('the client pages by $top and $skip', () => {
  const catalogue = Array.from({ length: 7 }, (_, index) => String(index));
  /** Caps pages at 3 records, whatever is asked. */
  const slice = (request: SeenRequest, count?: boolean) => {
    const query = new URL(request.url, 'http://x').searchParams;
    const skip = Number(query.get('$skip'));
    const page = catalogue.slice(skip, skip + Math.min(3, Number(query.get('$top'))));
    return v2(page, count && query.has('$inlinecount') ? { __count: '7' } : {});
  };

  test('in the order of the key, past pages that the service cuts short', async () => {
    await using fixture = await serve((request) => slice(request));
    const pages = await all(fixture.client.list({ entity: product, clientPageSize: 5 }));
    expect(names(pages)).toEqual(catalogue);
    expect(fixture.server.requests.map(({ url }) => url.split('?')[1])).toEqual([
      '$orderby=Product&$top=5&$skip=0',
      '$orderby=Product&$top=5&$skip=3',
      '$orderby=Product&$top=5&$skip=6',
      '$orderby=Product&$top=5&$skip=7',
    ]);
  });

  test('and stops at the total where it is known', async () => {
    await using fixture = await serve((request) => slice(request, true));
    await all(fixture.client.list({ entity: product, clientPageSize: 5, query: { count: true } }));
    expect(fixture.server.requests).toHaveLength(3);
  });

  test('and goes on from the link of a page', async () => {
    await using fixture = await serve((request) => slice(request));
    const options = { entity: product, clientPageSize: 5 };
    const [first] = await all(fixture.client.list(options));
    const rest = await all(fixture.client.list({ ...options, from: first?.nextLink }));
    expect(names(rest)).toEqual(catalogue.slice(3));
  });
});

describe('a record that cannot be decoded', () => {
  test('is reported beside the others, with its key and path', async () => {
    await using fixture = await serve(() => ({
      body: {
        d: {
          results: [
            { Product: '1', GrossWeight: '1.500' },
            { Product: '2', GrossWeight: 'heavy' },
            { Product: '3', GrossWeight: null },
          ],
        },
      },
    }));
    const [page] = await all(fixture.client.list({ entity: product }));
    expect(page?.records).toEqual([
      { Product: '1', GrossWeight: '1.500' },
      { Product: '3', GrossWeight: null },
    ]);
    expect(page?.etags).toHaveLength(2);
    expect(page?.failures).toMatchObject([
      { index: 1, key: { Product: '2' }, error: { code: 'ERR_MAPPING', path: 'GrossWeight' } },
    ]);
  });

  test('an answer that is no collection is an error that says what to check', async () => {
    await using fixture = await serve(() => ({ body: { d: { Product: '1' } } }));
    await expect(all(fixture.client.list({ entity: product }))).rejects.toMatchObject({
      code: 'ERR_INVALID_RESPONSE',
      message: expect.stringContaining('service path'),
    });
  });
});

describe('changes are read by delta links', () => {
  test('of V2, with the token in __delta', async () => {
    await using fixture = await serve((request) =>
      request.url.includes('deltatoken')
        ? {
            body: {
              d: {
                results: [
                  { Product: '2' },
                  { '@odata.context': '$metadata#A_Product/$deletedEntity', id: "A_Product('1')" },
                ],
                __delta: "A_Product?!deltatoken='b'",
              },
            },
          }
        : v2(['1'], { __delta: "A_Product?!deltatoken='a'" }),
    );
    const [first] = await all(fixture.client.list({ entity: product, trackChanges: true }));
    expect(first?.deltaLink).toBe("A_Product?!deltatoken='a'");
    expect(fixture.server.requests[0]?.headers.prefer).toBe('odata.track-changes');
    const [next] = await all(fixture.client.list({ entity: product, from: first?.deltaLink }));
    expect(fixture.server.requests[1]?.url).toBe(`${servicePath}/A_Product?!deltatoken='a'`);
    expect(next).toMatchObject({
      records: [{ Product: '2' }],
      deleted: [{ id: "A_Product('1')", reason: 'deleted' }],
      deltaLink: "A_Product?!deltatoken='b'",
    });
  });

  test('of V4, tombstones of 4.0 and of 4.01', async () => {
    await using fixture = await serve(
      () => ({
        body: {
          value: [
            {
              '@odata.context': 'https://x/$metadata#accounts/$deletedEntity',
              id: '0f',
              reason: 'deleted',
            },
            { '@removed': { reason: 'changed' }, '@id': 'accounts(1)' },
            { '@removed': { reason: 'deleted' }, accountid: '2' },
            { accountid: '3' },
          ],
          '@odata.deltaLink': 'accounts?$deltatoken=1',
        },
      }),
      { version: 'v4' },
    );
    const [page] = await all(fixture.client.list({ entity: 'accounts' }));
    expect(page).toMatchObject({
      records: [{ accountid: '3' }],
      deleted: [
        { id: '0f', reason: 'deleted' },
        { id: 'accounts(1)', reason: 'changed' },
        { id: '', key: { accountid: '2' }, reason: 'deleted' },
      ],
    });
  });

  test('an expired token says to begin again', async () => {
    await using fixture = await serve(() => ({
      status: 410,
      body: { error: { code: 'x', message: 'gone' } },
    }));
    await expect(
      all(fixture.client.list({ entity: product, from: 'A_Product?!deltatoken=1' })),
    ).rejects.toMatchObject({
      code: 'ERR_CHECKPOINT_EXPIRED',
      message: expect.stringContaining('full read'),
    });
  });
});
