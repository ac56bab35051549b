import type { CallOptions, HttpRequest } from '@common/connector-core';
import type { Row } from './quickbooks-entity.ts';
import type { QuickbooksConfiguration } from './quickbooks-settings.ts';
import { toWire } from './row/wire-json.ts';

/** A call of the API, within the company. */
export interface QuickbooksCall extends CallOptions {
  readonly operation: string;
  /** Behind `/v3/company/<realm>/`. */
  readonly path: string;
  readonly parameters?: Readonly<Record<string, string | undefined>> | undefined;
  /** Sent as JSON, by POST. */
  readonly body?: Row | undefined;
  /** By POST without a JSON body. */
  readonly raw?: Pick<HttpRequest, 'body' | 'headers'> | undefined;
  /** @default 'application/json' */
  readonly accept?: string | undefined;
  /** Changes nothing, although it goes by POST. @default false */
  readonly isReadOnly?: boolean | undefined;
  /** Makes a write repeatable. */
  readonly requestId?: string | undefined;
  readonly entity?: string | undefined;
  readonly key?: string | undefined;
}

/** Only what the pipeline takes; the caller's other options are not for it. */
export const callOf = ({ signal, correlationId, priority }: CallOptions): CallOptions => ({
  signal,
  correlationId,
  priority,
});

/** Longer ones do not go into an address: what Intuit takes there is not in its documents. */
const longestInAddress = 1_900;

/** Where a statement goes: into the address or, when it is long, into the body, as in Intuit's PHP SDK. */
export const queryCall = (
  statement: string,
): Pick<QuickbooksCall, 'path' | 'parameters' | 'raw' | 'isReadOnly'> =>
  encode(statement).length <= longestInAddress
    ? { path: 'query', parameters: { query: statement } }
    : {
        path: 'query',
        raw: { body: statement, headers: { 'content-type': 'application/text' } },
        isReadOnly: true,
      };

/** The request of a call, within the company. */
export function requestOf(call: QuickbooksCall, settings: QuickbooksConfiguration): HttpRequest {
  const { operation, path, parameters = {}, body, raw, requestId, entity, key } = call;
  const { accept = 'application/json', isReadOnly } = call;
  const isPost = body !== undefined || raw !== undefined;
  const query = {
    ...parameters,
    minorversion: String(settings.minorVersion),
    requestid: requestId,
  };
  return {
    method: isPost ? 'POST' : 'GET',
    url: `/v3/company/${settings.realmId}/${path}?${queryOf(query)}`,
    ...raw,
    headers: {
      accept,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...raw?.headers,
    },
    ...(body === undefined ? {} : { body: toWire(body) }),
    // Intuit answers a repeated request id with the first answer.
    ...(requestId === undefined ? {} : { idempotent: true }),
    ...(isReadOnly ? { readOnly: true } : {}),
    operation,
    entity,
    key,
    ...callOf(call),
  };
}

// encodeURIComponent leaves the quote alone, in which the texts of queries stand.
const encode = (text: string): string => encodeURIComponent(text).replaceAll("'", '%27');

const queryOf = (parameters: Readonly<Record<string, string | undefined>>): string =>
  Object.entries(parameters)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encode(value)}`]))
    .join('&');
