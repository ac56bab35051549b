import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Product } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { collect, createOrder, newOrder, openSap } from './open-sap.fixture.ts';
import type { SapConnector } from './sap-connector.ts';

const productsOf = async (
  erp: SapConnector,
  query?: Parameters<typeof erp.list<'product'>>[1],
): Promise<readonly Product[]> =>
  (await collect(erp.list('product', query))).flatMap(({ records }) => records);

/** Pages that are sent in place of the real ones, for V2. */
const answer = (d: object, times = 1) => ({
  kind: 'status',
  match: { method: 'GET', path: /A_Product\?/ },
  status: 200,
  contentType: 'application/json',
  body: JSON.stringify({ d }),
  times,
});

describe('a full read', () => {
  it('brings every product once, with all descriptions and plants, whatever is in its number', async () => {
    await using sap = await openSap({ products: 600 });
    const products = await productsOf(sap.erp, { pageSize: 250 });
    expect(new Set(products.map(({ productNumber }) => productNumber)).size).toBe(600);
    expect(products).toHaveLength(600);
    const odd = products.filter(({ productNumber }) => /[ /]/.test(productNumber));
    expect(odd.map(({ productNumber }) => productNumber)).toEqual(['MZ FG/000500', 'MZ/FG-000250']);
    for (const product of odd) {
      expect(await sap.erp.get('product', product.productNumber)).toEqual(product);
    }
    const [first] = products.filter(({ productNumber }) => productNumber === 'MZ-FG-000003');
    expect(first?.descriptions?.map(({ language }) => language)).toEqual(['de', 'en']);
    expect(first?.description).toBe(first?.descriptions?.[1]?.text);
    expect(first?.plants?.map(({ plant }) => plant)).toEqual(['1010', '1020', '1710']);
  });

  it('ends at an empty answer, not at a short one: services cap $top and say nothing', async () => {
    await using sap = await openSap({ pageSize: 7, serverPaging: false }, { pageSize: 25 });
    expect(await productsOf(sap.erp)).toHaveLength(30);
  });

  it('asks from the last key on, and not by position: rows move', async () => {
    await using sap = await openSap({ pageSize: 10 });
    const seen: string[] = [];
    for await (const page of sap.erp.list('product', { pageSize: 10 })) {
      if (seen.length === 0) {
        const record = { productNumber: 'AAA', productType: 'FERT', productGroup: 'L001' };
        const [written] = await sap.erp.write('product', [
          { op: 'upsert', record: { ...record, baseUnit: { code: 'C62', vendorCode: 'PC' } } },
        ]);
        expect(written).toMatchObject({ status: 'created' });
      }
      seen.push(...page.records.map(({ productNumber }) => productNumber));
    }
    expect(seen).toHaveLength(30);
    expect(new Set(seen).size).toBe(30);
    const reads = sap.sandbox.journal.entries({ method: 'GET', path: /A_Product\?/ });
    expect(reads.some(({ query }) => /skip/.test(query))).toBe(false);
  });

  it('goes on behind an empty page with a next link', async () => {
    await using sap = await openSap({ pageSize: 10 });
    sap.sandbox.faults.add({ kind: 'empty-page', times: 2, after: 1 });
    expect(await productsOf(sap.erp, { pageSize: 10 })).toHaveLength(30);
    expect(sap.sandbox.faults.pending).toEqual([]);
  });

  it('stops when an empty page links to itself', async () => {
    await using sap = await openSap();
    const link = `${sap.sandbox.url}/sap/opu/odata/sap/API_PRODUCT_SRV/A_Product?x=1`;
    sap.sandbox.faults.add(answer({ results: [], __next: link }, 9));
    await expect(productsOf(sap.erp)).rejects.toMatchObject({ code: 'ERR_PAGINATION_LOOP' });
  });

  it('stops when the service ignores the filter and answers the first page for ever', async () => {
    await using sap = await openSap();
    const page = { results: [{ Product: 'A' }, { Product: 'B' }] };
    sap.sandbox.faults.add(answer(page, 9));
    await expect(productsOf(sap.erp)).rejects.toMatchObject({
      code: 'ERR_PAGINATION_LOOP',
      message: expect.stringContaining('$filter'),
    });
  });

  it('does not follow a link to another origin', async () => {
    await using sap = await openSap();
    const link = 'http://elsewhere.example/A_Product?x=1';
    sap.sandbox.faults.add(answer({ results: [], __next: link }));
    await expect(productsOf(sap.erp)).rejects.toMatchObject({ code: 'ERR_CROSS_ORIGIN' });
  });

  it('reports a record that it cannot decode beside the others, wherever it stands, and goes on', async () => {
    await using sap = await openSap({ products: 5 });
    const bad = { Product: 'MZ-FG-000002', GrossWeight: 'heavy' };
    sap.sandbox.faults.add(answer({ results: [{ Product: 'MZ-FG-000001' }, bad] }));
    const pages = await collect(sap.erp.list('product'));
    expect(pages[0]?.failures).toMatchObject([
      { key: 'MZ-FG-000002', error: { code: 'ERR_MAPPING', path: 'GrossWeight' } },
    ]);
    expect(pages.flatMap(({ records }) => records).map((record) => record.productNumber)).toEqual([
      'MZ-FG-000001',
      'MZ-FG-000003',
      'MZ-FG-000004',
      'MZ-FG-000005',
    ]);
  });

  it('refuses a checkpoint that is none of its own', async () => {
    await using sap = await openSap();
    await expect(productsOf(sap.erp, { after: { after: 42 } })).rejects.toMatchObject({
      code: 'ERR_INVALID_CHECKPOINT',
    });
  });

  it('filters by what it names, and says so when asked for more', async () => {
    await using sap = await openSap();
    const group = [{ field: 'productGroup', operator: 'in', value: ['L001', 'P001'] }] as const;
    const found = await productsOf(sap.erp, { where: group, pageSize: 5 });
    expect(new Set(found.map(({ productGroup }) => productGroup))).toEqual(
      new Set(['L001', 'P001']),
    );
    const colour = [{ field: 'colour', operator: 'eq', value: 'red' }] as const;
    await expect(productsOf(sap.erp, { where: colour })).rejects.toMatchObject({
      code: 'ERR_UNSUPPORTED_QUERY',
      path: 'colour',
      message: expect.stringContaining('productGroup'),
    });
  });
});

describe('values', () => {
  it('trap: dates before 1970 have negative ticks', async () => {
    await using sap = await openSap();
    expect((await sap.erp.get('product', 'MZ-FG-000007'))?.createdOn).toBe('1969-07-20');
  });

  it.each(['Pacific/Kiritimati', 'America/Los_Angeles', 'Europe/Berlin'])(
    'trap: dates are not moved by the time zone of the machine (%s)',
    async (TZ) => {
      const script = fileURLToPath(new URL('./print-dates.fixture.ts', import.meta.url));
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--conditions=@common/source', script],
        { env: { ...process.env, TZ } },
      );
      expect(JSON.parse(stdout)).toEqual(['2026-03-29', '2026-03-01', '1969-07-20']);
    },
    30_000,
  );

  it.each(['v2', 'v4'] as const)(
    'trap: decimals never pass through a double (%s)',
    async (purchaseOrderApi) => {
      await using sap = await openSap({}, { purchaseOrderApi });
      const line = {
        ...newOrder().lines[0]!,
        quantity: '9999999999.999',
        unitPrice: '999999999.99',
      };
      const key = await createOrder(sap.erp, newOrder({ lines: [line] }));
      const [read] = (await sap.erp.get('purchaseOrder', key))?.lines ?? [];
      expect(read).toMatchObject({ quantity: '9999999999.999', unitPrice: '999999999.99' });
      if (purchaseOrderApi === 'v2') return;
      const net = '9999999999899000000.00';
      expect(read?.netAmount).toBe(net);
      expect(Number(net).toFixed(2)).not.toBe(net);
    },
  );

  it('trap: integers beyond a double in customer fields keep their last digit', async () => {
    await using sap = await openSap();
    const product = await sap.erp.get('product', 'MZ-FG-000001');
    expect(product?.custom).toMatchObject({ YY1_LegacyNumber_PRD: '9007199254740001' });
  });

  it('come in the language of the connection, where there is a text in it', async () => {
    await using sap = await openSap();
    const german = await sap.connect({ language: 'DE' }).get('product', 'MZ-FG-000001');
    const french = await sap.connect({ language: 'FR' }).get('product', 'MZ-FG-000001');
    expect(german?.description).toBe(german?.descriptions?.find((t) => t.language === 'de')?.text);
    expect(french?.description).toBeUndefined();
  });
});

describe.each(['v2', 'v4'] as const)('orders of some company codes (%s)', (purchaseOrderApi) => {
  const seedOf = { purchaseOrders: 40 };

  it('are all that is read, by whichever way', async () => {
    await using sap = await openSap(seedOf, { purchaseOrderApi, pageSize: 7 });
    const all = (await collect(sap.erp.list('purchaseOrder'))).flatMap(({ records }) => records);
    const foreign = all.find(({ companyCode }) => companyCode !== '1010')!;
    const own = all.filter(({ companyCode }) => companyCode === '1010').length;
    const erp = sap.connect({ purchaseOrderApi, pageSize: 7, companyCodes: ['1010'] });
    const listed = (await collect(erp.list('purchaseOrder'))).flatMap(({ records }) => records);
    expect(listed).toHaveLength(own);
    const changes = (await collect(erp.changes('purchaseOrder'))).flatMap((page) => page.changes);
    expect(changes).toHaveLength(own);
    const { key } = foreign.source!;
    expect(await erp.get('purchaseOrder', key)).toBeUndefined();
    const record = { ...foreign, paymentTerms: '0002' };
    expect(await erp.write('purchaseOrder', [{ op: 'upsert', key, record }])).toMatchObject([
      { status: 'failed', error: { category: 'not-found', message: /companyCodes/ } },
    ]);
  });

  it('may be of several', async () => {
    await using sap = await openSap(seedOf, { purchaseOrderApi, companyCodes: ['1010', '1710'] });
    const listed = await collect(sap.erp.list('purchaseOrder', { pageSize: 7 }));
    const codes = listed.flatMap(({ records }) => records.map(({ companyCode }) => companyCode));
    expect(new Set(codes)).toEqual(new Set(['1010', '1710']));
    expect(codes).toHaveLength(40);
  });
});

describe('find', () => {
  it('finds by what the capabilities name', async () => {
    await using sap = await openSap();
    const key = await createOrder(sap.erp, newOrder({ externalReference: 'CO-1' }));
    const found = await sap.erp.find('purchaseOrder', { externalReference: 'CO-1' });
    expect(found.map(({ source }) => source?.key)).toEqual([key]);
    expect(await sap.erp.find('product', { productNumber: 'NO/SUCH' })).toEqual([]);
  });

  it.each([{}, { colour: 'red' }, { companyCode: '1010' }])(
    'does not search by %j',
    async (reference) => {
      await using sap = await openSap();
      await expect(
        sap.erp.find('purchaseOrder', reference as Record<string, string>),
      ).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED_QUERY' });
    },
  );
});
