import type { NamedFault } from '../toolkit/fault-injector.ts';
import type { SandboxRequest } from '../toolkit/sandbox-request.ts';
import { bearerOf, oauthPaths } from './access/oauth-routes.ts';
import type { TokenBook } from './access/token-book.ts';
import type { Records } from './company/records.ts';
import { throttleExceeded } from './fault/gateway-fault.ts';
import { faultBody } from './fault/quickbooks-fault.ts';
import { applicationError } from './fault/refusals.ts';
import { findEntity } from './model/entities.ts';
import { isObject, textAt } from './model/json-object.ts';
import type { Answers } from './routes/answer.ts';

const isCompanyCall = ({ path }: SandboxRequest): boolean => path.startsWith('/v3/company/');

/** The row that a write is about to change. */
function targetOf(realms: ReadonlyMap<string, Records>, request: SandboxRequest) {
  const { method, params, operation } = request;
  if (method !== 'POST' || !/^(update|delete|void)[A-Z]/.test(operation ?? '')) return undefined;
  const records = realms.get(params.realmId ?? '');
  const definition = findEntity(params.entity ?? '');
  const body = request.json();
  const id = isObject(body) ? textAt(body, 'Id') : undefined;
  const row = definition && id && records?.company.live(definition.name, id);
  return row && records ? { row, records } : undefined;
}

/** Kinds of fault that only QuickBooks has. */
export function createQuickbooksFaults(options: {
  readonly realms: ReadonlyMap<string, Records>;
  readonly tokens: TokenBook;
  readonly answers: Answers;
}): Readonly<Record<string, NamedFault>> {
  const { realms, tokens, answers } = options;
  return {
    'expired-token': {
      appliesTo: (request) => isCompanyCall(request) && request.headers.authorization !== undefined,
      inject: ({ headers }) => void tokens.expireAccess(bearerOf(headers.authorization)),
    },
    'fault-in-200': {
      appliesTo: isCompanyCall,
      inject: (request) => answers.ok(request, faultBody(applicationError(200))),
    },
    'stale-object': {
      appliesTo: (request) => targetOf(realms, request) !== undefined,
      inject(request) {
        const { row, records } = targetOf(realms, request)!;
        records.touch(row, {}, 'Update');
        return undefined;
      },
    },
    throttle: {
      appliesTo: isCompanyCall,
      inject(request, { retryAfter }) {
        const answer = answers.gatewayFault(request, throttleExceeded());
        if (retryAfter === undefined) return answer;
        const header = retryAfter instanceof Date ? retryAfter.toUTCString() : String(retryAfter);
        return { ...answer, headers: { ...answer.headers, 'retry-after': header } };
      },
    },
    'invalid-grant': {
      appliesTo: ({ path }) => path === oauthPaths.token,
      inject: () => ({ status: 400, body: { error: 'invalid_grant' } }),
    },
  };
}
