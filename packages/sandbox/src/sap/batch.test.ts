import { afterEach, describe, expect, it } from 'vitest';
import {
  createSapCaller,
  newItem,
  newOrder,
  type SapAnswer,
  type SapCaller,
  v2,
  v4,
} from './sap-caller.fixture.ts';
import type { SapSandboxOptions } from './sap-options.ts';
import { type SapSandbox, startSapSandbox } from './sap-sandbox.ts';

let sandbox: SapSandbox;

async function start(options: SapSandboxOptions = {}): Promise<SapCaller> {
  sandbox = await startSapSandbox({ products: 20, purchaseOrders: 3, ...options });
  const call = createSapCaller(sandbox);
  await call.signIn();
  return call;
}

afterEach(() => sandbox.close());

const accept = 'Accept: application/json';

const get = (url: string): string =>
  [
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    '',
    `GET ${url} HTTP/1.1`,
    accept,
    '',
    '',
  ].join('\r\n');

const change = (method: string, url: string, body: unknown, id = '1'): string =>
  [
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    `Content-ID: ${id}`,
    '',
    `${method} ${url} HTTP/1.1`,
    'Content-Type: application/json',
    accept,
    'If-Match: *',
    '',
    JSON.stringify(body),
  ].join('\r\n');

const enclose = (parts: readonly string[], boundary: string): string =>
  [...parts.flatMap((part) => [`--${boundary}`, part]), `--${boundary}--`, ''].join('\r\n');

const changeSet = (...changes: string[]): string =>
  `Content-Type: multipart/mixed; boundary=cs\r\n\r\n${enclose(changes, 'cs')}`;

const send = (
  call: SapCaller,
  service: string,
  parts: readonly string[],
  headers = {},
): Promise<SapAnswer> =>
  call('POST', `${service}/$batch`, enclose(parts, 'batch_1'), {
    'content-type': 'multipart/mixed; boundary=batch_1',
    accept: 'multipart/mixed',
    ...headers,
  });

interface Part {
  readonly status: number;
  readonly headers: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes are inspected field by field
  readonly json: any;
}

/** Reads by Content-Length, as a careful client does. */
function partsOf(text: string, contentType: string): (Part | Part[])[] {
  const boundary = /boundary=(\S+)/.exec(contentType)![1]!;
  const bytes = Buffer.from(text);
  const parts: (Part | Part[])[] = [];
  let at = bytes.indexOf(`--${boundary}\r\n`);
  while (at >= 0) {
    const headersEnd = bytes.indexOf('\r\n\r\n', at);
    const head = bytes.subarray(at, headersEnd).toString();
    const length = Number(/Content-Length: (\d+)/.exec(head)![1]);
    const content = bytes.subarray(headersEnd + 4, headersEnd + 4 + length).toString();
    const end = headersEnd + 4 + length;
    expect(bytes.subarray(end, end + 4).toString()).toBe('\r\n--');
    parts.push(
      head.includes('multipart/mixed') ? (partsOf(content, head) as Part[]) : readPart(content),
    );
    at = bytes.indexOf(`--${boundary}\r\n`, end);
  }
  return parts;
}

function readPart(content: string): Part {
  const split = content.indexOf('\r\n\r\n');
  const headers = content.slice(0, split);
  const body = content.slice(split + 4);
  expect(Number(/^Content-Length: (\d+)/m.exec(headers)![1])).toBe(Buffer.byteLength(body));
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(headers)![1]),
    headers,
    json: body ? JSON.parse(body) : undefined,
  };
}

const read = (answer: SapAnswer) => partsOf(answer.text, answer.headers.get('content-type')!);
const item = (order: string) =>
  `A_PurchaseOrderItem(PurchaseOrder='${order}',PurchaseOrderItem='10')`;

describe('$batch over V2', () => {
  it('answers 202 with one part for every operation, in order', async () => {
    const call = await start();
    const answer = await send(call, v2.order, [
      get("A_PurchaseOrder('4500000001')?$select=PurchaseOrder"),
      changeSet(
        change('PATCH', item('4500000001'), { OrderQuantity: '7' }),
        change('POST', 'A_PurchaseOrder', newOrder(), '2'),
      ),
      get("A_PurchaseOrder('none')"),
      get(`${v2.order}/A_PurchaseOrder('4500000002')?$select=PurchaseOrder`),
    ]);
    expect(answer.status).toBe(202);
    expect(answer.headers.get('content-type')).toMatch(/^multipart\/mixed; boundary=/);
    const [first, second, third, fourth] = read(answer) as [Part, Part[], Part, Part];
    expect(first.json.d.PurchaseOrder).toBe('4500000001');
    expect(second.map(({ status }) => status)).toEqual([204, 201]);
    expect(second[1]!.headers).toContain('Content-ID: 2');
    expect(second[1]!.json.d.PurchaseOrder).toBe('4500000003');
    expect(third.status).toBe(404);
    expect(fourth.json.d.PurchaseOrder).toBe('4500000002');
  });

  it('undoes a change set that fails and answers with the failed part alone', async () => {
    const call = await start();
    const before = await call.get(`${v2.order}/${item('4500000001')}`);
    const answer = await send(call, v2.order, [
      changeSet(
        change('PATCH', item('4500000001'), { OrderQuantity: '999' }),
        change('POST', 'A_PurchaseOrder', newOrder({ Supplier: '1' }), '2'),
      ),
      changeSet(change('PATCH', item('4500000002'), { OrderQuantity: '5' })),
    ]);
    const [failed, done] = read(answer) as [Part, Part[]];
    expect(failed.status).toBe(400);
    expect(failed.json.error.code).toBe('06/321');
    expect(failed.json.error.innererror.errordetails[0].ContentID).toBe('2');
    expect(done[0]!.status).toBe(204);
    const after = await call.get(`${v2.order}/${item('4500000001')}`);
    expect(after.json).toEqual(before.json);
    expect(sandbox.state.counters().createdPurchaseOrders).toBe(0);
  });

  it('names the entity of an earlier part by $ and Content-ID, or not', async () => {
    const parts = [
      changeSet(
        change('POST', 'A_PurchaseOrder', newOrder(), 'new'),
        change('POST', '$new/to_PurchaseOrderItem', newItem(), '2'),
      ),
    ];
    const [made] = read(await send(await start(), v2.order, parts)) as [Part[]];
    expect(made[1]!.json.d.PurchaseOrderItem).toBe('20');
    await sandbox.close();
    const refusing = await start({ contentIdReferences: false });
    const [refused] = read(await send(refusing, v2.order, parts)) as [Part];
    expect(refused.status).toBe(400);
    expect(sandbox.state.counters().createdPurchaseOrders).toBe(0);
  });

  it.each<[string, string]>([
    ['no blank line behind a GET', enclose([get('A_PurchaseOrder').slice(0, -2)], 'batch_1')],
    ['bare line feeds', enclose([get('A_PurchaseOrder')], 'batch_1').replaceAll('\r\n', '\n')],
    ['no end', `--batch_1\r\n${get('A_PurchaseOrder')}`],
    ['a GET in a change set', enclose([changeSet(get('A_PurchaseOrder'))], 'batch_1')],
    [
      'a change outside a change set',
      enclose([change('POST', 'A_PurchaseOrder', newOrder())], 'batch_1'),
    ],
    [
      'a change set in a change set',
      enclose([changeSet(changeSet(change('POST', 'A_PurchaseOrder', newOrder())))], 'batch_1'),
    ],
  ])('does nothing of a batch with %s', async (_name, body) => {
    const call = await start();
    const answer = await call('POST', `${v2.order}/$batch`, body, {
      'content-type': 'multipart/mixed;boundary="batch_1"',
    });
    expect(answer.status).toBe(400);
    expect(sandbox.state.counters().createdPurchaseOrders).toBe(0);
  });

  it('takes multipart/mixed only', async () => {
    const call = await start();
    const answer = await call('POST', `${v2.order}/$batch`, { requests: [] });
    expect(answer.status).toBe(415);
  });
});

describe('$batch over V4', () => {
  const order = "PurchaseOrder('4500000001')";

  it('answers 200 and takes the bare form of a URL only', async () => {
    const call = await start();
    const prefer = { prefer: 'odata.continue-on-error' };
    const answer = await send(
      call,
      v4,
      [get(order), get(`/${order}`), get(`${v4}/${order}`)],
      prefer,
    );
    expect(answer.status).toBe(200);
    expect((read(answer) as Part[]).map(({ status }) => status)).toEqual([200, 404, 404]);
  });

  it('stops at the first failure unless the caller prefers to go on', async () => {
    const call = await start();
    const answer = await send(call, v4, [get("PurchaseOrder('1')"), get(order)]);
    expect((read(answer) as Part[]).map(({ status }) => status)).toEqual([404]);
  });

  it('undoes a change set that fails', async () => {
    const call = await start();
    const path = "PurchaseOrderItem(PurchaseOrder='4500000001',PurchaseOrderItem='10')";
    const before = await call.get(`${v4}/${path}`);
    const answer = await send(call, v4, [
      changeSet(
        change('PATCH', path, { OrderQuantity: 77 }),
        change('PATCH', path, { OrderQuantity: '1' }, '2'),
      ),
    ]);
    const [failed] = read(answer) as [Part];
    expect(failed.status).toBe(400);
    expect(failed.json.error['@SAP__core.ContentID']).toBe('2');
    expect((await call.get(`${v4}/${path}`)).json).toEqual(before.json);
  });

  it('refuses the JSON form unless told to take it', async () => {
    const requests = {
      requests: [
        {
          id: '1',
          method: 'PATCH',
          url: order,
          atomicityGroup: 'g',
          headers: { 'If-Match': '*' },
          body: { PaymentTerms: '0001' },
        },
        {
          id: '2',
          method: 'PATCH',
          url: order,
          atomicityGroup: 'g',
          headers: { 'If-Match': '*' },
          body: { PurchasingGroup: '003' },
        },
        { id: '3', method: 'GET', url: `${order}?$select=PaymentTerms`, dependsOn: ['g'] },
        {
          id: '4',
          method: 'PATCH',
          url: order,
          atomicityGroup: 'h',
          headers: { 'If-Match': '*' },
          body: { PaymentTerms: '0009' },
        },
        {
          id: '5',
          method: 'PATCH',
          url: order,
          atomicityGroup: 'h',
          headers: { 'If-Match': '*' },
          body: { PurchasingGroup: '999' },
        },
        { id: '6', method: 'GET', url: order, dependsOn: ['h'] },
      ],
    };
    const refusing = await start();
    expect((await refusing('POST', `${v4}/$batch`, requests)).status).toBe(415);
    await sandbox.close();
    const call = await start({ jsonBatch: true });
    const { json } = await call('POST', `${v4}/$batch`, requests);
    const statuses = json.responses.map(({ id, status }: { id: string; status: number }) => [
      id,
      status,
    ]);
    expect(statuses).toEqual([
      ['1', 200],
      ['2', 200],
      ['3', 200],
      ['4', 400],
      ['5', 400],
      ['6', 424],
    ]);
    expect(json.responses[2].body.PaymentTerms).toBe('0001');
    expect((await call.get(`${v4}/${order}`)).json).toMatchObject({
      PaymentTerms: '0001',
      PurchasingGroup: '003',
    });
  });
});
