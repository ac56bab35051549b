import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { CallOptions } from '../contract/call-options.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import type { HttpClient } from '../http/http-client.ts';
import type { HttpRequest } from '../http/http-request.ts';
import type { CommonWriteOptions } from './common-client.ts';
import { readCommonErrorBody } from './common-error.ts';
import { type CommonPage, readCommonPage } from './common-page.ts';
import { invalidResponse } from './invalid-response.ts';

/** One call of the API. */
export interface CommonCall {
  /** For errors and logs, for example `purchaseOrders.create`. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Behind `/api/v1`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>> | undefined;
  readonly body?: unknown;
  /** Sent as `Idempotency-Key`, which makes every repetition safe. */
  readonly idempotencyKey?: string | undefined;
  /** For a POST that is harmless when repeated and has no key. */
  readonly idempotent?: boolean | undefined;
  /** For a POST that changes nothing: signing in. */
  readonly readOnly?: boolean | undefined;
  readonly entity?: string | undefined;
  readonly key?: string | undefined;
  readonly options?: CallOptions | undefined;
}

/** The call with the caller's key, or one of its own that holds for its retries. */
export function withIdempotencyKey(
  call: CommonCall,
  options: CommonWriteOptions | undefined,
): CommonCall {
  return { ...call, idempotencyKey: options?.idempotencyKey ?? randomUUID(), options };
}

/** Sends calls and reads what comes back. */
export interface CommonCaller {
  /** @throws ConnectorError `ERR_INVALID_RESPONSE` for an answer that does not fit the schema */
  read<T>(call: CommonCall, schema: z.ZodType<T>): Promise<T>;
  /** The same, `undefined` where Common says that there is no such thing. */
  find<T>(call: CommonCall, schema: z.ZodType<T>): Promise<T | undefined>;
  readPage<T>(call: CommonCall, itemSchema: z.ZodType<T>): Promise<CommonPage<T>>;
}

export function createCommonCaller(http: HttpClient): CommonCaller {
  const parse = <T>(body: unknown, schema: z.ZodType<T>, call: CommonCall): T => {
    const result = schema.safeParse(body);
    if (result.success) return result.data;
    throw invalidResponse({
      error: result.error,
      operation: call.operation,
      // A write that was answered with a success is done, even if we cannot read the answer.
      outcomeUnknown: call.method !== 'GET' && call.readOnly !== true,
    });
  };
  return {
    async read(call, schema) {
      const response = await http.send(toRequest(call));
      return parse(response.json(), schema, call);
    },
    async find(call, schema) {
      const response = await http.send({ ...toRequest(call), acceptStatus: [404] });
      if (response.status !== 404) return parse(response.json(), schema, call);
      // A 404 that Common did not write is a wrong address, not a missing record.
      if (readCommonErrorBody(response) !== undefined) return undefined;
      throw noSuchApi(http.baseUrl, call.operation);
    },
    async readPage(call, itemSchema) {
      const response = await http.send(toRequest(call));
      return readCommonPage(response.json(), itemSchema, call.operation);
    },
  };
}

function toRequest(call: CommonCall): HttpRequest {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined) query.set(name, String(value));
  }
  const search = query.size === 0 ? '' : `?${query}`;
  return {
    method: call.method,
    url: `/api/v1${call.path}${search}`,
    headers: {
      accept: 'application/json',
      ...(call.body !== undefined && { 'content-type': 'application/json' }),
      ...(call.idempotencyKey !== undefined && { 'idempotency-key': call.idempotencyKey }),
    },
    ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
    ...((call.idempotencyKey !== undefined || call.idempotent) && { idempotent: true }),
    readOnly: call.readOnly,
    operation: call.operation,
    entity: call.entity,
    key: call.key,
    signal: call.options?.signal,
    priority: call.options?.priority,
    correlationId: call.options?.correlationId,
  };
}

function noSuchApi(baseUrl: string, operation: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    system: 'common',
    operation,
    httpStatus: 404,
    message: `There is no Common API at ${baseUrl}. Check COMMON_API_BASE_URL.`,
  });
}
