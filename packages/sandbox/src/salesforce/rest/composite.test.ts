import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSalesforceCaller, type SalesforceCaller } from '../salesforce-caller.fixture.ts';
import { type SalesforceSandbox, startSalesforceSandbox } from '../salesforce-sandbox.ts';

let sandbox: SalesforceSandbox;
let call: SalesforceCaller;

beforeEach(async () => {
  sandbox = await startSalesforceSandbox({ accounts: 4, contacts: 0, products: 0, orders: 0 });
  call = await createSalesforceCaller(sandbox);
});
afterEach(() => sandbox.close());

const base = '/services/data/v60.0';
const account = (fields: Record<string, unknown>) => ({
  attributes: { type: 'Account' },
  ...fields,
});
const idOf = (number: number): string => sandbox.state.find('Account')[number]!.Id as string;

describe('collections', () => {
  it('answer each record in its place', async () => {
    const answer = await call('POST', '/composite/sobjects', {
      allOrNone: false,
      records: [
        account({ Name: 'A' }),
        account({ Type: 'Other' }),
        { Name: 'nothing tells the type' },
        { attributes: { type: 'Contact' }, LastName: 'C' },
      ],
    });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual([
      { id: expect.stringMatching(/^001/), success: true, errors: [] },
      {
        success: false,
        errors: [
          {
            statusCode: 'REQUIRED_FIELD_MISSING',
            message: 'Required fields are missing: [Name]',
            fields: ['Name'],
          },
        ],
      },
      { success: false, errors: [expect.objectContaining({ statusCode: 'JSON_PARSER_ERROR' })] },
      { id: expect.stringMatching(/^003/), success: true, errors: [] },
    ]);
    expect(sandbox.state.find('Account', { Name: 'A' })).toHaveLength(1);
  });

  it('stamp all records with the same time', async () => {
    await call('POST', '/composite/sobjects', {
      records: [account({ Name: 'X' }), account({ Name: 'Y' }), account({ Name: 'Z' })],
    });
    const stamps = sandbox.state
      .find('Account', ({ Name }) => /^[XYZ]$/.test(String(Name)))
      .map(({ SystemModstamp }) => SystemModstamp);
    expect(stamps).toHaveLength(3);
    expect(new Set(stamps).size).toBe(1);
  });

  it('roll back as a whole with allOrNone', async () => {
    const answer = await call('PATCH', '/composite/sobjects', {
      allOrNone: true,
      records: [account({ id: idOf(0), Name: 'Changed' }), account({ id: idOf(1), Name: null })],
    });
    expect(answer.status).toBe(200);
    expect(
      answer.json.map(
        (result: { errors: { statusCode: string }[] }) => result.errors[0]!.statusCode,
      ),
    ).toEqual(['ALL_OR_NONE_OPERATION_ROLLED_BACK', 'REQUIRED_FIELD_MISSING']);
    expect(sandbox.state.find('Account', { Name: 'Changed' })).toEqual([]);
  });

  it('upsert by an external id', async () => {
    const send = () =>
      call('PATCH', '/composite/sobjects/Account/ERP_Id__c', {
        allOrNone: false,
        records: [
          account({ ERP_Id__c: 'E1', Name: 'One' }),
          account({ ERP_Id__c: 'E2' }),
          account({ Name: 'no key' }),
          account({ ERP_Id__c: 'e1', Name: 'Again' }),
        ],
      });
    expect((await send()).json).toMatchObject([
      { success: true, created: true },
      { success: false, created: false, errors: [{ statusCode: 'REQUIRED_FIELD_MISSING' }] },
      { success: false, created: false, errors: [{ statusCode: 'MISSING_ARGUMENT' }] },
      { success: false, errors: [{ message: 'Duplicate external id specified: e1' }] },
    ]);
    expect((await send()).json[0]).toMatchObject({ success: true, created: false });
    expect(sandbox.state.find('Account', { ERP_Id__c: 'E1' })).toHaveLength(1);
  });

  it('delete and read by ids', async () => {
    const [gone, kept] = [idOf(0), idOf(1)];
    const unknown = '001xx00000000zzAAA';
    const deleted = await call(
      'DELETE',
      `/composite/sobjects?ids=${gone},${unknown}&allOrNone=false`,
    );
    expect(deleted.json).toMatchObject([
      { id: gone, success: true },
      { success: false, errors: [expect.any(Object)] },
    ]);
    const read = await call('POST', '/composite/sobjects/Account', {
      ids: [gone, kept, unknown],
      fields: ['Name'],
    });
    expect(read.json).toEqual([
      null,
      { attributes: expect.any(Object), Name: sandbox.state.get('Account', kept)!.Name },
      null,
    ]);
  });

  it('have 200 records and 10 chunks at most', async () => {
    const many = Array.from({ length: 201 }, (_, index) => account({ Name: `N${index}` }));
    const refused = await call('POST', '/composite/sobjects', { records: many });
    expect([refused.status, refused.json[0].errorCode]).toEqual([400, 'EXCEEDED_ID_LIMIT']);
    const mixed = Array.from({ length: 12 }, (_, index) =>
      index % 2 ? account({ Name: 'x' }) : { attributes: { type: 'Contact' }, LastName: 'y' },
    );
    const chunked = await call('POST', '/composite/sobjects', { records: mixed });
    expect([chunked.status, chunked.json[0].errorCode]).toEqual([400, 'LIMIT_EXCEEDED']);
  });
});

describe('composite', () => {
  const request = (allOrNone: boolean, lastName: string | null) => ({
    allOrNone,
    compositeRequest: [
      {
        method: 'POST',
        url: `${base}/sobjects/Account`,
        referenceId: 'acc',
        body: { Name: 'Parent' },
      },
      {
        method: 'POST',
        url: `${base}/sobjects/Contact`,
        referenceId: 'con',
        body: { LastName: lastName, AccountId: '@{acc.id}' },
      },
      {
        method: 'GET',
        url: `${base}/query?q=SELECT+Id,AccountId+FROM+Contact+WHERE+AccountId='@{acc.id}'`,
        referenceId: 'found',
      },
      {
        method: 'PATCH',
        url: `${base}/sobjects/Account/@{found.records[0].AccountId}`,
        referenceId: 'renamed',
        body: { Name: 'Renamed' },
      },
    ],
  });

  it('passes values on from part to part', async () => {
    const { status, json } = await call('POST', '/composite', request(true, 'Child'));
    expect(status).toBe(200);
    const { compositeResponse: parts } = json;
    expect(parts.map((part: { httpStatusCode: number }) => part.httpStatusCode)).toEqual([
      201, 201, 200, 204,
    ]);
    expect(parts[0].httpHeaders.Location).toBe(`${base}/sobjects/Account/${parts[0].body.id}`);
    expect(sandbox.state.get('Account', parts[0].body.id)?.Name).toBe('Renamed');
    expect(sandbox.state.find('Contact')[0]?.AccountId).toBe(parts[0].body.id);
  });

  it('undoes all when one part fails and all or none was asked for', async () => {
    const before = sandbox.state.count('Account');
    const { json } = await call('POST', '/composite', request(true, null));
    expect(
      json.compositeResponse.map(
        (part: { body: { errorCode: string }[] }) => part.body[0]!.errorCode,
      ),
    ).toEqual([
      'PROCESSING_HALTED',
      'REQUIRED_FIELD_MISSING',
      'PROCESSING_HALTED',
      'PROCESSING_HALTED',
    ]);
    expect(sandbox.state.count('Account')).toBe(before);
  });

  it('keeps what worked otherwise; what needs a failed part fails', async () => {
    const { json } = await call('POST', '/composite', request(false, null));
    expect(
      json.compositeResponse.map((part: { httpStatusCode: number }) => part.httpStatusCode),
    ).toEqual([201, 400, 200, 400]);
    expect(json.compositeResponse[3].body[0].errorCode).toBe('PROCESSING_HALTED');
    expect(sandbox.state.find('Account', { Name: 'Parent' })).toHaveLength(1);
  });

  it('overrides the flag of a collection in it, and takes 25 parts', async () => {
    const part = {
      method: 'POST',
      url: `${base}/composite/sobjects`,
      referenceId: 'many',
      body: { allOrNone: false, records: [account({ Name: 'Fine' }), account({ Type: 'Other' })] },
    };
    await call('POST', '/composite', { allOrNone: true, compositeRequest: [part] });
    expect(sandbox.state.find('Account', { Name: 'Fine' })).toEqual([]);
    const many = Array.from({ length: 26 }, (_, index) => ({
      method: 'GET',
      url: `${base}/limits`,
      referenceId: `r${index}`,
    }));
    const refused = await call('POST', '/composite', { compositeRequest: many });
    expect([refused.status, refused.json[0].errorCode]).toEqual([400, 'LIMIT_EXCEEDED']);
  });
});

describe('batch', () => {
  it('runs independent parts, each counted, and can halt', async () => {
    const used = async () =>
      Number(/=(\d+)/.exec((await call('GET', '/limits')).headers.get('sforce-limit-info')!)![1]);
    const start = await used();
    const { json } = await call('POST', '/composite/batch', {
      haltOnError: true,
      batchRequests: [
        { method: 'PATCH', url: `v60.0/sobjects/account/${idOf(0)}`, richInput: { Name: 'B' } },
        { method: 'GET', url: 'v60.0/sobjects/Account/nope' },
        { method: 'GET', url: 'v60.0/limits' },
      ],
    });
    expect(json.hasErrors).toBe(true);
    expect(json.results).toMatchObject([
      { statusCode: 204, result: null },
      { statusCode: 404 },
      { statusCode: 412, result: [{ errorCode: 'BATCH_PROCESSING_HALTED' }] },
    ]);
    expect(await used()).toBe(start + 3);
    expect(sandbox.state.find('Account', { Name: 'B' })).toHaveLength(1);
  });
});

describe('graphs', () => {
  it('succeed or fail each for itself', async () => {
    const graph = (graphId: string, lastName: string | null) => ({
      graphId,
      compositeRequest: [
        {
          method: 'POST',
          url: `${base}/sobjects/Account`,
          referenceId: 'acc',
          body: { Name: `Graph ${graphId}` },
        },
        {
          method: 'POST',
          url: `${base}/sobjects/Contact`,
          referenceId: 'con',
          body: { LastName: lastName, AccountId: '@{acc.id}' },
        },
      ],
    });
    const { json } = await call('POST', '/composite/graph', {
      graphs: [graph('1', 'fine'), graph('2', null)],
    });
    expect(json.graphs.map(({ isSuccessful }: { isSuccessful: boolean }) => isSuccessful)).toEqual([
      true,
      false,
    ]);
    expect(sandbox.state.find('Account', { Name: 'Graph 1' })).toHaveLength(1);
    expect(sandbox.state.find('Account', { Name: 'Graph 2' })).toEqual([]);
    const many = { graphs: Array.from({ length: 76 }, (_, index) => graph(String(index), 'x')) };
    expect((await call('POST', '/composite/graph', many)).json[0].errorCode).toBe('LIMIT_EXCEEDED');
    const nodes = (prefix: string, count: number, parent?: string) =>
      Array.from({ length: count }, (_, index) => ({
        method: 'POST',
        url: `${base}/sobjects/Account`,
        referenceId: `${prefix}${index}`,
        body: {
          Name: 'n',
          ...(parent !== undefined && index > 0 ? { ParentId: `@{${prefix}${index - 1}.id}` } : {}),
        },
      }));
    for (const compositeRequest of [nodes('n', 501), nodes('d', 16, 'chain')]) {
      const refused = await call('POST', '/composite/graph', {
        graphs: [{ graphId: '1', compositeRequest }],
      });
      expect([refused.status, refused.json[0].errorCode]).toEqual([400, 'LIMIT_EXCEEDED']);
    }
    const chain = await call('POST', '/composite/graph', {
      graphs: [{ graphId: '1', compositeRequest: nodes('d', 15, 'chain') }],
    });
    expect(chain.json.graphs[0].isSuccessful).toBe(true);
    const failing = {
      graphs: Array.from({ length: 16 }, (_, index) => graph(String(index), null)),
    };
    const last = (await call('POST', '/composite/graph', failing)).json.graphs[15];
    expect(last.graphResponse.compositeResponse[1].body[0].errorCode).toBe('PROCESSING_HALTED');
  });
});

describe('a tree', () => {
  const tree = (lastName: string | null) => ({
    records: [
      {
        attributes: { type: 'Account', referenceId: 'a1' },
        Name: 'Root',
        Contacts: {
          records: [{ attributes: { type: 'Contact', referenceId: 'c1' }, LastName: lastName }],
        },
      },
    ],
  });

  it('is created with its children, or not at all', async () => {
    const created = await call('POST', '/composite/tree/Account', tree('Leaf'));
    expect(created.status).toBe(201);
    expect(created.json).toEqual({
      hasErrors: false,
      results: [
        { referenceId: 'a1', id: expect.stringMatching(/^001/) },
        { referenceId: 'c1', id: expect.stringMatching(/^003/) },
      ],
    });
    expect(sandbox.state.find('Contact')[0]?.AccountId).toBe(created.json.results[0].id);
    const refused = await call('POST', '/composite/tree/Account', tree(null));
    expect(refused.status).toBe(400);
    expect(refused.json).toMatchObject({
      hasErrors: true,
      results: [{ referenceId: 'c1', errors: [{ statusCode: 'REQUIRED_FIELD_MISSING' }] }],
    });
    expect(sandbox.state.find('Account', { Name: 'Root' })).toHaveLength(1);
  });
});
