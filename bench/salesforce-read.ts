import type { Customer } from '@common/connector-core';
import { salesforce, salesforceClientCredentials } from '@common/connector-salesforce';
import jsforce from 'jsforce';
import { startChild } from './child.ts';
import { race } from './race.ts';
import { type Row, ratioRow } from './row.ts';

const records = 6000;

/** The same accounts over the same sandbox: mapped and exact against what jsforce parses. */
export async function benchSalesforceRead(): Promise<Row[]> {
  const child = startChild(new URL('vendor-sandbox.ts', import.meta.url), [
    'salesforce',
    String(records),
  ]);
  const { url, settings } = JSON.parse(await child.told('ready ')) as {
    readonly url: string;
    readonly settings: { readonly clientId: string; readonly clientSecret: string };
  };
  const { clientId, clientSecret } = settings;
  const auth = salesforceClientCredentials({ loginUrl: url, clientId, clientSecret });
  const crm = salesforce({ loginUrl: url, auth });
  const oauth2 = { clientId, clientSecret, loginUrl: url };
  const connection = new jsforce.Connection({ version: '67.0', oauth2, loginUrl: url });
  try {
    await connection.authorize({ grant_type: 'client_credentials' });
    await crm.list('customer')[Symbol.asyncIterator]().next();
    const soql = await lastQuery(url);
    const rates = await race(
      {
        async ours() {
          let count = 0;
          for await (const page of crm.list('customer')) {
            for (const { name } of page.records as readonly Customer[]) if (name) count += 1;
          }
          return count;
        },
        async jsforce() {
          const found = await connection.query(soql, { autoFetch: true, maxFetch: records });
          return found.records.filter(({ Name }) => Name).length;
        },
      },
      { records, rounds: 7 },
    );
    return [
      ratioRow(
        {
          ...{ name: 'Salesforce typed exact read', value: rates.ours, unit: 'records/s' },
          ...{ peer: 'jsforce query', peerValue: rates.jsforce },
        },
        { atLeast: 0.5 },
      ),
    ];
  } finally {
    await crm.disconnect();
    await child.kill();
  }
}

/** What our first page has asked for, of all records: the peer reads the same fields. */
async function lastQuery(url: string): Promise<string> {
  const answer = await fetch(`${url}/__sandbox/journal`);
  const entries = (await answer.json()) as { readonly path: string; readonly query: string }[];
  const { query = '' } = entries.findLast(({ path }) => path.endsWith('/query')) ?? {};
  const asked = new URLSearchParams(query).get('q') ?? '';
  return asked.replace(/ (?:WHERE|ORDER BY|LIMIT) .*$/s, '');
}
