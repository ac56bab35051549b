import {
  type Customer,
  createGovernor,
  memoryTokenStore,
  oauth2RefreshToken,
} from '@common/connector-core';
import { quickbooks } from '@common/connector-quickbooks';
import nodeQuickbooks from 'node-quickbooks';
import { startChild } from './child.ts';
import { race } from './race.ts';
import { type Row, ratioRow } from './row.ts';

const records = 5000;

interface Found {
  readonly QueryResponse: { readonly Customer: readonly { readonly DisplayName?: string }[] };
}

// Its typings say `export default`, the module says `module.exports`.
const QuickBooks = nodeQuickbooks as unknown as {
  new (
    ...settings: readonly unknown[]
  ): {
    findCustomers(criteria: readonly object[], done: (error: unknown, found: Found) => void): void;
  };
  V3_ENDPOINT_BASE_URL: string;
};

/** The same customers over the same sandbox: mapped and exact against what node-quickbooks parses. */
export async function benchQuickbooksRead(): Promise<Row[]> {
  const child = startChild(new URL('vendor-sandbox.ts', import.meta.url), [
    'quickbooks',
    String(records),
  ]);
  const { url, settings } = JSON.parse(await child.told('ready ')) as {
    readonly url: string;
    readonly settings: Readonly<
      Record<
        'realmId' | 'tokenUrl' | 'clientId' | 'clientSecret' | 'accessToken' | 'refreshToken',
        string
      >
    >;
  };
  const { realmId, clientId, clientSecret, accessToken, refreshToken, tokenUrl } = settings;
  const books = quickbooks({
    baseUrl: url,
    realmId,
    auth: oauth2RefreshToken({ tokenUrl, clientId, clientSecret, refreshToken }),
    tokens: memoryTokenStore(),
    // Intuit's limits would be what is measured; the peer keeps none.
    governor: createGovernor(),
  });
  QuickBooks.V3_ENDPOINT_BASE_URL = `${url}/v3/company/`;
  const peer = new QuickBooks(
    ...[clientId, clientSecret, accessToken, false, realmId, true, false, 75, '2.0'],
  );
  try {
    const rates = await race(
      {
        async ours() {
          let count = 0;
          for await (const page of books.list('customer')) {
            for (const { name } of page.records as readonly Customer[]) if (name) count += 1;
          }
          return count;
        },
        async peer() {
          const { promise, resolve, reject } = Promise.withResolvers<Found>();
          peer.findCustomers(
            [
              { field: 'fetchAll', value: true },
              { field: 'limit', value: 1000 },
            ],
            (error, found) => (error ? reject(error) : resolve(found)),
          );
          const { QueryResponse } = await promise;
          return QueryResponse.Customer.filter(({ DisplayName }) => DisplayName).length;
        },
      },
      { records, rounds: 7 },
    );
    return [
      ratioRow(
        {
          ...{ name: 'QuickBooks typed exact read', value: rates.ours, unit: 'records/s' },
          ...{ peer: 'node-quickbooks', peerValue: rates.peer },
        },
        { atLeast: 0.5 },
      ),
    ];
  } finally {
    await books.disconnect();
    await child.kill();
  }
}
