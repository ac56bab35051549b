import { basic, createHttpClient } from '@common/connector-core';
import { startSapSandbox } from '@common/connector-sandbox/sap';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  classifyODataError,
  createCsrfSession,
  createODataClient,
  defineEntityType,
  type EntityType,
  type ODataClient,
  toFilter,
} from '../index.ts';

const description = defineEntityType({
  name: 'A_ProductDescription',
  key: ['Product', 'Language'],
  properties: {},
});
const product = defineEntityType({
  name: 'A_Product',
  key: ['Product'],
  properties: {},
  navigations: { to_Description: { many: true, type: description } },
});
const order = defineEntityType({ name: 'PurchaseOrder', key: ['PurchaseOrder'], properties: {} });

const paths = {
  products: '/sap/opu/odata/sap/API_PRODUCT_SRV',
  ordersV4: '/sap/opu/odata4/sap/api_purchaseorder_2/srvd_a2x/sap/purchaseorder/0001',
};

async function connect() {
  const sap = await startSapSandbox({ products: 1, purchaseOrders: 2 });
  const { baseUrl, user, password } = sap.settings;
  const auth = basic({ username: user, password });
  const http = createHttpClient({ system: 'sap', baseUrl, auth, classify: classifyODataError });
  const shared = { http, csrf: createCsrfSession({ http }) };
  return {
    products: createODataClient({ ...shared, version: 'v2', servicePath: paths.products }),
    ordersV4: createODataClient({ ...shared, version: 'v4', servicePath: paths.ordersV4 }),
    [Symbol.asyncDispose]: async () => {
      await http.close();
      await sap.close();
    },
  };
}

// What means something in URLs, in OData, or in JSON, beside any other character.
const awkward = fc.constantFrom(
  ...`'"+%#&?/\\=,;:@()[]{}$!*~ <>|^\`\t\n`,
  '%27',
  "''",
  '%2F',
  '..',
  'é',
  '€',
  '😀',
  'Ω',
  ' and ',
  'null',
);
const text = fc
  .array(fc.oneof(awkward, fc.string({ unit: 'grapheme', maxLength: 2 })), {
    minLength: 1,
    maxLength: 8,
  })
  .map((parts) => parts.join('').slice(0, 40))
  // Half a character is none.
  .filter((value) => value !== '' && value.isWellFormed());
// Material numbers are capitals; zeros in front of digits mean nothing.
const key = text
  .map((value) => `X${value}`.toUpperCase().slice(0, 40))
  .filter((value) => value.isWellFormed() && value === value.toUpperCase());

async function keysWhere(
  client: ODataClient,
  found: { entity: EntityType; field: string; value: string },
) {
  const { entity, field, value } = found;
  const filter = toFilter({
    conditions: [{ field, operator: 'eq', value }],
    types: {},
    version: client.version,
  });
  const keys: unknown[] = [];
  for await (const page of client.list({ entity, query: { filter } })) {
    keys.push(...page.records.map((record) => record[entity.key[0] ?? '']));
  }
  return keys;
}

describe('any text', () => {
  it('is a key that is created, found, read, changed and deleted by, and no other', async () => {
    await using connection = await connect();
    const { products: client } = connection;
    const written = new Map<string, string>();
    await fc.assert(
      fc.asyncProperty(key, text, async (Product, ProductDescription) => {
        if (!written.has(Product)) {
          const data = {
            Product,
            ProductType: 'FERT',
            BaseUnit: 'PC',
            to_Description: [{ Language: 'EN', ProductDescription }],
          };
          const created = await client.create({ entity: product, data });
          expect(created.record?.Product).toBe(Product);
          written.set(Product, ProductDescription);
        }
        expect(
          await keysWhere(client, { entity: product, field: 'Product', value: Product }),
        ).toEqual([Product]);
        const other = `${ProductDescription}`.slice(0, 39);
        const own = { Product, Language: 'EN' };
        await client.update({ entity: description, key: own, data: { ProductDescription: other } });
        written.set(Product, other);
        const read = await client.get({ entity: description, key: own });
        expect(read?.record.ProductDescription).toBe(other);
        const sameText = [...written].filter(([, one]) => one === other).map(([number]) => number);
        const found = await keysWhere(client, {
          entity: description,
          field: 'ProductDescription',
          value: other,
        });
        expect(found.sort()).toEqual(sameText.sort());
      }),
      { numRuns: 150 },
    );
    const [[Product = ''] = []] = [...written];
    await client.delete({ entity: description, key: { Product, Language: 'EN' } });
    expect(
      await client.get({ entity: description, key: { Product, Language: 'EN' } }),
    ).toBeUndefined();
  });

  it('is found in V4 as well', async () => {
    await using connection = await connect();
    const { ordersV4: client } = connection;
    const keys: string[] = [];
    for await (const page of client.list({ entity: order })) {
      keys.push(...page.records.map(({ PurchaseOrder }) => String(PurchaseOrder)));
    }
    const [first = ''] = keys;
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const stored = await client.get({ entity: order, key: first });
        await client.update({
          entity: order,
          key: first,
          data: { IncotermsLocation1: value },
          ifMatch: stored?.etag ?? '*',
        });
        expect(
          await keysWhere(client, { entity: order, field: 'IncotermsLocation1', value }),
        ).toEqual([first]);
      }),
      { numRuns: 100 },
    );
  });
});
