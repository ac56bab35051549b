import { createRouter, type SandboxRoute } from '../toolkit/router.ts';
import { createSandboxRequest, type SandboxRequest } from '../toolkit/sandbox-request.ts';
import type { SandboxResponse } from '../toolkit/sandbox-response.ts';
import { bearerOf } from './access/bearer.ts';
import type { RequestLimits } from './access/request-limits.ts';
import type { Session, Sessions } from './access/sessions.ts';
import type { Call, DataRoute, Dispatch, SubRequest } from './call.ts';
import type { Database, Transaction } from './data/database.ts';
import { parseJson } from './data/json.ts';
import { badRequest, errorResponse, notFound, SalesforceError } from './salesforce-error.ts';

/** The entry of the REST API: versions, sessions, limits, and which resource a path is. */
export interface Gateway {
  readonly routes: readonly SandboxRoute[];
  readonly dispatch: Dispatch;
  /** The session of a call. @throws SalesforceError INVALID_SESSION_ID */
  authenticate(request: SandboxRequest): Session;
}

export interface GatewayOptions {
  readonly sessions: Sessions;
  readonly limits: RequestLimits;
  readonly database: Database;
  readonly latestVersion: number;
  readonly pageSize: number;
  /** Whether the organisation is served under the host of the call. */
  readonly isInstanceHost: (request: SandboxRequest) => boolean;
  /** May cut the page of this call short. */
  readonly clampOf: (request: SandboxRequest) => number | undefined;
  /** The resources; they may need the gateway itself, to carry out parts of composite calls. */
  readonly routesOf: (dispatch: Dispatch) => readonly DataRoute[];
}

const root = '/services/data';
const firstVersion = 31;
const retiredBelow = 21;
const longestUrl = 16_384;

const seasons = ['Spring', 'Summer', 'Winter'] as const;

/** v60 is Spring '24, and three follow each year. */
function labelOf(version: number): string {
  const season = (((version - 60) % 3) + 3) % 3;
  const year = 24 + Math.floor((version - 60) / 3) + (season === 2 ? 1 : 0);
  return `${seasons[season]} '${String(year).padStart(2, '0')}`;
}

/** A setting out of a header such as `batchSize=200, x=y`. */
function headerSetting(header: string | undefined, name: string): string | undefined {
  const pattern = new RegExp(`(?:^|[,;\\s])${name}\\s*=\\s*([^,;]+)`, 'i');
  return pattern.exec(header ?? '')?.[1]?.trim();
}

export function createGateway(options: GatewayOptions): Gateway {
  const { sessions, limits, database, latestVersion } = options;

  const readVersion = (text: string | undefined): string => {
    const version = /^v(\d+)\.0$/.exec(text ?? '')?.[1];
    if (version === undefined || Number(version) > latestVersion) throw notFound();
    if (Number(version) < retiredBelow) {
      throw new SalesforceError(
        410,
        'UNSUPPORTED_API_VERSION',
        `API version v${version}.0 is retired`,
      );
    }
    if (Number(version) < firstVersion) throw notFound();
    return `${version}.0`;
  };

  const pageSizeOf = (request: SandboxRequest): number => {
    const wanted = Number(headerSetting(request.headers['sforce-query-options'], 'batchSize'));
    const size = wanted > 0 ? Math.max(wanted, 200) : options.pageSize;
    return Math.min(size, options.pageSize, options.clampOf(request) ?? size);
  };

  const makeCall = (
    request: SandboxRequest,
    params: Readonly<Record<string, string>>,
    rest: {
      readonly session: Session;
      readonly tx: Transaction;
      readonly body: () => unknown;
      readonly isPart: boolean;
    },
  ): Call => {
    const version = readVersion(params.version);
    const duplicates = request.headers['sforce-duplicate-rule-header'];
    return {
      request,
      params,
      query: request.query,
      version,
      basePath: `${root}/v${version}`,
      pageSize: pageSizeOf(request),
      write: { allowsDuplicates: headerSetting(duplicates, 'allowSave') === 'true' },
      ...rest,
    };
  };

  const dispatch: Dispatch = (part: SubRequest, outer) => {
    const { clock, random, headers } = outer.request;
    const mark = outer.tx.mark();
    try {
      const { route, params } = find(part.method, part.url);
      const request = createSandboxRequest({
        method: part.method,
        url: part.url,
        headers,
        params,
        clock,
        random,
      });
      const { session, tx } = outer;
      const body = (): unknown => part.body;
      return route.handle(makeCall(request, params, { session, tx, body, isPart: true }));
    } catch (error) {
      outer.tx.rollBackTo(mark);
      if (error instanceof SalesforceError) return errorResponse(error);
      throw error;
    }
  };

  const dataRoutes = new Map<SandboxRoute, DataRoute>();
  for (const route of options.routesOf(dispatch)) {
    const { method, operation } = route;
    const handler = (): SandboxResponse => ({ status: 500 });
    dataRoutes.set({ method, path: `${root}/:version${route.path}`, operation, handler }, route);
  }
  const router = createRouter([...dataRoutes.keys()]);

  function find(
    method: string,
    url: string,
  ): { readonly route: DataRoute; readonly params: Readonly<Record<string, string>> } {
    const path = url.split('?')[0]!.replace(/(?<=.)\/$/, '');
    const match = router.match(method, path);
    if ('route' in match) return { route: dataRoutes.get(match.route)!, params: match.params };
    if (match.allowed.length === 0) throw notFound();
    throw new SalesforceError(
      405,
      'METHOD_NOT_ALLOWED',
      `HTTP Method '${method}' not allowed. Allowed are ${match.allowed.join(',')}`,
    );
  }

  const authenticate = (request: SandboxRequest): Session => {
    const session = options.isInstanceHost(request) ? sessions.find(bearerOf(request)) : undefined;
    if (session) return session;
    throw new SalesforceError(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
  };

  /** Who made a change, for its events; clients name themselves to know their own echo. */
  const originOf = (request: SandboxRequest, params: Readonly<Record<string, string>>): string => {
    const client = headerSetting(request.headers['sforce-call-options'], 'client');
    const api = `com/salesforce/api/rest/${params.version?.slice(1) ?? ''}`;
    return client === undefined ? api : `${api};client=${client}`;
  };

  const readBody = (request: SandboxRequest): unknown => {
    const isJson = /json/i.test(request.headers['content-type'] ?? '');
    if (!isJson) {
      throw new SalesforceError(
        415,
        'UNSUPPORTED_MEDIA_TYPE',
        'The entity is in a format that is not supported by this method',
      );
    }
    try {
      return parseJson(request.text());
    } catch (error) {
      throw badRequest('JSON_PARSER_ERROR', (error as Error).message);
    }
  };

  const handle = (request: SandboxRequest): SandboxResponse => {
    const session = authenticate(request);
    if (request.url.length > longestUrl) {
      throw new SalesforceError(414, 'URI_TOO_LONG', 'The request URI is too long');
    }
    limits.count();
    const { route, params } = find(request.method, request.url);
    const tx = database.begin({ userId: session.userId, origin: originOf(request, params) });
    const body = (): unknown => readBody(request);
    try {
      const answer = route.handle(makeCall(request, params, { session, tx, body, isPart: false }));
      tx.commit();
      return answer;
    } catch (error) {
      tx.rollBackTo(0);
      throw error;
    }
  };

  const listVersions = (): SandboxResponse => ({
    status: 200,
    body: Array.from({ length: latestVersion - firstVersion + 1 }, (_, index) => {
      const version = firstVersion + index;
      return { label: labelOf(version), url: `${root}/v${version}.0`, version: `${version}.0` };
    }),
  });

  const operationOf = (request: SandboxRequest): string | undefined => {
    try {
      return find(request.method, request.url).route.operation;
    } catch {
      return undefined;
    }
  };

  return {
    dispatch,
    authenticate,
    routes: [
      { method: 'GET', path: root, operation: 'versions', handler: listVersions },
      { method: 'GET', path: `${root}/`, operation: 'versions', handler: listVersions },
      { method: '*', path: `${root}/*`, operation: operationOf, handler: handle },
    ],
  };
}
