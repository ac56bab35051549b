import type { NamedFault } from '../toolkit/fault-injector.ts';
import type { SandboxRequest } from '../toolkit/sandbox-request.ts';
import type { SandboxResponse } from '../toolkit/sandbox-response.ts';
import { bearerOf } from './access/bearer.ts';
import { concurrentLimitExceeded, totalLimitExceeded } from './access/request-limits.ts';
import type { Sessions } from './access/sessions.ts';
import { badRequest, errorResponse, SalesforceError } from './salesforce-error.ts';
import type { QueryLocators } from './soql/query-locators.ts';

const page = (title: string): string =>
  `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`;

/** A bare status as the vendor's edge answers it: a page, not JSON. */
export const maintenanceAnswer = (status: number): SandboxResponse => ({
  status,
  headers: { 'content-type': 'text/html; charset=UTF-8' },
  body: page(
    status === 503 ? 'Service Unavailable - we are down for maintenance' : `Error ${status}`,
  ),
});

/** Kinds of fault that only this simulator has. */
export function createNamedFaults(system: {
  readonly sessions: Sessions;
  readonly locators: QueryLocators;
  readonly clamp: (request: SandboxRequest, size: number) => void;
}): Readonly<Record<string, NamedFault>> {
  const isData = ({ path }: SandboxRequest): boolean => path.startsWith('/services/data/v');
  const isWrite = (request: SandboxRequest): boolean => isData(request) && request.method !== 'GET';
  const refusal = (error: () => SalesforceError): NamedFault => ({
    appliesTo: isData,
    inject: () => errorResponse(error()),
  });
  const locatorOf = ({ path }: SandboxRequest): string | undefined =>
    /\/query(?:All)?\/([^/?]+)$/.exec(path)?.[1];

  return {
    // The session of the call is dead from now on.
    'expired-session': {
      appliesTo: (request) => bearerOf(request) !== undefined,
      inject(request) {
        system.sessions.expire(bearerOf(request) ?? '');
        return undefined;
      },
    },
    'request-limit': refusal(totalLimitExceeded),
    'concurrent-limit': refusal(concurrentLimitExceeded),
    'server-unavailable': refusal(
      () => new SalesforceError(503, 'SERVER_UNAVAILABLE', 'Server temporarily unavailable'),
    ),
    'lock-row': {
      appliesTo: isWrite,
      inject: () =>
        errorResponse(
          badRequest(
            'UNABLE_TO_LOCK_ROW',
            'unable to obtain exclusive access to this record or 1 records',
            [],
          ),
        ),
    },
    maintenance: { appliesTo: isData, inject: () => maintenanceAnswer(503) },
    'gateway-error': {
      appliesTo: isData,
      inject: () => ({
        status: 500,
        headers: { 'content-type': 'application/xml' },
        body: '<?xml version="1.0" encoding="UTF-8"?><Errors><Error><errorCode>UNKNOWN_EXCEPTION</errorCode><message>An unexpected gateway error occurred</message></Error></Errors>',
      }),
    },
    // The server gives fewer rows than asked for.
    'small-page': {
      appliesTo: ({ method, path }) => method === 'GET' && /\/query(All)?(\/|$)/.test(path),
      inject(request) {
        system.clamp(request, 2);
        return undefined;
      },
    },
    'expired-locator': {
      appliesTo: (request) => locatorOf(request) !== undefined,
      inject(request) {
        system.locators.forget(locatorOf(request)!);
        return undefined;
      },
    },
  };
}
