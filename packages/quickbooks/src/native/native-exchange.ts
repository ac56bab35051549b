import { ConnectorError, type WireRequest, type WireResponse } from '@common/connector-core';
import { isRow } from '../row/merge-row.ts';
import type { NodeQuickbooksInstance } from './node-quickbooks.ts';

/** A call of one method, which the pipeline may send several times. */
export interface NativeCall {
  readonly method: string;
  readonly input: readonly unknown[];
  /** What it brought, the last time that it was sent. */
  data?: unknown;
}

/**
 * Calls a method of the package as if it were an HTTP exchange, so that the pipeline around it sees
 * status, headers and Fault.
 */
export async function exchangeNative(
  call: NativeCall,
  client: NodeQuickbooksInstance,
  { signal }: Pick<WireRequest, 'signal'>,
): Promise<WireResponse> {
  const { error, data, response } = await settled(call, client, signal);
  call.data = data;
  if (!error) {
    // The pipeline only has to see that it is no failure.
    return wire({ status: statusOf(response) ?? 200, headers: headersOf(response) }, {});
  }
  // An answer with 200 that holds a Fault comes as the error itself.
  if (isRow(error) && 'Fault' in error) {
    call.data = error;
    return wire({ status: 200, headers: headersOf(response) }, error);
  }
  const answer = (error as { readonly response?: unknown }).response;
  const status = statusOf(answer);
  if (status !== undefined) {
    call.data = (answer as { readonly data?: unknown }).data;
    return wire({ status, headers: headersOf(answer) }, call.data);
  }
  throw withoutRequest(error, call);
}

interface Settled {
  readonly error: unknown;
  readonly data: unknown;
  readonly response: unknown;
}

function settled(
  { method, input }: NativeCall,
  client: NodeQuickbooksInstance,
  signal: AbortSignal,
): Promise<Settled> {
  return new Promise((resolve, reject) => {
    // The package cannot be stopped: its answer is no longer waited for.
    const leave = (): void => reject(signal.reason);
    if (signal.aborted) return leave();
    signal.addEventListener('abort', leave, { once: true });
    const done = (error: unknown, data: unknown, response: unknown): void => {
      signal.removeEventListener('abort', leave);
      resolve({ error, data, response });
    };
    const call = client[method] as (...given: readonly unknown[]) => unknown;
    try {
      // It changes what it is given.
      call.call(client, ...input.map(copyOf), done);
    } catch (error) {
      done(error, undefined, undefined);
    }
  });
}

const copyOf = (value: unknown): unknown =>
  isRow(value) && Object.getPrototypeOf(value) === Object.prototype
    ? structuredClone(value)
    : value;

const statusOf = (response: unknown): number | undefined => {
  const status = isRow(response) ? response.status : undefined;
  return typeof status === 'number' ? status : undefined;
};

function headersOf(response: unknown): Readonly<Record<string, string>> {
  const headers = isRow(response) && isRow(response.headers) ? response.headers : {};
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name.toLowerCase(), value]] : [],
    ),
  );
}

function wire(
  {
    status,
    headers,
  }: { readonly status: number; readonly headers: Readonly<Record<string, string>> },
  body: unknown,
): WireResponse {
  const { 'content-encoding': _, ...rest } = headers;
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? {});
  return { status, headers: rest, body: Buffer.from(text) };
}

/** The package's errors hold the request with its token, or the record that was to be written. */
function withoutRequest(error: unknown, { method }: NativeCall): Error {
  const { code, isAxiosError } = error as {
    readonly code?: unknown;
    readonly isAxiosError?: unknown;
  };
  if (isAxiosError === true) {
    const text = typeof code === 'string' ? code : 'no answer';
    return Object.assign(new Error(`node-quickbooks got no answer (${text}).`), { code });
  }
  return new ConnectorError({
    code: 'ERR_VALIDATION',
    category: 'validation',
    message: `node-quickbooks does not take what was given to ${method}. See its documentation; an update and a deletion need Id and SyncToken.`,
    system: 'quickbooks',
    operation: `native ${method}`,
    notExecuted: true,
  });
}
