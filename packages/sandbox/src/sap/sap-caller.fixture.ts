import { request as httpRequest } from 'node:http';
import type { SapSandbox } from './sap-sandbox.ts';

export const v2 = {
  product: '/sap/opu/odata/sap/API_PRODUCT_SRV',
  partner: '/sap/opu/odata/sap/API_BUSINESS_PARTNER',
  order: '/sap/opu/odata/sap/API_PURCHASEORDER_PROCESS_SRV',
  sales: '/sap/opu/odata/sap/API_SALES_ORDER_SRV',
} as const;
export const v4 =
  '/sap/opu/odata4/sap/api_purchaseorder_2/srvd_a2x/sap/purchaseorder/0001' as const;

export interface SapAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes are inspected field by field
  readonly json: any;
}

export interface SapCaller {
  (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<SapAnswer>;
  get(path: string, headers?: Record<string, string>): Promise<SapAnswer>;
  /** Fetches a token and keeps it with its cookies for the writes that follow. */
  signIn(): Promise<{ readonly token: string; readonly cookie: string }>;
}

export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** The plainest client there is: what it does not do, the test does. */
export function createSapCaller(sandbox: SapSandbox): SapCaller {
  let session: Record<string, string> = {};
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<SapAnswer> => {
    const answer = await fetch(path.startsWith('http') ? path : sandbox.url + path, {
      method,
      headers: {
        authorization: basic(sandbox.settings.user, sandbox.settings.password),
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'GET' || method === 'HEAD' ? {} : session),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') && text !== '';
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    };
  };
  return Object.assign(call, {
    get: (path: string, headers?: Record<string, string>) => call('GET', path, undefined, headers),
    async signIn() {
      const answer = await call('GET', `${v2.order}/`, undefined, { 'x-csrf-token': 'Fetch' });
      const token = answer.headers.get('x-csrf-token') ?? '';
      const cookie = answer.headers
        .getSetCookie()
        .map((text) => text.split(';')[0])
        .join('; ');
      session = { 'x-csrf-token': token, cookie };
      return { token, cookie };
    },
  });
}

/** A raw path, as `fetch` would not send it. */
export function rawGet(sandbox: SapSandbox, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const { user, password } = sandbox.settings;
    httpRequest(
      {
        host: '127.0.0.1',
        port: sandbox.port,
        path,
        headers: { authorization: basic(user, password), accept: 'application/json' },
      },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      },
    )
      .on('error', reject)
      .end();
  });
}

/** A small order that is right. */
export const newOrder = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  CompanyCode: '1010',
  PurchaseOrderType: 'NB',
  Supplier: '17300001',
  PurchasingOrganization: '1010',
  PurchasingGroup: '001',
  DocumentCurrency: 'EUR',
  CorrespncExternalReference: 'EXT-1',
  to_PurchaseOrderItem: [newItem()],
  ...changes,
});

export const newItem = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  Material: 'MZ-FG-000001',
  OrderQuantity: '5',
  Plant: '1010',
  NetPriceAmount: '100.50',
  ...changes,
});
