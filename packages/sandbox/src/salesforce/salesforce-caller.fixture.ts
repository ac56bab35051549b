import { createPrivateKey, createSign } from 'node:crypto';
import type { SalesforceSandbox } from './salesforce-sandbox.ts';

export interface SalesforceAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes are inspected field by field
  readonly json: any;
}

/** The plainest client there is: what it does not do, the test does. */
export interface SalesforceCaller {
  /** Paths without `/services` in front are below `/services/data/v60.0`. */
  (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<SalesforceAnswer>;
  query(soql: string, headers?: Record<string, string>): Promise<SalesforceAnswer>;
  token: string;
}

async function read(answer: Response): Promise<SalesforceAnswer> {
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json') === true && text !== '';
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    json: isJson ? JSON.parse(text) : undefined,
  };
}

/** Posts a form to an OAuth endpoint. */
export async function postForm(
  url: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<SalesforceAnswer> {
  return read(await fetch(url, { method: 'POST', body: new URLSearchParams(form), headers }));
}

/** A JWT assertion; `claims` bend it. */
export function signAssertion(
  sandbox: SalesforceSandbox,
  claims: Record<string, unknown> = {},
  algorithm = 'RS256',
): string {
  const { clientId, username, audience, privateKey } = sandbox.settings;
  const now = Math.floor(sandbox.clock.now() / 1_000);
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const payload = { iss: clientId, sub: username, aud: audience, exp: now + 120, ...claims };
  const signed = `${part({ alg: algorithm })}.${part(payload)}`;
  const signature = createSign('sha256').update(signed).sign(createPrivateKey(privateKey));
  return `${signed}.${signature.toString('base64url')}`;
}

/** Signs in with client credentials. */
export async function createSalesforceCaller(
  sandbox: SalesforceSandbox,
): Promise<SalesforceCaller> {
  const { clientId, clientSecret } = sandbox.settings;
  const { json } = await postForm(`${sandbox.url}/services/oauth2/token`, {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  });
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<SalesforceAnswer> => {
    const url = path.startsWith('http')
      ? path
      : sandbox.url + (path.startsWith('/services') ? path : `/services/data/v60.0${path}`);
    return read(
      await fetch(url, {
        method,
        headers: {
          authorization: `Bearer ${caller.token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined
          ? {}
          : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    );
  };
  const caller: SalesforceCaller = Object.assign(call, {
    token: json.access_token as string,
    query: (soql: string, headers?: Record<string, string>) =>
      call('GET', `/query?q=${encodeURIComponent(soql)}`, undefined, headers),
  });
  return caller;
}
