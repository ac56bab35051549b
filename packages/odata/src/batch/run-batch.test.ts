import { describe, expect, test } from 'vitest';
import { createODataClient } from '../client/create-odata-client.ts';
import type { ODataClientOptions } from '../client/odata-client.ts';
import { type Answer, type SeenRequest, startServer } from '../client/start-server.fixture.ts';
import { defineEntityType } from '../entity/entity-type.ts';
import type { BatchEntry, BatchOutcome } from './batch-outcome.ts';

const item = defineEntityType({
  name: 'A_PurchaseOrderItem',
  key: ['PurchaseOrder', 'PurchaseOrderItem'],
  properties: {
    PurchaseOrder: 'Edm.String',
    PurchaseOrderItem: 'Edm.String',
    OrderQuantity: 'Edm.Decimal',
    Delivery: { type: 'Edm.DateTime', display: 'date' },
  },
});
const key = (number: string) => ({ PurchaseOrder: '45', PurchaseOrderItem: number });
const update = (number: string, id?: string) =>
  ({
    op: 'update',
    entity: item,
    key: key(number),
    data: { OrderQuantity: '7' },
    ifMatch: '*',
    id,
  }) as const;
const read = { op: 'get', entity: item, key: key('10') } as const;

async function serve(
  answer: (request: SeenRequest) => Answer,
  options: Partial<ODataClientOptions> = {},
) {
  const server = await startServer(answer);
  const client = createODataClient({
    http: server.http,
    servicePath: '/sap/opu/odata/sap/X',
    version: 'v2',
    ...options,
  });
  return { server, client, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const multipart = (text: string, boundary = 'B', status = 202): Answer => ({
  status,
  headers: { 'content-type': `multipart/mixed; boundary=${boundary}` },
  body: text,
});
const http = (status: number, body = '', headers = '') =>
  `HTTP/1.1 ${status} X\r\nContent-Type: application/json\r\n${headers}\r\n${body}`;
const part = (content: string, headers = '') =>
  `--B\r\nContent-Type: application/http\r\nContent-Length: ${Buffer.byteLength(content)}\r\ncontent-transfer-encoding: binary\r\n${headers}\r\n${content}\r\n`;
const set = (...contents: readonly string[]) =>
  `--B\r\nContent-Type: multipart/mixed; boundary=B1\r\n\r\n${contents
    .map((content) => part(content).replace('--B', '--B1'))
    .join('')}--B1--\r\n\r\n`;
const end = '--B--\r\n';
const failure = (contentId: string) =>
  JSON.stringify({
    error: {
      code: '06/010',
      message: { value: 'Quantity is wrong' },
      innererror: {
        errordetails: [
          { ContentID: contentId, code: '06/010', message: 'Quantity is wrong', severity: 'error' },
        ],
      },
    },
  });
const entity = '{"d":{"PurchaseOrder":"45","OrderQuantity":"7.000","Delivery":"/Date(0)/"}}';

const statuses = (outcomes: readonly BatchOutcome[]) => outcomes.map(({ status }) => status);
const run = async (
  answer: Answer,
  operations: readonly BatchEntry[],
  options: Partial<ODataClientOptions> = {},
  continueOnError?: boolean,
) => {
  await using fixture = await serve(() => answer, options);
  return await fixture.client.batch({ operations, continueOnError });
};

describe('a V2 batch is written', () => {
  test('byte by byte as Gateway takes it', async () => {
    await using fixture = await serve(() => multipart(end));
    await fixture.client.batch({
      operations: [
        { ...read, query: { select: ['PurchaseOrder'] } },
        { changeSet: [update('10'), update('20')] },
      ],
    });
    const [request] = fixture.server.requests;
    expect(request).toMatchObject({
      method: 'POST',
      url: '/sap/opu/odata/sap/X/$batch',
      headers: { 'content-type': 'multipart/mixed; boundary=batch_1', accept: 'multipart/mixed' },
    });
    expect(request?.body.split('\r\n')).toEqual([
      '--batch_1',
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      '',
      "GET A_PurchaseOrderItem(PurchaseOrder='45',PurchaseOrderItem='10')?$select=PurchaseOrder HTTP/1.1",
      'Accept: application/json',
      '',
      '',
      '--batch_1',
      'Content-Type: multipart/mixed; boundary=changeset_1_2',
      '',
      ...['1', '2'].flatMap((number, index) => [
        '--changeset_1_2',
        'Content-Type: application/http',
        'Content-Transfer-Encoding: binary',
        `Content-ID: ${index + 2}`,
        '',
        `PATCH A_PurchaseOrderItem(PurchaseOrder='45',PurchaseOrderItem='${number}0') HTTP/1.1`,
        'Accept: application/json',
        'Content-Type: application/json',
        'If-Match: *',
        '',
        '{"OrderQuantity":"7"}',
      ]),
      '--changeset_1_2--',
      '',
      '--batch_1--',
      '',
    ]);
  });

  test('trap: dates and decimals inside a batch have the form they have alone (cloud-sdk-js#5100)', async () => {
    await using fixture = await serve(() => multipart(end));
    await fixture.client.batch({
      operations: [
        { op: 'create', entity: item, data: { Delivery: '1969-12-31', OrderQuantity: '1.50' } },
      ],
    });
    expect(fixture.server.requests[0]?.body).toContain(
      '{"Delivery":"/Date(-86400000)/","OrderQuantity":"1.50"}',
    );
  });

  test('trap: sub-requests are bare relative for RAP (cloud-sdk-js#4293), or a whole path on demand', async () => {
    await using bare = await serve(() => multipart(end), { version: 'v4' });
    await bare.client.batch({ operations: [read] });
    expect(bare.server.requests[0]?.body).toContain('\r\nGET A_PurchaseOrderItem(');
    await using whole = await serve(() => multipart(end), { batch: { urls: 'absolute-path' } });
    await whole.client.batch({ operations: [read] });
    expect(whole.server.requests[0]?.body).toContain(
      '\r\nGET /sap/opu/odata/sap/X/A_PurchaseOrderItem(',
    );
  });

  test('with no inner boundary that begins as the outer one: its lines would end the part (RFC 2046)', async () => {
    await using fixture = await serve(() => multipart(end));
    await fixture.client.batch({
      operations: [{ changeSet: [update('10')] }, { changeSet: [update('20', '9')] }],
    });
    const { headers, body } = fixture.server.requests[0]!;
    const outer = /boundary=(\S+)/.exec(String(headers['content-type']))?.[1];
    const inner = [...body.matchAll(/boundary=(\S+)/g)].map(([, boundary]) => boundary);
    expect(inner).toHaveLength(2);
    expect(inner.filter((boundary) => boundary?.startsWith(outer!))).toEqual([]);
  });

  test('with a boundary that no body holds', async () => {
    await using fixture = await serve(() => multipart(end));
    await fixture.client.batch({
      operations: [{ op: 'create', entity: 'A', data: { text: 'batch_1 batch_2' } }],
    });
    expect(fixture.server.requests[0]?.headers['content-type']).toContain('batch_3');
  });

  test.each([
    [[{ changeSet: [] }]],
    [[{ changeSet: [read] }]],
    [[update('10', 'a'), update('20', 'a')]],
    [[update('10', 'a\r\nX: y')]],
  ])('never against its rules: %j', async (operations) => {
    await using fixture = await serve(() => multipart(end));
    await expect(
      fixture.client.batch({ operations: operations as readonly BatchEntry[] }),
    ).rejects.toMatchObject({ code: 'ERR_VALIDATION' });
    expect(fixture.server.requests).toHaveLength(0);
  });
});

describe('every operation gets its outcome', () => {
  test('reads and change sets that work', async () => {
    const outcomes = await run(
      multipart(
        part(http(200, entity)) +
          set(http(204, '', 'etag: W/"2"\r\n'), http(201, entity, 'Location: X(1)\r\n')) +
          end,
      ),
      [read, { changeSet: [update('10'), { op: 'create', entity: item, data: {} }] }],
    );
    expect(statuses(outcomes)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(outcomes).toMatchObject([
      {
        id: '1',
        result: { httpStatus: 200, record: { OrderQuantity: '7.000', Delivery: '1970-01-01' } },
      },
      { id: '2', result: { httpStatus: 204, etag: 'W/"2"' } },
      { id: '3', result: { httpStatus: 201, location: 'X(1)' } },
    ]);
  });

  test('a failed change set is one plain part: the culprit by ContentID, the others rolled back', async () => {
    const outcomes = await run(multipart(part(http(400, failure('2'))) + end), [
      { changeSet: [update('10'), update('20'), update('30')] },
    ]);
    expect(statuses(outcomes)).toEqual(['rolled-back', 'failed', 'rolled-back']);
    expect(outcomes[1]).toMatchObject({ error: { code: 'ERR_VALIDATION', vendorCode: '06/010' } });
    expect(outcomes[0]).toMatchObject({
      error: { code: 'ERR_ROLLED_BACK', message: expect.stringContaining('Quantity is wrong') },
    });
  });

  test('trap: without a ContentID all of the set failed, none silently (open-ux-odata#875)', async () => {
    const outcomes = await run(multipart(part(http(400, failure(''))) + end), [
      { changeSet: [update('10'), update('20')] },
    ]);
    expect(statuses(outcomes)).toEqual(['failed', 'failed']);
  });

  test('trap: a failure inside a nested answer undoes what looks successful (cloud-sdk-js#5106)', async () => {
    const outcomes = await run(multipart(set(http(204), http(409, failure(''))) + end), [
      { changeSet: [update('10'), update('20')] },
    ]);
    expect(statuses(outcomes)).toEqual(['rolled-back', 'failed']);
  });

  test('change sets are independent of each other', async () => {
    const outcomes = await run(
      multipart(set(http(204)) + part(http(400, failure('2'))) + set(http(204)) + end),
      [update('10'), update('20'), update('30')],
    );
    expect(statuses(outcomes)).toEqual(['succeeded', 'failed', 'succeeded']);
  });

  test('a list inside a batch is a page; a missing entity is a failure', async () => {
    const outcomes = await run(
      multipart(
        part(http(200, '{"d":{"results":[{"OrderQuantity":"1"}],"__next":"n"}}')) +
          part(http(404, failure(''))) +
          end,
      ),
      [{ op: 'list', entity: item }, read],
    );
    expect(outcomes).toMatchObject([
      {
        status: 'succeeded',
        result: { page: { records: [{ OrderQuantity: '1' }], nextLink: 'n' } },
      },
      { status: 'failed', error: { code: 'ERR_NOT_FOUND' } },
    ]);
  });

  test('trap: an answer without parts leaves every outcome unknown (cloud-sdk-java#386)', async () => {
    const outcomes = await run(multipart(end), [
      update('10'),
      { changeSet: [update('20'), update('30')] },
    ]);
    expect(statuses(outcomes)).toEqual(['unknown', 'unknown', 'unknown']);
    expect(outcomes[0]).toMatchObject({
      error: { code: 'ERR_OUTCOME_UNKNOWN', outcomeUnknown: true },
    });
  });

  test('an answer that is cut off leaves the rest unknown', async () => {
    const whole = set(http(204)) + set(http(204)) + end;
    const outcomes = await run(multipart(whole.slice(0, -30)), [update('10'), update('20')]);
    expect(statuses(outcomes)).toEqual(['succeeded', 'unknown']);
  });

  test('a write whose answer is unreadable is unknown, a read is failed', async () => {
    const outcomes = await run(
      multipart(
        set(http(201, '{"d":{"Delivery":"x"}}')) + part(http(200, '{"d":{"Delivery":"x"}}')) + end,
      ),
      [{ op: 'create', entity: item, data: {} }, read],
    );
    expect(statuses(outcomes)).toEqual(['unknown', 'failed']);
  });

  test('a part that cannot be read is nobody else’s answer', async () => {
    const garbage = part('<html>Bad gateway</html>');
    const two = entity.replace('"45"', '"46"');
    const answer = multipart(`${part(http(200, entity))}${garbage}${part(http(200, two))}${end}`);
    expect(await run(answer, [read, read, read])).toMatchObject([
      { status: 'succeeded', result: { record: { PurchaseOrder: '45' } } },
      { status: 'unknown' },
      { status: 'succeeded', result: { record: { PurchaseOrder: '46' } } },
    ]);
    const inSet = multipart(`${set('no answer', http(204))}${end}`);
    const outcomes = await run(inSet, [{ changeSet: [update('10'), update('20')] }]);
    expect(statuses(outcomes)).toEqual(['unknown', 'succeeded']);
  });

  test('a body that is no JSON is that operation’s own failure', async () => {
    const answer = multipart(`${part(http(200, '{"d":'))}${set(http(201, '{"d":'))}${end}`);
    const outcomes = await run(answer, [read, { op: 'create', entity: item, data: {} }]);
    expect(statuses(outcomes)).toEqual(['failed', 'unknown']);
  });

  test('V4 that stops at a failure did not run what follows', async () => {
    const answer = multipart(part(http(404, failure(''))) + end);
    const options = { version: 'v4' } as const;
    expect(statuses(await run(answer, [read, update('10')], options, false))).toEqual([
      'failed',
      'not-run',
    ]);
    expect(statuses(await run(answer, [read, update('10')], options))).toEqual([
      'failed',
      'unknown',
    ]);
  });

  test('Dataverse: the status of the whole is that of the first failure', async () => {
    const outcomes = await run(
      multipart(part(http(400, failure(''))) + end, 'B', 400),
      [read, update('10')],
      { version: 'v4' },
      false,
    );
    expect(statuses(outcomes)).toEqual(['failed', 'not-run']);
  });

  test('a batch of nothing sends nothing', async () => {
    await using fixture = await serve(() => multipart(end));
    expect(await fixture.client.batch({ operations: [] })).toEqual([]);
    expect(fixture.server.requests).toHaveLength(0);
  });
});

describe('the batch as a whole', () => {
  test('refused means that nothing has run: an error', async () => {
    await expect(run({ status: 400, body: failure('') }, [update('10')])).rejects.toMatchObject({
      code: 'ERR_VALIDATION',
      outcomeUnknown: false,
    });
  });

  test.each([
    ['nothing, the connection is cut', { reset: true }],
    ['no multipart', { body: { d: {} } }],
    ['a lost connection behind a proxy', { status: 502, body: '<html>' }],
  ])('answered by %s leaves every outcome unknown', async (_, answer) => {
    expect(statuses(await run(answer, [update('10'), update('20')]))).toEqual([
      'unknown',
      'unknown',
    ]);
  });

  test('is a failure when it only reads', async () => {
    await expect(run({ status: 502, body: '' }, [read])).rejects.toMatchObject({
      code: 'ERR_TRANSIENT',
    });
  });
});

describe('multipart answers are read whatever their form', () => {
  const ok = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"d":{"OrderQuantity":"1"}}';
  test.each([
    ['LF only', `--B\nContent-Type: application/http\n\n${ok.replaceAll('\r', '')}\n--B--\n`, 'B'],
    [
      'a quoted boundary with odd characters',
      `--a'b:c\r\nCONTENT-TYPE: application/http\r\n\r\n${ok}\r\n--a'b:c--`,
      `"a'b:c"`,
    ],
    [
      'a preamble and an epilogue',
      `preamble\r\n--B\r\ncontent-type:application/http\r\n\r\n${ok}\r\n--B--\r\nepilogue`,
      'B',
    ],
    [
      'spaces behind the boundary',
      `--B  \r\nContent-Type: application/http\r\n\r\n${ok}\r\n--B--  `,
      'B',
    ],
    [
      'a wrong Content-Length',
      `--B\r\nContent-Type: application/http\r\nContent-Length: 3\r\n\r\n${ok}\r\n--B--`,
      'B',
    ],
    [
      'a Content-Length beyond the end',
      `--B\r\nContent-Type: application/http\r\nContent-Length: 99999\r\n\r\n${ok}\r\n--B--`,
      'B',
    ],
  ])('%s', async (_, text, boundary) => {
    const outcomes = await run(multipart(text, boundary), [read]);
    expect(outcomes).toMatchObject([
      { status: 'succeeded', result: { record: { OrderQuantity: '1' } } },
    ]);
  });

  test('Content-IDs tell which answer is whose', async () => {
    const answer = multipart(
      set(
        http(204, '', 'Content-ID: b\r\netag: eb\r\n'),
        http(204, '', 'Content-ID: a\r\netag: ea\r\n'),
      ) + end,
    );
    const outcomes = await run(answer, [{ changeSet: [update('10', 'a'), update('20', 'b')] }]);
    expect(outcomes).toMatchObject([
      { id: 'a', result: { etag: 'ea' } },
      { id: 'b', result: { etag: 'eb' } },
    ]);
  });
});

describe('a V4 JSON batch', () => {
  const options = { version: 'v4', batch: { format: 'json' } } as const;
  const json = (responses: readonly object[]): Answer => ({ body: { responses } });

  test('keeps the digits of numbers, and groups change sets', async () => {
    await using fixture = await serve(() => json([]), options);
    await fixture.client.batch({
      operations: [
        read,
        {
          changeSet: [
            {
              op: 'update',
              entity: item,
              key: key('10'),
              data: { OrderQuantity: '12345678901234567.10' },
            },
          ],
        },
      ],
    });
    const [request] = fixture.server.requests;
    expect(request?.body).toContain('"body":{"OrderQuantity":12345678901234567.10}');
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      requests: [
        {
          id: '1',
          method: 'GET',
          url: "A_PurchaseOrderItem(PurchaseOrder='45',PurchaseOrderItem='10')",
        },
        { id: '2', method: 'PATCH', atomicityGroup: 'g2' },
      ],
    });
  });

  test('settles by id, in any order, 424 told apart', async () => {
    const outcomes = await run(
      json([
        { id: '4', status: 424 },
        { id: '3', status: 424, body: { error: { code: 'x', message: 'undone' } } },
        {
          id: '2',
          status: 400,
          headers: { 'Content-Type': 'application/json' },
          body: JSON.parse(failure('')),
        },
        { id: '1', status: 200, headers: { ETag: 'e' }, body: { OrderQuantity: 7 } },
      ]),
      [read, { changeSet: [update('10'), update('20')] }, update('30')],
      options,
    );
    expect(outcomes).toMatchObject([
      { status: 'succeeded', result: { etag: 'e', record: { OrderQuantity: '7' } } },
      { status: 'failed', error: { message: expect.stringContaining('Quantity is wrong') } },
      { status: 'rolled-back' },
      { status: 'failed-dependency' },
    ]);
  });

  test('whose answer lacks an operation leaves it unknown', async () => {
    const outcomes = await run(
      json([{ id: '2', status: 204 }]),
      [update('10'), { changeSet: [update('20'), update('30')] }],
      options,
    );
    expect(statuses(outcomes)).toEqual(['unknown', 'succeeded', 'unknown']);
  });
});
