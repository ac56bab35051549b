import {
  type ClassifyResponse,
  ConnectorError,
  type HttpResponse,
  namingErrors,
} from '@common/connector-core';
import { type FaultMeaning, faultCodes, meaningOfType } from './fault/fault-codes.ts';
import { faultOfXml, faultWithin, type QuickbooksFault } from './fault/read-fault.ts';
import { safeDetail } from './fault/safe-detail.ts';

/** Reads the body of an answer once, however often it is asked for. */
export type ReadBody = (response: HttpResponse) => unknown;

/** How answers are read. */
export interface QuickbooksReading {
  readonly readBody: ReadBody;
  /** How long everybody waits after a 429 that does not say. */
  readonly throttlePauseMs: number;
}

const nothing: FaultMeaning = {
  code: 'ERR_INVALID_RESPONSE',
  category: 'transient',
  message: 'QuickBooks answered with nothing in place of the file.',
};

/** Of statuses whose body says nothing that we know. */
const byStatus: Readonly<Record<number, FaultMeaning>> = {
  401: faultCodes['3200']!,
  403: {
    code: 'ERR_PERMISSION_DENIED',
    category: 'permission',
    message:
      'QuickBooks forbids this. Check that realmId and environment are those of the sign-in, and that its scope includes accounting.',
  },
  404: {
    code: 'ERR_NOT_FOUND',
    category: 'not-found',
    message: 'QuickBooks has nothing at this address. Check baseUrl and realmId.',
  },
  408: { code: 'ERR_TIMEOUT', category: 'transient', message: 'QuickBooks waited too long.' },
  413: {
    code: 'ERR_VALIDATION',
    category: 'validation',
    message: 'The request is too large for QuickBooks. Send less.',
  },
  429: faultCodes['3001']!,
};

/**
 * Reads QuickBooks' answers: a Fault in whatever status, form and case, and a success that cannot be
 * read, which is asked for again.
 *
 * Details of a Fault quote records and people, so messages are ours, with Intuit's own words at most.
 */
export function classifyQuickbooksResponse({
  readBody,
  throttlePauseMs,
}: QuickbooksReading): ClassifyResponse {
  const read = (response: HttpResponse, isData: boolean): ConnectorError | undefined => {
    const { status, bytes } = response;
    // A Fault in place of a PDF is no PDF, and neither is nothing.
    const isText = /json|xml/i.test(response.headers['content-type'] ?? '');
    if (status < 300 && !isData && !isText) {
      return bytes.length === 0 ? errorOf(nothing, response) : undefined;
    }
    try {
      const fault = faultOf(response, readBody);
      if (fault !== undefined) return faultError(fault, response);
    } catch (error) {
      if (status < 300 && ConnectorError.isInstance(error)) return error;
    }
    return status < 400 ? undefined : errorOf(byStatus[status] ?? ofOtherStatus(status), response);
  };

  return (response, request) => {
    if (response.stream !== undefined) return undefined;
    const error = read(response, /json/i.test(request.headers?.accept ?? 'application/json'));
    // Where the gateway says how long, the pipeline reads it.
    const isTold = response.headers['retry-after'] !== undefined;
    return error?.category === 'rate-limit' && !isTold
      ? error.with({ retryAfterMs: throttlePauseMs })
      : error;
  };
}

/** The error of a Fault; of a batch item, without a response of its own. */
export function faultError(
  fault: QuickbooksFault,
  { status }: Partial<Pick<HttpResponse, 'status'>> = {},
): ConnectorError {
  const [entry = {}] = fault.entries;
  const known = entry.code === undefined ? undefined : faultCodes[entry.code];
  const ofStatus =
    status === undefined || status < 400 || status === 400 ? undefined : byStatus[status];
  const meaning =
    (status === 429 ? byStatus[429] : notByStatus(known, status)) ??
    ofStatus ??
    notByStatus(meaningOfType(fault.type), status) ??
    ofOtherStatus(status ?? 400);
  const said = speaking.has(entry.code ?? '') || known === undefined ? entry : {};
  const path = propertyOf(entry.element);
  const detail = safeDetail(said.detail ?? said.message);
  const message = [
    meaning.message,
    ...(detail === undefined ? [] : [`It says: ${detail}.`]),
    ...(path === undefined || detail?.includes(path) ? [] : [`The property is ${path}.`]),
  ].join(' ');
  return errorOf({ ...meaning, message }, { status, vendorCode: entry.code, path });
}

/** A system failure by its code that comes with a 4xx means what the status does. */
const notByStatus = (meaning: FaultMeaning | undefined, status = 0): FaultMeaning | undefined =>
  meaning?.category === 'transient' && status >= 400 && status < 500 ? undefined : meaning;

/** Codes whose Detail says what to do. Those that quote names (5010, 6140, 6240) are not among them. */
const speaking: ReadonlySet<string> = new Set([
  ...['500', '2010', '2020', '2050', '2090', '2170', '2500'],
  ...['4000', '4001', '6000', '6070'],
]);

function faultOf(response: HttpResponse, readBody: ReadBody): QuickbooksFault | undefined {
  const { bytes } = response;
  // "<"
  if (bytes[0] === 0x3c) {
    const fault = faultOfXml(response.text());
    if (fault !== undefined || response.status >= 300) return fault;
  }
  return faultWithin(readBody(response));
}

function errorOf(
  { code, category, message }: FaultMeaning,
  facts: {
    readonly status?: number | undefined;
    readonly vendorCode?: string | undefined;
    readonly path?: string | undefined;
  },
): ConnectorError {
  const { status, vendorCode, path } = facts;
  return new ConnectorError({
    code,
    category,
    message,
    system: 'quickbooks',
    httpStatus: status,
    vendorCode,
    path,
    outcomeUnknown: code === 'ERR_OUTCOME_UNKNOWN',
  });
}

const propertyOf = (element: string | undefined): string | undefined =>
  /^[\w.[\]]{1,80}$/.exec(element ?? '')?.[0];

function ofOtherStatus(status: number): FaultMeaning {
  return status >= 500
    ? {
        code: 'ERR_TRANSIENT',
        category: 'transient',
        message: `QuickBooks failed (HTTP ${status}).`,
      }
    : {
        code: 'ERR_VALIDATION',
        category: 'validation',
        message: `QuickBooks did not accept the request (HTTP ${status}).`,
      };
}

/** Errors of the work say that they are QuickBooks', and of what, where they do not yet. */
export const namingQuickbooks = <Result>(
  work: Promise<Result>,
  context: { readonly entity: string; readonly key?: string | undefined },
): Promise<Result> => namingErrors(work, { system: 'quickbooks', ...context });
