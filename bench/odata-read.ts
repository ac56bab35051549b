import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent } from 'node:http';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { createHttpClient } from '@common/connector-core';
import { classifyODataError, createODataClient, defineEntityType } from '@common/connector-odata';
import axios from 'axios';
import type { Row } from './row.ts';
import { readWithSapSdk } from './sap-sdk-product.ts';

const records = 5000;
const rounds = 15;

const product = defineEntityType({
  name: 'A_Product',
  key: ['Product'],
  properties: {
    Product: 'Edm.String',
    ProductType: 'Edm.String',
    CrossPlantStatus: 'Edm.String',
    CreationDate: { type: 'Edm.DateTime', display: 'date' },
    CreatedByUser: 'Edm.String',
    LastChangeDate: { type: 'Edm.DateTime', display: 'date' },
    LastChangedByUser: 'Edm.String',
    LastChangeDateTime: 'Edm.DateTimeOffset',
    IsMarkedForDeletion: 'Edm.Boolean',
    ProductOldID: 'Edm.String',
    GrossWeight: 'Edm.Decimal',
    NetWeight: 'Edm.Decimal',
    WeightUnit: 'Edm.String',
    MaterialVolume: 'Edm.Decimal',
    CountryOfOrigin: 'Edm.String',
    ProductGroup: 'Edm.String',
    BaseUnit: 'Edm.String',
    ProductStandardID: 'Edm.String',
    IsBatchManagementRequired: 'Edm.Boolean',
    PurchaseOrderQuantityUnit: 'Edm.String',
  },
});

const servicePath = '/sap/opu/odata/sap/API_PRODUCT_SRV';

/** A typed, exact read of V2 pages against SAP's SDK and against a bare, lossy axios. */
export async function benchODataRead(): Promise<Row[]> {
  const server = spawn(
    process.execPath,
    [fileURLToPath(new URL('odata-page-server.ts', import.meta.url)), String(records)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const [started] = (await once(server.stdout, 'data')) as [Buffer];
  const { port } = JSON.parse(started.toString()) as { port: number };
  const baseUrl = `http://127.0.0.1:${port}`;
  const http = createHttpClient({ system: 'sap', baseUrl, classify: classifyODataError });
  const client = createODataClient({ http, servicePath, version: 'v2' });
  const agent = new Agent({ keepAlive: true });
  const bare = axios.create({ httpAgent: agent });

  const readers: Readonly<Record<'ours' | 'axios' | 'sdk', () => Promise<number>>> = {
    ours: async () => {
      let count = 0;
      for await (const page of client.list({ entity: product })) {
        for (const record of page.records) if (record.GrossWeight !== undefined) count += 1;
      }
      return count;
    },
    axios: async () => {
      const { data } = await bare.get<string>(`${baseUrl}${servicePath}/A_Product`, {
        responseType: 'text',
        transformResponse: (text: string) => text,
      });
      let count = 0;
      const body = JSON.parse(data) as { d: { results: { GrossWeight?: string }[] } };
      for (const record of body.d.results) if (record.GrossWeight !== undefined) count += 1;
      return count;
    },
    sdk: async () => (await readWithSapSdk(baseUrl)).length,
  };
  const perSecond = { ours: [] as number[], axios: [] as number[], sdk: [] as number[] };
  try {
    for (let round = -3; round < rounds; round += 1) {
      // Interleaved: what the machine does besides hits all alike.
      for (const name of ['ours', 'axios', 'sdk'] as const) {
        const begin = performance.now();
        const count = await readers[name]();
        if (count !== records) throw new Error(`${name} read ${count} of ${records} records.`);
        if (round >= 0) perSecond[name].push((records / (performance.now() - begin)) * 1000);
      }
    }
  } finally {
    agent.destroy();
    await http.close();
    server.stdin.end();
  }
  const ours = median(perSecond.ours);
  return [
    row({
      name: 'OData V2 typed exact read',
      ours,
      peer: '@sap-cloud-sdk/odata-v2',
      peerValue: median(perSecond.sdk),
      bar: 7,
    }),
    row({
      name: 'OData V2 typed exact read',
      ours,
      peer: 'axios + JSON.parse',
      peerValue: median(perSecond.axios),
      bar: 0.6,
    }),
  ];
}

function row(input: {
  readonly name: string;
  readonly ours: number;
  readonly peer: string;
  readonly peerValue: number;
  readonly bar: number;
}): Row {
  const { name, ours, peer, peerValue, bar } = input;
  const ratio = ours / peerValue;
  return {
    name,
    value: Math.round(ours),
    unit: 'records/s',
    peer,
    peerValue: Math.round(peerValue),
    ratio: Math.round(ratio * 100) / 100,
    bar: `≥ ${bar}×`,
    pass: ratio >= bar,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
