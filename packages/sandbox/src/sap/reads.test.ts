import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSapCaller, rawGet, type SapCaller, v2, v4 } from './sap-caller.fixture.ts';
import { type SapSandbox, startSapSandbox } from './sap-sandbox.ts';

let sandbox: SapSandbox;
let call: SapCaller;

beforeAll(async () => {
  sandbox = await startSapSandbox({ products: 1_100, purchaseOrders: 30, pageSize: 500 });
  call = createSapCaller(sandbox);
});
afterAll(() => sandbox.close());

const products = `${v2.product}/A_Product`;
const keys = (answer: { json: { d: { results: { Product: string }[] } } }) =>
  answer.json.d.results.map(({ Product }) => Product);

describe('the V2 wire form', () => {
  it('wraps entities with metadata, deferred links, string decimals and ticks', async () => {
    const { json, headers } = await call.get(`${products}('MZ-FG-000001')`);
    const product = json.d;
    expect(headers.get('dataserviceversion')).toBe('2.0');
    expect(product.__metadata).toEqual({
      id: `${sandbox.url}${products}('MZ-FG-000001')`,
      uri: `${sandbox.url}${products}('MZ-FG-000001')`,
      type: 'API_PRODUCT_SRV.A_ProductType',
    });
    expect(product.to_Plant).toEqual({
      __deferred: { uri: `${sandbox.url}${products}('MZ-FG-000001')/to_Plant` },
    });
    expect(product.GrossWeight).toMatch(/^\d+\.\d{3}$/);
    expect(product.LastChangeDateTime).toMatch(/^\/Date\(\d+\+0000\)\/$/);
    expect(product.CreationDate).toMatch(/^\/Date\(\d+\)\/$/);
    expect(product.YY1_LegacyNumber_PRD).toBe('9007199254740001');
    expect(product.IsMarkedForDeletion).toBe(false);
  });

  it('has negative ticks for days before 1970', async () => {
    const { json } = await call.get(`${products}('MZ-FG-000007')?$select=CreationDate`);
    expect(json.d.CreationDate).toBe(`/Date(${Date.UTC(1969, 6, 20)})/`);
  });

  it('writes times as durations and ids as plain guids', async () => {
    const { json } = await call.get(`${v2.partner}/A_BusinessPartner('17300002')`);
    expect(json.d.LastChangeTime).toBe('PT01H07M30S');
    expect(json.d.BusinessPartnerUUID).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('tells the total as a text, and as plain text under $count', async () => {
    const { json } = await call.get(`${products}?$inlinecount=allpages&$top=2`);
    expect(json.d.__count).toBe('1100');
    expect(json.d.results).toHaveLength(2);
    const count = await call.get(`${products}/$count`);
    expect(count.headers.get('content-type')).toContain('text/plain');
    expect(count.text).toBe('1100');
  });

  it('serves one property, wrapped and raw', async () => {
    const wrapped = await call.get(`${products}('MZ-FG-000001')/ProductType`);
    expect(wrapped.json).toEqual({ d: { ProductType: 'FERT' } });
    const raw = await call.get(`${products}('MZ-FG-000001')/ProductType/$value`);
    expect(raw.text).toBe('FERT');
  });
});

describe('keys and navigation', () => {
  it('finds composite keys in any order, and numbers with leading zeros', async () => {
    const item = `${v2.order}/A_PurchaseOrderItem`;
    const plain = await call.get(`${item}(PurchaseOrder='4500000001',PurchaseOrderItem='10')`);
    const turned = await call.get(`${item}(PurchaseOrderItem='00010',PurchaseOrder='4500000001')`);
    expect(plain.status).toBe(200);
    expect(turned.json).toEqual(plain.json);
    expect(plain.json.d.PurchaseOrderItem).toBe('10');
  });

  it('takes a slash and a space in a key only percent-encoded', async () => {
    const { status, json } = await call.get(`${products}('MZ%20FG%2F000500')`);
    expect(status).toBe(200);
    expect(json.d.__metadata.uri).toContain("A_Product('MZ%20FG%2F000500')");
    expect(await rawGet(sandbox, `${products}('MZ%20FG/000500')`)).toBe(404);
  });

  it('follows navigation to many, to one and through it', async () => {
    const order = `${v2.order}/A_PurchaseOrder('4500000001')`;
    const items = await call.get(`${order}/to_PurchaseOrderItem?$orderby=PurchaseOrderItem desc`);
    expect(items.json.d.results.length).toBeGreaterThan(1);
    const lines = await call.get(
      `${order}/to_PurchaseOrderItem(PurchaseOrder='4500000001',PurchaseOrderItem='10')/to_ScheduleLine`,
    );
    expect(lines.json.d.results[0].PurchasingDocumentItem).toBe('10');
    const partner = await call.get(`${v2.partner}/A_BusinessPartner('17300001')/to_Supplier`);
    expect(partner.json.d.Supplier).toBe('17300001');
    const none = await call.get(`${v2.partner}/A_BusinessPartner('17300001')/to_Customer`);
    expect(none.status).toBe(404);
  });

  it('says which segment or entity is missing', async () => {
    const segment = await call.get(`${v2.product}/A_Nothing`);
    expect(segment.status).toBe(404);
    expect(segment.json.error.message.value).toBe(
      "Resource not found for the segment 'A_Nothing'.",
    );
    expect((await call.get(`${products}('NONE')`)).status).toBe(404);
    expect((await call.get(`${products}(Wrong='X')`)).status).toBe(400);
  });
});

describe('$select and $expand', () => {
  it('gives the selected members and links only', async () => {
    const { json } = await call.get(
      `${products}('MZ-FG-000001')?$select=Product,BaseUnit,to_Plant`,
    );
    expect(Object.keys(json.d)).toEqual(['__metadata', 'to_Plant', 'Product', 'BaseUnit']);
  });

  it('expands several levels and selects below them', async () => {
    const { json } = await call.get(
      `${v2.order}/A_PurchaseOrder('4500000001')?$expand=to_PurchaseOrderItem/to_ScheduleLine&$select=PurchaseOrder,to_PurchaseOrderItem/Material,to_PurchaseOrderItem/to_ScheduleLine`,
    );
    const [item] = json.d.to_PurchaseOrderItem.results;
    expect(Object.keys(item)).toEqual(['__metadata', 'Material', 'to_ScheduleLine']);
    expect(item.to_ScheduleLine.results[0].ScheduleLineDeliveryDate).toMatch(/^\/Date/);
  });

  it('leaves an expanded navigation out that is not selected', async () => {
    const { json } = await call.get(
      `${products}('MZ-FG-000001')?$expand=to_Description&$select=Product`,
    );
    expect(json.d.to_Description).toBeUndefined();
  });

  it('expands to-one to the object or null', async () => {
    const { json } = await call.get(
      `${v2.partner}/A_BusinessPartner('17300001')?$expand=to_Supplier,to_Customer`,
    );
    expect(json.d.to_Supplier.SupplierName).toContain('Lieferant');
    expect(json.d.to_Customer).toBeNull();
  });

  it.each([
    '$select=Nope',
    '$expand=Nope',
    '$orderby=Nope',
    '$orderby=Product up',
    '$foo=1',
    '$top=x',
  ])('refuses %s', async (query) => {
    const { status, json } = await call.get(`${products}?${query}`);
    expect(status).toBe(400);
    expect(json.error.message.value).not.toBe('');
  });

  it('ignores options that are not of the system', async () => {
    expect((await call.get(`${products}?$top=1&foo=1&sap-language=EN`)).status).toBe(200);
  });
});

describe('V2 $filter', () => {
  const count = async (filter: string, set = products) =>
    Number((await call.get(`${set}/$count?$filter=${encodeURIComponent(filter)}`)).text);

  it.each<[string, number]>([
    ["Product eq 'MZ-FG-000001'", 1],
    ["'MZ-FG-000001' eq Product", 1],
    ["startswith(Product,'MZ/FG')", 2],
    ["startswith(Product,'MZ FG') eq true", 2],
    ["substringof('FG-00000',Product)", 9],
    ["endswith(Product,'00001')", 1],
    ["not startswith(Product,'MZ-FG')", 4],
    ["Product eq 'MZ-FG-000001' or Product eq 'MZ-FG-000002' and BaseUnit eq 'none'", 1],
    ["(Product eq 'MZ-FG-000001' or Product eq 'MZ-FG-000002') and BaseUnit eq 'none'", 0],
    ['IsMarkedForDeletion eq false', 1_100],
    ["CreationDate lt datetime'1970-01-01T00:00:00'", 2],
    ['YY1_ReleasedOn_PRD eq null', 550],
    ['YY1_LegacyNumber_PRD le 9007199254740002L', 2],
  ])('%s finds %i', async (filter, expected) => {
    expect(await count(filter)).toBe(expected);
  });

  it('compares decimals as numbers, whatever their form', async () => {
    const all = await call.get(`${products}?$select=GrossWeight&$top=500`);
    const weights: string[] = all.json.d.results.map(
      ({ GrossWeight }: { GrossWeight: string }) => GrossWeight,
    );
    const heavy = weights.filter((weight) => Number(weight) > 100).length;
    const found = await call.get(
      `${products}?$select=GrossWeight&$top=500&$filter=GrossWeight gt 100M`,
    );
    const last = found.json.d.results.map(
      ({ GrossWeight }: { GrossWeight: string }) => GrossWeight,
    );
    expect(heavy).toBeGreaterThan(0);
    expect(last.slice(0, heavy)).toEqual(weights.filter((weight) => Number(weight) > 100));
    expect(await count('GrossWeight gt 100.0m')).toBe(await count('GrossWeight gt 100'));
  });

  it('sees the seven digits of an instant that the JSON does not show', async () => {
    const { json } = await call.get(`${products}?$orderby=LastChangeDateTime&$top=3`);
    const ms = Number(/\d+/.exec(json.d.results[2].LastChangeDateTime)![0]);
    const shown = new Date(ms).toISOString();
    const ge = await count(`LastChangeDateTime ge datetimeoffset'${shown}'`);
    expect(ge).toBeGreaterThanOrEqual(1_098);
  });

  it('compares times and guids', async () => {
    const partners = `${v2.partner}/A_BusinessPartner`;
    expect(await count("LastChangeTime eq time'PT01H07M30S' and Supplier ne ''", partners)).toBe(1);
    const { json } = await call.get(`${partners}('17300001')`);
    expect(
      await count(`BusinessPartnerUUID eq guid'${json.d.BusinessPartnerUUID}'`, partners),
    ).toBe(1);
  });

  it.each([
    'Product eq 5',
    "LastChangeDateTime ge '2026-01-01'",
    "Product eq 'x",
    'Product eq',
    "Nope eq 'x'",
    "contains(Product,'x')",
    "CreationDate ge datetime'2026-13-01T00:00:00'",
    "Product in ('a')",
    '(BaseUnit eq',
  ])('refuses %s', async (filter) => {
    const answer = await call.get(`${products}?$filter=${encodeURIComponent(filter)}`);
    expect(answer.status).toBe(400);
    expect(answer.json.error.innererror.transactionid).toMatch(/^[0-9A-F]{32}$/);
  });

  it('takes a plus sign for a space', async () => {
    expect(await rawGet(sandbox, `${products}?$filter=Product+eq+'MZ-FG-000001'`)).toBe(200);
    expect(await rawGet(sandbox, `${v4}/PurchaseOrder?$filter=PurchaseOrder+eq+'1'`)).toBe(400);
  });
});

describe('paging', () => {
  const readAll = async (path: string): Promise<string[][]> => {
    const pages: string[][] = [];
    let next: string | undefined = path;
    while (next !== undefined) {
      const answer = await call.get(next);
      pages.push(keys(answer));
      next = answer.json.d.__next;
    }
    return pages;
  };

  it('cuts pages and goes on with a skip token, each row once', async () => {
    const pages = await readAll(`${products}?$select=Product`);
    expect(pages.map((page) => page.length)).toEqual([500, 500, 100]);
    expect(new Set(pages.flat()).size).toBe(1_100);
  });

  it('keeps order, filter and custom options in the next link', async () => {
    const pages = await readAll(
      `${products}?$orderby=LastChangeDateTime desc,Product&$filter=Product ne 'MZ-FG-000001'&$select=Product&sap-client=100`,
    );
    expect(new Set(pages.flat()).size).toBe(1_099);
  });

  it('counts $top over all pages and $skip once', async () => {
    const pages = await readAll(`${products}?$select=Product&$skip=10&$top=700`);
    expect(pages.map((page) => page.length)).toEqual([500, 200]);
    const all = (await readAll(`${products}?$select=Product`)).flat();
    expect(pages.flat()).toEqual(all.slice(10, 710));
  });

  it('lets the caller have smaller pages', async () => {
    const { json } = await call.get(products, { prefer: 'odata.maxpagesize=7' });
    expect(json.d.results).toHaveLength(7);
    expect(json.d.__next).toContain('$skiptoken=');
  });

  it('refuses a token it did not give', async () => {
    expect((await call.get(`${products}?$skiptoken=rubbish`)).status).toBe(400);
  });

  it('can be bent: empty page, loop, foreign host', async () => {
    sandbox.faults.add({ kind: 'empty-page' });
    const empty = await call.get(`${products}?$select=Product`);
    expect(empty.json.d.results).toEqual([]);
    const after = await call.get(empty.json.d.__next);
    expect(keys(after)).toHaveLength(500);

    sandbox.faults.add({ kind: 'loop-next-link' });
    const loop = await call.get(`${products}?$top=3`);
    expect(loop.json.d.__next).toBe(`${sandbox.url}${products}?$top=3`);

    sandbox.faults.add({ kind: 'cross-origin-next-link' });
    const foreign = await call.get(`${products}?$select=Product`);
    expect(foreign.json.d.__next).toMatch(/^http:\/\/elsewhere\.example\//);
  });

  it('may leave paging to the client', async () => {
    const plain = await startSapSandbox({ products: 1_100, serverPaging: false });
    try {
      const { json } = await createSapCaller(plain).get(`${products}?$select=Product`);
      expect(json.d.results).toHaveLength(1_100);
      expect(json.d.__next).toBeUndefined();
    } finally {
      await plain.close();
    }
  });

  it('goes on behind the last row though rows appear and disappear', async () => {
    const own = await startSapSandbox({ products: 50, pageSize: 20 });
    try {
      const caller = createSapCaller(own);
      const first = await caller.get(`${products}?$select=Product`);
      await caller.signIn();
      await caller('POST', products, { Product: 'AAA', ProductType: 'FERT', BaseUnit: 'PC' });
      const second = await caller.get(first.json.d.__next);
      expect(keys(first)).not.toContain(keys(second)[0]);
      expect(keys(second)).toHaveLength(20);
      expect(new Set([...keys(first), ...keys(second)]).size).toBe(40);
    } finally {
      await own.close();
    }
  });
});

describe('V4 reads', () => {
  it('writes numbers as they are, ISO dates, tags and messages', async () => {
    const { text, json, headers } = await call.get(
      `${v4}/PurchaseOrder('4500000001')?$expand=_PurchaseOrderItem($select=OrderQuantity,NetPriceAmount;$top=1;$expand=_PurchaseOrderScheduleLineTP)`,
    );
    expect(headers.get('odata-version')).toBe('4.0');
    expect(json['@odata.context']).toBe('$metadata#PurchaseOrder/$entity');
    expect(json['@odata.etag']).toBe(headers.get('etag'));
    expect(json.LastChangeDateTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/);
    expect(json.PurchaseOrderDate).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(json.SAP__Messages).toEqual([]);
    expect(text).toMatch(/"OrderQuantity":\d+\.\d{3}[,}]/);
    expect(json._PurchaseOrderItem).toHaveLength(1);
    const [item] = json._PurchaseOrderItem;
    expect(item._PurchaseOrderScheduleLineTP[0].ScheduleLineDeliveryTime).toBe('00:00:00');
  });

  it('writes decimals as strings when asked for IEEE754Compatible', async () => {
    const { json, headers } = await call.get(`${v4}/PurchaseOrderItem?$top=1`, {
      accept: 'application/json;IEEE754Compatible=true',
    });
    expect(headers.get('content-type')).toContain('IEEE754Compatible=true');
    expect(json.value[0].OrderQuantity).toMatch(/^\d+\.\d{3}$/);
  });

  it('pages with @odata.nextLink and counts as a number', async () => {
    const first = await call.get(`${v4}/PurchaseOrder?$count=true&$select=PurchaseOrder`, {
      prefer: 'odata.maxpagesize=20',
    });
    expect(first.json['@odata.count']).toBe(30);
    expect(first.json.value).toHaveLength(20);
    const second = await call.get(`${v4}/${first.json['@odata.nextLink']}`);
    expect(second.json.value).toHaveLength(10);
    expect(second.json['@odata.nextLink']).toBeUndefined();
  });

  it.each([
    ["PurchaseOrderDate ge 2000-01-01 and contains(Supplier,'173')", 30],
    ['LastChangeDateTime ge 2000-01-01T00:00:00Z', 30],
    ["PurchaseOrderDeletionCode eq 'L'", 0],
    ['ExchangeRate eq 1', 30],
  ])('filters %s', async (filter, expected) => {
    const { text } = await call.get(
      `${v4}/PurchaseOrder/$count?$filter=${encodeURIComponent(filter)}`,
    );
    expect(Number(text)).toBe(expected);
  });

  it("refuses V2's literals and functions", async () => {
    for (const filter of [
      "substringof('x',Supplier)",
      "PurchaseOrderDate ge datetime'2026-01-01T00:00:00'",
    ]) {
      const answer = await call.get(`${v4}/PurchaseOrder?$filter=${encodeURIComponent(filter)}`);
      expect(answer.status).toBe(400);
      expect(answer.json.error['@SAP__common.ExceptionCategory']).toBe('Client_Error');
    }
  });

  it('shows the very same order as V2', async () => {
    const one = await call.get(`${v2.order}/A_PurchaseOrder('4500000003')`);
    const two = await call.get(`${v4}/PurchaseOrder('4500000003')`);
    for (const field of ['Supplier', 'CompanyCode', 'DocumentCurrency', 'YY1_CommonOrderId_PDH']) {
      expect(two.json[field]).toBe(one.json.d[field]);
    }
  });
});

describe('documents about the service', () => {
  it('lists the sets of a service', async () => {
    const two = await call.get(`${v2.order}/`);
    expect(two.json.d.EntitySets).toContain('A_PurchaseOrderScheduleLine');
    const four = await call.get(`${v4}/`);
    expect(four.json.value).toContainEqual({
      name: 'PurchaseOrder',
      kind: 'EntitySet',
      url: 'PurchaseOrder',
    });
  });

  it('describes V2 with its annotations', async () => {
    const { text, headers } = await call.get(`${v2.order}/$metadata`, {
      accept: 'application/xml',
    });
    expect(headers.get('content-type')).toContain('application/xml');
    expect(text).toContain('<edmx:Edmx Version="1.0"');
    expect(text).toContain(
      '<Property Name="OrderQuantity" Type="Edm.Decimal" Precision="13" Scale="3" sap:unit="PurchaseOrderQuantityUnit"',
    );
    expect(text).toMatch(/Name="LastChangeDateTime"[^>]*Precision="7"[^>]*sap:creatable="false"/);
    expect(text).toContain('Name="YY1_CommonOrderId_PDH"');
    expect(text).not.toContain('ConcurrencyMode');
    const sales = await call.get(`${v2.sales}/$metadata`);
    expect(sales.text).toContain('ConcurrencyMode="Fixed"');
  });

  it('describes V4', async () => {
    const { text } = await call.get(`${v4}/$metadata`);
    expect(text).toContain('<edmx:Edmx Version="4.0"');
    expect(text).toContain(
      '<NavigationProperty Name="_PurchaseOrderScheduleLineTP" Type="Collection(com.sap.gateway.srvd_a2x.api_purchaseorder_2.v0001.PurchaseOrderScheduleLine_Type)"/>',
    );
    expect(text).toContain('SAP__core.OptimisticConcurrency');
  });

  it('lists the activated services in both catalogues', async () => {
    const two = await call.get('/sap/opu/odata/IWFND/CATALOGSERVICE;v=2/ServiceCollection');
    const names = two.json.d.results.map(({ Title }: { Title: string }) => Title);
    expect(names).toContain('API_PRODUCT_SRV');
    const four = await call.get(
      '/sap/opu/odata4/iwfnd/config/default/iwfnd/catalog/0002/ServiceGroups?$expand=DefaultSystem($expand=Services)',
    );
    expect(four.json.value[0].GroupId).toBe('API_PURCHASEORDER_2');
    expect(four.json.value[0].DefaultSystem.Services[0].ServiceUrl).toBe(`${v4}/`);
  });
});
