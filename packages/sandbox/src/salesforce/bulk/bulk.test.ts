import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSalesforceCaller, type SalesforceCaller } from '../salesforce-caller.fixture.ts';
import { type SalesforceSandbox, startSalesforceSandbox } from '../salesforce-sandbox.ts';

let sandbox: SalesforceSandbox;
let call: SalesforceCaller;

beforeEach(async () => {
  sandbox = await startSalesforceSandbox({ accounts: 12, contacts: 0, products: 0, orders: 0 });
  call = await createSalesforceCaller(sandbox);
});
afterEach(() => sandbox.close());

async function openJob(job: Record<string, unknown>, csv: string): Promise<string> {
  const created = await call('POST', '/jobs/ingest', { contentType: 'CSV', ...job });
  expect(created.json.state).toBe('Open');
  const { id, contentUrl } = created.json;
  const uploaded = await call('PUT', `/${contentUrl}`.replace('/services', '/services'), csv, {
    'content-type': 'text/csv',
  });
  expect([uploaded.status, uploaded.text]).toEqual([201, '']);
  const closed = await call('PATCH', `/jobs/ingest/${id}`, { state: 'UploadComplete' });
  expect(closed.json.state).toBe('UploadComplete');
  return id;
}

async function finish(id: string, kind = 'ingest') {
  for (;;) {
    const { json } = await call('GET', `/jobs/${kind}/${id}`);
    if (/JobComplete|Failed|Aborted/.test(json.state)) return json;
  }
}

const results = async (id: string, which: string): Promise<string[]> =>
  (await call('GET', `/jobs/ingest/${id}/${which}`)).text.trimEnd().split(/\r?\n/);

describe('an ingest job', () => {
  it('goes from state to state as it is looked at, and tells of each row', async () => {
    const id = await openJob(
      { object: 'Account', operation: 'insert' },
      'Name,ERP_Id__c,Credit_Limit__c\n"Comma, ""quote"" and\nline",B1,10.50\n,B2,1\nTwin,b1,1\n',
    );
    expect((await call('GET', `/jobs/ingest/${id}`)).json.state).toBe('InProgress');
    const early = await call('GET', `/jobs/ingest/${id}/failedResults`);
    expect(early.json[0].errorCode).toBe('INVALIDJOBSTATE');
    expect(await finish(id)).toMatchObject({
      state: 'JobComplete',
      numberRecordsProcessed: 3,
      numberRecordsFailed: 2,
      apiVersion: 60,
    });
    const [created] = sandbox.state.find('Account', { ERP_Id__c: 'B1' });
    expect(created).toMatchObject({ Name: 'Comma, "quote" and\nline', Credit_Limit__c: '10.5' });
    const successful = (await call('GET', `/jobs/ingest/${id}/successfulResults`)).text;
    expect(successful).toBe(
      `"sf__Id","sf__Created","Name","ERP_Id__c","Credit_Limit__c"\n"${created!.Id}","true","Comma, ""quote"" and\nline","B1","10.50"\n`,
    );
    const failed = await results(id, 'failedResults');
    expect(failed[0]).toBe('"sf__Id","sf__Error","Name","ERP_Id__c","Credit_Limit__c"');
    expect(failed.slice(1).sort()).toEqual([
      expect.stringContaining('"DUPLICATE_VALUE:duplicate value found: ERP_Id__c'),
      '"","REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --","","B2","1"',
    ]);
    expect(await results(id, 'unprocessedrecords')).toEqual([
      '"Name","ERP_Id__c","Credit_Limit__c"',
    ]);
  });

  it('upserts by an external id, finds parents by theirs, clears with #N/A', async () => {
    sandbox.actions.createRecords({
      object: 'Account',
      records: [
        { Name: 'Parent', ERP_Id__c: 'P' },
        { Name: 'Old', ERP_Id__c: 'U', Phone: '1', Site: 's' },
      ],
    });
    const id = await openJob(
      {
        object: 'Account',
        operation: 'upsert',
        externalIdFieldName: 'ERP_Id__c',
        columnDelimiter: 'SEMICOLON',
        lineEnding: 'CRLF',
      },
      'ERP_Id__c;Name;Phone;Site;Parent.ERP_Id__c\r\nU;New;#N/A;;P\r\nV;Fresh;2;x;nobody\r\nW;Third;3;;\r\n',
    );
    expect(await finish(id)).toMatchObject({ numberRecordsProcessed: 3, numberRecordsFailed: 1 });
    const [parent] = sandbox.state.find('Account', { ERP_Id__c: 'P' });
    const [updated] = sandbox.state.find('Account', { ERP_Id__c: 'U' });
    expect(updated).toMatchObject({ Name: 'New', Phone: null, Site: 's', ParentId: parent!.Id });
    const created = (await results(id, 'successfulResults'))
      .slice(1)
      .map((line) => line.split(';')[1]);
    expect(created.sort()).toEqual(['"false"', '"true"']);
    const stamps = sandbox.state
      .find('Account', ({ ERP_Id__c }) => ERP_Id__c === 'U' || ERP_Id__c === 'W')
      .map(({ SystemModstamp }) => SystemModstamp);
    expect(new Set(stamps).size).toBe(1);
  });

  it('takes an external id once', async () => {
    const job = { object: 'Account', operation: 'upsert', externalIdFieldName: 'ERP_Id__c' };
    const id = await openJob(job, 'ERP_Id__c,Name\nT,One\nt,Two\n');
    expect(await finish(id)).toMatchObject({ numberRecordsProcessed: 2, numberRecordsFailed: 1 });
    const [, failed] = await results(id, 'failedResults');
    expect(failed).toContain('DUPLICATE_VALUE:Duplicate external id specified: t:ERP_Id__c --');
    expect(sandbox.state.find('Account', { ERP_Id__c: 'T' })).toMatchObject([{ Name: 'One' }]);
  });

  it('gives results in another order than the rows', async () => {
    const rows = Array.from({ length: 50 }, (_, index) => `Row ${String(index).padStart(2, '0')}`);
    const id = await openJob(
      { object: 'Account', operation: 'insert' },
      ['Name', ...rows].join('\n'),
    );
    await finish(id);
    const names = (await results(id, 'successfulResults'))
      .slice(1)
      .map((line) => line.split('"')[5]);
    expect(names).not.toEqual(rows);
    expect(names.sort()).toEqual(rows);
  });

  it('is done in time by the clock, too', async () => {
    const id = await openJob({ object: 'Account', operation: 'insert' }, 'Name\nx\n');
    sandbox.clock.advance(60_000);
    expect((await call('GET', `/jobs/ingest/${id}`)).json.state).toBe('JobComplete');
  });

  it('deletes, softly or for good', async () => {
    const [soft, hard] = sandbox.state.find('Account').map(({ Id }) => Id as string);
    await finish(await openJob({ object: 'Account', operation: 'delete' }, `Id\n${soft}\n`));
    await finish(await openJob({ object: 'Account', operation: 'hardDelete' }, `Id\n${hard}\n`));
    expect(sandbox.state.get('Account', soft!)?.IsDeleted).toBe(true);
    expect(sandbox.state.get('Account', hard!)).toBeUndefined();
  });

  it.each([
    ['Nope\nx\n', {}, 'InvalidBatch : Field name not found : Nope'],
    ['\uFEFFName\nx\n', {}, 'InvalidBatch : Field name not found : \uFEFFName'],
    ['Name;Type\nx;y\n', {}, 'InvalidBatch : Field name not found : Name;Type'],
    [
      'Name\r\nx\r\n',
      {},
      'ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is LF',
    ],
    [
      'Name\nx\n',
      { lineEnding: 'CRLF' },
      'ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is CRLF',
    ],
  ])('fails as a whole on %j', async (csv, job, errorMessage) => {
    const id = await openJob({ object: 'Account', operation: 'insert', ...job }, csv);
    expect(await finish(id)).toMatchObject({
      state: 'Failed',
      errorMessage,
      numberRecordsProcessed: 0,
    });
    expect(sandbox.state.count('Account')).toBe(12);
    expect(await results(id, 'unprocessedrecords')).toHaveLength(2);
  });

  it('fails when the vendor does, and can be aborted', async () => {
    sandbox.actions.failNextBulkJob({ message: 'TooManyLockFailure : 200 rows' });
    const failed = await finish(
      await openJob({ object: 'Account', operation: 'insert' }, 'Name\nx\n'),
    );
    expect(failed).toMatchObject({
      state: 'Failed',
      errorMessage: 'TooManyLockFailure : 200 rows',
    });
    const id = await openJob({ object: 'Account', operation: 'insert' }, 'Name\nx\n');
    expect((await call('PATCH', `/jobs/ingest/${id}`, { state: 'Aborted' })).json.state).toBe(
      'Aborted',
    );
    expect(await results(id, 'unprocessedrecords')).toEqual(['"Name"', '"x"']);
    expect((await call('DELETE', `/jobs/ingest/${id}`)).status).toBe(204);
    expect((await call('GET', `/jobs/ingest/${id}`)).status).toBe(404);
  });

  it('takes one upload, or comes in one piece', async () => {
    const { json } = await call('POST', '/jobs/ingest', { object: 'Account', operation: 'insert' });
    const put = () =>
      call('PUT', `/jobs/ingest/${json.id}/batches`, 'Name\nx\n', { 'content-type': 'text/csv' });
    expect((await put()).status).toBe(201);
    expect((await put()).json[0].errorCode).toBe('INVALIDJOBSTATE');

    const form = [
      '--BOUNDARY',
      'Content-Disposition: form-data; name="job"',
      'Content-Type: application/json',
      '',
      '{"object":"Account","operation":"insert","contentType":"CSV"}',
      '--BOUNDARY',
      'Content-Disposition: form-data; name="content"; filename="content"',
      'Content-Type: text/csv',
      '',
      'Name\nIn one piece\n',
      '--BOUNDARY--',
      '',
    ].join('\r\n');
    const created = await call('POST', '/jobs/ingest', form, {
      'content-type': 'multipart/form-data; boundary=BOUNDARY',
    });
    expect(created.json.state).toBe('UploadComplete');
    expect(await finish(created.json.id)).toMatchObject({ numberRecordsProcessed: 1 });
    expect(sandbox.state.find('Account', { Name: 'In one piece' })).toHaveLength(1);
  });

  it.each([
    ['INVALIDENTITY', { object: 'Nope', operation: 'insert' }],
    ['INVALIDJOB', { object: 'Account', operation: 'merge' }],
    ['INVALIDJOB', { object: 'Account', operation: 'upsert', externalIdFieldName: 'Name' }],
    ['INVALIDJOB', { object: 'Account', operation: 'insert', columnDelimiter: 'DOT' }],
  ])('is refused: %s', async (errorCode, job) => {
    expect((await call('POST', '/jobs/ingest', job)).json[0].errorCode).toBe(errorCode);
  });
});

describe('a query job', () => {
  const start = async (query: string, operation = 'query'): Promise<string> => {
    const created = await call('POST', '/jobs/query', { operation, query });
    expect(created.json).toMatchObject({ state: 'UploadComplete', object: 'Account' });
    return created.json.id;
  };

  it('gives its results in pages, each with the header', async () => {
    const id = await start('SELECT Id, Name, Owner.Username, Blocked__c FROM Account ORDER BY Id');
    await finish(id, 'query');
    const pages: { lines: number; first: string }[] = [];
    let locator: string | null = null;
    do {
      const more: string = locator === null ? '' : `&locator=${locator}`;
      const page = await call('GET', `/jobs/query/${id}/results?maxRecords=5${more}`);
      expect(page.headers.get('content-type')).toBe('text/csv');
      pages.push({
        lines: Number(page.headers.get('sforce-numberofrecords')),
        first: page.text.slice(0, page.text.indexOf('\n')),
      });
      locator = page.headers.get('sforce-locator');
    } while (locator !== 'null');
    expect(pages.map(({ lines }) => lines)).toEqual([5, 5, 2]);
    expect(new Set(pages.map(({ first }) => first))).toEqual(
      new Set(['"Id","Name","Owner.Username","Blocked__c"']),
    );
  });

  it('writes values as the API does', async () => {
    const [first] = sandbox.state.find('Account');
    sandbox.actions.changeRecords({
      object: 'Account',
      ids: [String(first!.Id)],
      fields: {
        Credit_Limit__c: 7,
        Blocked__c: true,
        Phone: null,
        Last_Synced__c: '2026-01-05T10:00:00.000+0200',
      },
    });
    const fields = 'Credit_Limit__c, NumberOfEmployees, Blocked__c, Phone, Last_Synced__c';
    const id = await start(`SELECT ${fields} FROM Account WHERE Id = '${first!.Id}'`);
    await finish(id, 'query');
    const { text } = await call('GET', `/jobs/query/${id}/results`);
    expect(text.split('\n')[1]).toBe(
      `"7.0","${first!.NumberOfEmployees}","true","","2026-01-05T08:00:00.000Z"`,
    );
  });

  it('shows deleted records with queryAll', async () => {
    const [first] = sandbox.state.find('Account');
    sandbox.actions.deleteRecords({ object: 'Account', ids: [String(first!.Id)] });
    const id = await start('SELECT Id FROM Account WHERE IsDeleted = true', 'queryAll');
    await finish(id, 'query');
    const { text } = await call('GET', `/jobs/query/${id}/results`);
    expect(text).toBe(`"Id"\n"${first!.Id}"\n`);
  });

  it('is gone after a week', async () => {
    const id = await start('SELECT Id FROM Account');
    await finish(id, 'query');
    sandbox.clock.advance(7 * 24 * 3_600_000 + 1);
    call = await createSalesforceCaller(sandbox);
    expect((await call('GET', `/jobs/query/${id}/results`)).status).toBe(404);
  });

  it.each([
    ['SELECT Id FROM Account OFFSET 5', 'INVALIDJOB'],
    ['SELECT Id, (SELECT Id FROM Contacts) FROM Account', 'INVALIDJOB'],
    ['SELECT COUNT() FROM Account', 'INVALIDJOB'],
    ['SELECT FROM Account', 'MALFORMED_QUERY'],
  ])('is refused: %s', async (query, errorCode) => {
    const answer = await call('POST', '/jobs/query', { operation: 'query', query });
    expect([answer.status, answer.json[0].errorCode]).toEqual([400, errorCode]);
  });
});
