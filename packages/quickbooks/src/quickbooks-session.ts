import {
  abortable,
  type CallOptions,
  ConnectorError,
  createHttpClient,
  type HttpClient,
  type HttpResponse,
  systemClock,
} from '@common/connector-core';
import { type CompanyPreferences, readPreferences } from './company-preferences.ts';
import type { Row } from './quickbooks-entity.ts';
import { classifyQuickbooksResponse, type ReadBody } from './quickbooks-error.ts';
import { callOf, type QuickbooksCall, queryCall, requestOf } from './quickbooks-request.ts';
import type { QuickbooksServices } from './quickbooks-services.ts';
import { baseUrlOf, type QuickbooksConfiguration } from './quickbooks-settings.ts';
import { isRow } from './row/merge-row.ts';
import { decimalProperties } from './row/wire-json.ts';
import { createSignInGate } from './sign-in-gate.ts';
import { withinBatchLimit } from './within-batch-limit.ts';

/** An answer in JSON. */
export interface QuickbooksAnswer {
  readonly body: Row;
  /** Intuit's `intuit_tid`: whoever refuses the answer tells it. */
  readonly requestId: string | undefined;
}

/** What a query answers. */
interface QueryAnswer {
  readonly rows: readonly Row[];
  readonly totalCount?: number | undefined;
  /** The service's own time, milliseconds since the epoch. */
  readonly timeMs: number | undefined;
}

/** An open connection to one company. */
export interface QuickbooksSession {
  readonly http: HttpClient;
  readonly settings: QuickbooksConfiguration;
  send(call: QuickbooksCall): Promise<QuickbooksAnswer>;
  /** The same for answers that are no JSON. */
  sendRaw(call: QuickbooksCall): Promise<HttpResponse>;
  query(
    query: { readonly resource: string; readonly statement: string },
    call: CallOptions,
  ): Promise<QueryAnswer>;
  /** Sends a batch, within the limit that batches have of their own. */
  batch(
    items: readonly Row[],
    call: CallOptions & { readonly requestId: string },
  ): Promise<QuickbooksAnswer>;
  /** Asked once; `undefined` where they may not be read. */
  preferences(call: CallOptions): Promise<CompanyPreferences | undefined>;
  /** Of records that name no currency. */
  homeCurrency(call: CallOptions): Promise<string | undefined>;
}

export function openQuickbooksSession(services: QuickbooksServices): QuickbooksSession {
  const { settings, auth, pipeline } = services;
  const readBody = readOnce();
  const http = createHttpClient({
    ...pipeline,
    system: 'quickbooks',
    baseUrl: baseUrlOf(settings),
    auth,
    classify: classifyQuickbooksResponse({ readBody, ...settings }),
    decimalFields: decimalProperties,
  });
  let known: Promise<CompanyPreferences | undefined> | undefined;

  const { clock = systemClock, connection } = pipeline;
  const afterSignIn = createSignInGate({ auth, connection, clock });

  const session: QuickbooksSession = {
    http,
    settings,
    sendRaw: (call) => afterSignIn(() => http.send(requestOf(call, settings)), call.signal),
    async send(call) {
      const response = await session.sendRaw(call);
      const body = readBody(response);
      const requestId = response.headers.intuit_tid;
      if (isRow(body)) return { body, requestId };
      throw unreadable(call, { requestId });
    },
    async query({ resource, statement }, call) {
      const operation = `query ${resource}`;
      const asked = { ...callOf(call), operation, ...queryCall(statement) };
      const { body, requestId } = await session.send(asked);
      const { QueryResponse: answer } = body;
      // Nothing at all is not the same as nothing found.
      if (!isRow(answer)) throw unreadable(asked, { requestId });
      // Nothing found is an empty QueryResponse, without a list.
      const rows = answer[resource] ?? [];
      if (!Array.isArray(rows) || !rows.every(isRow)) throw unreadable(asked, { requestId });
      return {
        rows,
        totalCount: typeof answer.totalCount === 'number' ? answer.totalCount : undefined,
        timeMs: timeOf(body),
      };
    },
    batch(items, { requestId, ...call }) {
      const send = () =>
        session.send({
          ...callOf(call),
          operation: 'batch',
          path: 'batch',
          body: { BatchItemRequest: items },
          requestId,
        });
      return withinBatchLimit(services.governors.batches, send, call);
    },
    preferences(call) {
      known ??= session
        .query({ resource: 'Preferences', statement: 'SELECT * FROM Preferences' }, {})
        .then(({ rows: [row] }) => row && readPreferences(row))
        .catch((error: unknown) => {
          known = undefined;
          const isRefused =
            ConnectorError.isInstance(error) &&
            ['permission', 'validation', 'unsupported', 'not-found'].includes(error.category);
          if (isRefused) return undefined;
          throw error;
        });
      return abortable(known, call.signal).catch((error: unknown) => {
        throw ConnectorError.isInstance(error) ? error : abortedByCaller(error);
      });
    },
    homeCurrency: async (call) =>
      settings.homeCurrency ?? (await session.preferences(call))?.homeCurrency,
  };
  return session;
}

/** The time of an answer: `2026-01-31T04:00:00.000-08:00`. */
export function timeOf({ time }: Row): number | undefined {
  const at = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** The classifier and the caller read the same body; it is parsed once. */
function readOnce(): ReadBody {
  const bodies = new WeakMap<HttpResponse, { readonly body: unknown }>();
  return (response) => {
    const known = bodies.get(response);
    if (known !== undefined) return known.body;
    const body = response.json();
    bodies.set(response, { body });
    return body;
  };
}

/** An answer with 200 that is not what was asked for. */
export function unreadable(
  call: Pick<QuickbooksCall, 'operation' | 'body' | 'raw' | 'isReadOnly'>,
  { requestId }: Pick<QuickbooksAnswer, 'requestId'>,
): ConnectorError {
  return new ConnectorError({
    code: 'ERR_INVALID_RESPONSE',
    category: 'transient',
    message:
      'QuickBooks answered with JSON of another form than its documents say. If that stays so, report it to Intuit.',
    system: 'quickbooks',
    operation: call.operation,
    httpStatus: 200,
    requestId,
    outcomeUnknown: (call.body ?? call.raw) !== undefined && !call.isReadOnly,
  });
}

function abortedByCaller(cause: unknown): ConnectorError {
  return new ConnectorError({
    code: 'ERR_ABORTED',
    category: 'transient',
    retryable: false,
    message: 'The call was aborted by its caller.',
    system: 'quickbooks',
    cause,
  });
}
