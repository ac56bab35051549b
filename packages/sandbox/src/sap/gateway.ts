import type { SandboxClock } from '../toolkit/sandbox-clock.ts';
import type { SandboxRequest } from '../toolkit/sandbox-request.ts';
import type { SandboxResponse } from '../toolkit/sandbox-response.ts';
import type { SeededRandom } from '../toolkit/seeded-random.ts';
import type { Authentication } from './access/authentication.ts';
import type { CsrfSessions } from './access/csrf-sessions.ts';
import { logonErrorPage } from './access/html-pages.ts';
import { answerBatch } from './odata/batch.ts';
import type { Behaviours } from './odata/behaviour.ts';
import type { ODataAnswer, ODataCall, PagingHook } from './odata/call.ts';
import { answerCall, type EngineContext, errorAnswer, isRead } from './odata/engine.ts';
import { SapFault } from './odata/fault.ts';
import { instantOf } from './odata/instant.ts';
import type { Service } from './odata/model.ts';
import type { Store } from './odata/store.ts';
import { type ServiceAddress, serviceFinder } from './service-paths.ts';

export interface GatewayOptions {
  readonly store: Store;
  readonly services: readonly Service[];
  readonly client: string;
  /** What the links of answers begin with, unless a proxy says else. */
  readonly scheme: 'http' | 'https';
  readonly clock: SandboxClock;
  readonly random: SeededRandom;
  readonly behaviours: Behaviours;
  readonly authentication: Authentication;
  readonly sessions: CsrfSessions;
  /** Ids of services that nobody has a role for. */
  readonly revoked: ReadonlySet<string>;
  /** Ids of services that are not activated. */
  readonly inactive: ReadonlySet<string>;
  readonly pagingHookOf: (request: SandboxRequest) => PagingHook | undefined;
  readonly pageSize: number;
  readonly serverPaging: boolean;
  readonly readOnlyProperties: 'ignore' | 'reject';
  readonly jsonBatch: boolean;
  readonly contentIdReferences: boolean;
}

/** What stands in front of the services: sign-in, client, CSRF, activation, roles. */
export interface Gateway {
  handle(request: SandboxRequest): SandboxResponse;
  /** Name of a call for the journal and for faults: `GET A_Product`, `POST $batch`. */
  operationOf(request: SandboxRequest): string | undefined;
  isCollection(request: SandboxRequest): boolean;
  isPurchaseOrderWrite(request: SandboxRequest): boolean;
  /** The error answer of the called service. */
  refuse(request: SandboxRequest, fault: SapFault): SandboxResponse;
}

const gatewayHeaders = {
  'sap-server': 'true',
  'sap-processing-info': 'ODataBEP=,crp=,RAL=,st=,MedCacheHub=,codeployed=X,softstate=',
} as const;

export function createGateway(options: GatewayOptions): Gateway {
  const { clock, random, client, authentication, sessions } = options;
  const findService = serviceFinder(options.services);
  let ticks = 0;

  const contextFor = (user: string): EngineContext => ({
    store: options.store,
    behaviours: options.behaviours,
    user,
    language: 'en',
    readOnlyProperties: options.readOnlyProperties,
    pageSizeOf: () => (options.serverPaging ? options.pageSize : Number.POSITIVE_INFINITY),
    now: clock.now,
    nextTransactionId: () => random.uuid().replaceAll('-', '').toUpperCase(),
    nextStamp() {
      // Two writes in one millisecond still differ, 100 ns apart.
      ticks += 1;
      return instantOf(clock.stampWrite(), ticks);
    },
  });

  const callFor = (
    request: SandboxRequest,
    { service, path, rootPath }: ServiceAddress,
  ): ODataCall => {
    const host = request.headers.host ?? 'localhost';
    return {
      service,
      method: methodOf(request),
      path: path.replace(/\/+$/, ''),
      rawQuery: request.rawQuery,
      headers: request.headers,
      body: request.text(),
      root: `${request.headers['x-forwarded-proto'] ?? options.scheme}://${host}${rootPath}`,
      pagingHook: options.pagingHookOf(request),
    };
  };

  const answer = (request: SandboxRequest, user: string): ODataAnswer => {
    const address = findService(request.path);
    if (!address) return serviceNotFound(request.path);
    if (options.inactive.has(address.service.id)) return serviceNotFound(address.service.path);
    const call = callFor(request, address);
    const context = contextFor(user);
    if (options.revoked.has(address.service.id)) {
      return errorAnswer(notAuthorized(address.service), call, context);
    }
    if (call.path === '$batch') return answerBatch(call, context, options);
    return answerCall(call, context);
  };

  return {
    handle(request) {
      const identity = authentication.identify(request);
      if ('refusal' in identity) return identity.refusal;
      if (!isClientRight(request, client)) return logonFailure(client);
      const { user } = identity;
      const wantsToken = request.headers['x-csrf-token']?.toLowerCase() === 'fetch';
      const cookie = request.headers.cookie;
      if (!isRead(request.method)) {
        const token = request.headers['x-csrf-token'];
        if (!sessions.isValid(cookie, token, user)) return csrfFailure();
      }
      const { status, headers, body } = answer(request, user);
      // The token comes with every answer that it is asked of, also with an error.
      const grant = wantsToken && isRead(request.method) ? sessions.fetch(cookie, user) : undefined;
      return {
        status,
        headers: {
          ...gatewayHeaders,
          'cache-control': 'no-store, no-cache',
          ...headers,
          ...(grant ? { 'x-csrf-token': grant.token } : {}),
          ...(grant?.cookies.length ? { 'set-cookie': grant.cookies } : {}),
        },
        body,
      };
    },
    operationOf(request) {
      const address = findService(request.path);
      if (!address) return undefined;
      const [first = ''] = address.path.split('/');
      return `${methodOf(request)} ${first.replace(/\(.*$/s, '') || '/'}`;
    },
    isCollection(request) {
      const path = findService(request.path)?.path ?? '';
      const last = path.split('/').findLast((segment) => segment !== '') ?? '';
      return /^[A-Za-z_]\w*$/.test(last);
    },
    isPurchaseOrderWrite(request) {
      const address = findService(request.path);
      return address !== undefined && /^(A_)?PurchaseOrder/.test(address.path);
    },
    refuse(request, fault) {
      const address = findService(request.path);
      if (!address) return { status: fault.status, body: fault.message };
      const call = callFor(request, address);
      return errorAnswer(fault, call, contextFor(''));
    },
  };
}

/** V2 clients behind old proxies tunnel PATCH, MERGE and DELETE through POST. */
function methodOf({ method, headers }: SandboxRequest): string {
  return method === 'POST' ? (headers['x-http-method']?.toUpperCase() ?? method) : method;
}

function isClientRight(request: SandboxRequest, client: string): boolean {
  const named = request.query.get('sap-client') ?? request.headers['sap-client'];
  return named === undefined || named === '' || named === client;
}

function logonFailure(client: string): SandboxResponse {
  return {
    status: 401,
    headers: {
      'www-authenticate': `Basic realm="SAP NetWeaver Application Server [S4H/${client}]"`,
      'content-type': 'text/html; charset=utf-8',
    },
    body: logonErrorPage(),
  };
}

/** sap.md 1.10: the body has exactly 28 characters, and no new token comes with it. */
function csrfFailure(): SandboxResponse {
  return {
    status: 403,
    headers: {
      ...gatewayHeaders,
      'x-csrf-token': 'Required',
      'content-type': 'text/plain; charset=utf-8',
    },
    body: 'CSRF token validation failed',
  };
}

const notAuthorized = ({ id }: Service): SapFault =>
  new SapFault({
    status: 403,
    code: '/IWFND/CM_BEC/026',
    message: `No authorization to access Service 'Z${id}_0001'`,
  });

/** Gateway cannot know the version of a service that it does not know: the error is V2 JSON. */
function serviceNotFound(path: string): ODataAnswer {
  const name = path.split('/').find((segment) => /^[A-Za-z_]+_SRV|API_/i.test(segment)) ?? path;
  return {
    status: 404,
    headers: { 'content-type': 'application/json;charset=utf-8', dataserviceversion: '1.0' },
    body: JSON.stringify({
      error: {
        code: '/IWFND/MED/170',
        message: {
          lang: 'en',
          value: `No service found for namespace '', name '${name}', version '0001'`,
        },
      },
    }),
  };
}
