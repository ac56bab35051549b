import { ConnectorError, followPages, type HttpResponse } from '@common/connector-core';

/** The results of a bulk query from their beginning, as `bulk2.query` asks for them. */
export const isBulkResult = (url: string): boolean => /\/jobs\/query\/[^/?]+\/results$/.test(url);

type Page = Pick<HttpResponse, 'status' | 'headers' | 'bytes'>;

/**
 * All pages of the results as one answer. jsforce writes them into a stream that ends with the first
 * page, and the second one ends the process (`ERR_STREAM_WRITE_AFTER_END`, jsforce 3.10.26).
 *
 * @param next - reads the page of a locator
 * @throws ConnectorError `ERR_INVALID_RESPONSE` when Salesforce does not say whether there are more,
 *   `ERR_PAGINATION_LOOP` when a page comes again
 */
export async function joinResultPages(
  first: Page,
  next: (locator: string) => Promise<Page>,
): Promise<Page> {
  const parts: Uint8Array[] = [];
  const pages = followPages<Page>({
    system: 'salesforce',
    read: async (locator) => (locator === undefined ? first : next(locator)),
    next: ({ headers }) => {
      const locator = headers['sforce-locator'];
      if (locator === undefined) throw noLocator();
      return locator === 'null' ? undefined : locator;
    },
  });
  for await (const { bytes } of pages) {
    // Every page has the names of the columns.
    parts.push(parts.length === 0 ? bytes : bytes.subarray(bytes.indexOf(lineFeed) + 1));
    if (bytes.length > 0 && bytes.at(-1) !== lineFeed) parts.push(Uint8Array.of(lineFeed));
  }
  const headers = { ...first.headers, 'sforce-locator': 'null' };
  return { status: first.status, headers, bytes: Buffer.concat(parts) };
}

const lineFeed = 0x0a;

function noLocator(): ConnectorError {
  return new ConnectorError({
    code: 'ERR_INVALID_RESPONSE',
    category: 'transient',
    message:
      'Salesforce did not say where the next page of the bulk query is. Check whether a proxy removes headers of answers.',
    system: 'salesforce',
  });
}
