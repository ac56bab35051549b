import type { QuickbooksSandbox } from './quickbooks-sandbox.ts';

/** A plain caller of the API, so that tests say only what matters. */
export interface Caller {
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  query(statement: string): Promise<Answer>;
  /** Creates, and hands the record out. */
  create(entity: string, body: object): Promise<Shown>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Shown;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of a vendor, read by assertions
export type Shown = any;

export function callerOf(
  { url, settings }: QuickbooksSandbox,
  as: { readonly realmId?: string; readonly accessToken?: string } = {},
): Caller {
  const { realmId = settings.realmId, accessToken = settings.accessToken } = as;
  const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const answer = await fetch(`${url}/v3/company/${realmId}/${path}`, {
      method,
      headers: { accept: 'application/json', authorization: `Bearer ${accessToken}` },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: answer.status, headers: answer.headers, body: await answer.json() };
  };
  const post = (path: string, body: unknown) => call('POST', path, body);
  return {
    get: (path) => call('GET', path),
    post,
    query: (statement) => call('GET', `query?query=${encodeURIComponent(statement)}`),
    async create(entity, body) {
      const answer = await post(entity.toLowerCase(), body);
      if (!answer.body[entity]) throw new Error(JSON.stringify(answer.body));
      return answer.body[entity];
    },
  };
}

/** Code and element of the first error of a Fault. */
export const faultOf = ({ status, body }: Answer) => ({
  status,
  code: body.Fault?.Error[0].code,
  element: body.Fault?.Error[0].element,
});

/** A line of a sale. */
export const sale = (amount: number, detail: object = {}) => ({
  Amount: amount,
  DetailType: 'SalesItemLineDetail',
  SalesItemLineDetail: { ItemRef: { value: '1' }, ...detail },
});

/** A line of a purchase. */
export const expense = (amount: number, accountId: string) => ({
  Amount: amount,
  DetailType: 'AccountBasedExpenseLineDetail',
  AccountBasedExpenseLineDetail: { AccountRef: { value: accountId } },
});

export const paying = (type: string, id: string, amount: number) => ({
  Amount: amount,
  LinkedTxn: [{ TxnId: id, TxnType: type }],
});
