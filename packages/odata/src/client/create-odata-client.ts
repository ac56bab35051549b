import type { CallOptions, HttpResponse } from '@common/connector-core';
import { runBatch } from '../batch/run-batch.ts';
import { isCsrfRefusal } from '../csrf/csrf-session.ts';
import { odataErrorOf } from '../errors/classify-odata-error.ts';
import { encodeQuery } from '../literals/percent-encoding.ts';
import { parseMetadata } from '../metadata/parse-metadata.ts';
import { formatQuery } from '../query/query-options.ts';
import { createDialect } from './dialect.ts';
import { interpretResponse, type OperationResult } from './interpret-response.ts';
import { listPages } from './list-pages.ts';
import type { ODataClient, ODataClientOptions } from './odata-client.ts';
import { isRead, nameOf, type ODataOperation } from './operation.ts';
import { collectionPath, type PreparedRequest, prepareRequest } from './prepare-request.ts';
import { readCount } from './read-count.ts';

/** What a call adds to a prepared request. */
interface SendContext extends CallOptions {
  readonly operation: string;
  readonly entity?: string | undefined;
  readonly acceptStatus?: readonly number[] | undefined;
  readonly idempotent?: boolean | undefined;
}

/**
 * Creates the client of one OData service. It adds nothing to the pipeline's policies: retries,
 * limits and authentication are the HTTP client's.
 */
export function createODataClient(options: ODataClientOptions): ODataClient {
  const { http, version, csrf, batch = {} } = options;
  const servicePath = `/${options.servicePath.replace(/^\/+|\/+$/g, '')}`;
  const baseQuery = Object.entries(options.query ?? {})
    .map(([name, value]) => `${encodeQuery(name)}=${encodeQuery(value)}`)
    .join('&');
  const dialect = createDialect({
    version,
    ieee754Compatible: options.ieee754Compatible ?? false,
    updateMethod: options.updateMethod ?? 'PATCH',
  });

  const urlOf = (input: { readonly path: string; readonly query: string }) => {
    const query = [input.query, baseQuery].filter((part) => part !== '').join('&');
    return `${servicePath}/${input.path}${query === '' ? '' : `?${query}`}`;
  };

  const read = (input: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly context: SendContext;
    readonly responseType?: 'stream';
  }): Promise<HttpResponse> =>
    http.send({
      ...input.context,
      method: 'GET',
      url: input.url,
      headers: { ...options.headers, ...input.headers },
      responseType: input.responseType,
    });

  const write = async (request: PreparedRequest, context: SendContext): Promise<HttpResponse> => {
    const send = (csrfHeaders: Readonly<Record<string, string>>) =>
      http.send({
        ...context,
        method: request.method,
        url: urlOf(request),
        headers: { ...options.headers, ...request.headers, ...csrfHeaders },
        body: request.body,
        // A refused token is told by a header, which only the answer has.
        acceptStatus: [403, ...(context.acceptStatus ?? [])],
      });
    const finish = (response: HttpResponse) => {
      if (response.status !== 403) return response;
      throw odataErrorOf(response, { ...context, method: request.method });
    };
    if (csrf === undefined) return finish(await send({}));

    const { signal } = context;
    const source = { servicePath, query: baseQuery, headers: options.headers, signal };
    let credentials = await csrf.credentials(source);
    let response = await send(credentials.headers);
    if (isCsrfRefusal(response)) {
      credentials = await csrf.renew(credentials, source);
      response = await send(credentials.headers);
    }
    csrf.absorb(credentials, response);
    return finish(response);
  };

  const run = async (
    operation: ODataOperation,
    call: CallOptions & { readonly acceptStatus?: readonly number[] },
  ): Promise<OperationResult | undefined> => {
    const request = prepareRequest(operation, dialect);
    const context = {
      signal: call.signal,
      correlationId: call.correlationId,
      priority: call.priority,
      acceptStatus: call.acceptStatus,
      operation: operation.op,
      entity: operation.op === 'call' ? operation.name : nameOf(operation.entity),
    };
    const response = isRead(operation)
      ? await read({ url: urlOf(request), headers: request.headers, context })
      : await write(request, context);
    if (response.status === 404) {
      const error = odataErrorOf(response, { ...context, method: request.method });
      if (error.category === 'not-found') return undefined;
      throw error;
    }
    return interpretResponse({
      operation,
      response: {
        status: response.status,
        headers: response.headers,
        body: response.bytes.length === 0 ? undefined : response.json(),
      },
      dialect,
    });
  };

  const written = async (operation: ODataOperation, call: CallOptions) => {
    const result = (await run(operation, call)) as OperationResult;
    const { record, etag, location, messages } = result;
    return { record, etag, location, messages } as never;
  };

  return {
    version,
    get: async (request) => {
      const result = await run({ op: 'get', ...request }, { ...request, acceptStatus: [404] });
      return result?.record === undefined ? undefined : (result as never);
    },
    list: (request) =>
      listPages(request, {
        dialect,
        baseUrl: http.baseUrl,
        servicePath,
        rebaseLinks: options.rebaseLinks ?? false,
        url: urlOf,
        complete: (link) => withQuery(link, options.query ?? {}),
        read: ({ url, headers, entity, options: call }) =>
          read({ url, headers, context: { ...callOptions(call), operation: 'list', entity } }),
      }) as never,
    count: async (request) => {
      const { filter, search, custom } = request.query ?? {};
      const path = `${collectionPath({ ...request, dialect })}/$count`;
      const response = await read({
        url: urlOf({ path, query: formatQuery({ filter, search, custom }, version) }),
        // The number is plain text; an error beside it shall be JSON.
        headers: { accept: 'application/json,text/plain,*/*' },
        context: { ...callOptions(request), operation: 'count', entity: nameOf(request.entity) },
      });
      return readCount(response);
    },
    create: (request) => written({ op: 'create', ...request }, request),
    update: (request) => written({ op: 'update', ...request }, request),
    replace: (request) => written({ op: 'replace', ...request }, request),
    delete: async (request) => {
      const result = await run({ op: 'delete', ...request }, { ...request, acceptStatus: [404] });
      return { existed: result !== undefined, messages: result?.messages ?? [] };
    },
    call: async (request) => {
      const result = (await run({ op: 'call', ...request }, request)) as OperationResult;
      return { value: result.value, messages: result.messages };
    },
    batch: (request) =>
      runBatch({
        ...request,
        dialect,
        format: batch.format ?? 'multipart',
        pathPrefix: batch.urls === 'absolute-path' ? `${pathOf(http.baseUrl)}${servicePath}/` : '',
        send: (prepared, context) => write(prepared, { ...callOptions(request), ...context }),
      }),
    metadata: async (request = {}) => {
      const response = await read({
        url: urlOf({ path: '$metadata', query: '' }),
        headers: { accept: 'application/xml' },
        responseType: 'stream',
        context: { ...callOptions(request), operation: 'metadata' },
      });
      return parseMetadata({ source: response.stream ?? [response.bytes], only: request.only });
    },
  };
}

function callOptions(call: CallOptions): CallOptions {
  return { signal: call.signal, correlationId: call.correlationId, priority: call.priority };
}

function withQuery(link: string, query: Readonly<Record<string, string>>): string {
  let completed = link;
  for (const [name, value] of Object.entries(query)) {
    const option = `${encodeQuery(name)}=`;
    const given = completed.slice(completed.indexOf('?') + 1).split('&');
    if (completed.includes('?') && given.some((part) => part.startsWith(option))) continue;
    completed += `${completed.includes('?') ? '&' : '?'}${option}${encodeQuery(value)}`;
  }
  return completed;
}

function pathOf(url: string): string {
  return new URL(url).pathname.replace(/\/+$/, '');
}
