import type { SandboxRoute } from '../../toolkit/router.ts';
import type { SandboxRequest } from '../../toolkit/sandbox-request.ts';
import type { SandboxResponse } from '../../toolkit/sandbox-response.ts';
import type { ReplayTable } from '../access/replay-table.ts';
import type { Records } from '../company/records.ts';
import { invalidProperty, notFound, unsupported } from '../fault/refusals.ts';
import { findEntity } from '../model/entities.ts';
import type { EntityDefinition } from '../model/entity-definition.ts';
import { isObject, type JsonObject } from '../model/json-object.ts';
import type { QueryRunner } from '../query/query-runner.ts';
import type { Answers } from './answer.ts';
import { operationOf, write, writeAnswer } from './write-operation.ts';

/** What the endpoints of a company work on. */
export interface CompanyServices {
  /** @throws GatewayFault when the caller may not use the company */
  readonly open: (request: SandboxRequest) => Records;
  readonly answers: Answers;
  readonly replays: ReplayTable;
  readonly queries: QueryRunner;
}

export const companyPath = '/v3/company/:realmId';

export function readBody(request: SandboxRequest): JsonObject {
  const body = request.json();
  if (!isObject(body)) throw invalidProperty('body', 'is not an object');
  return body;
}

const entityIn = ({ params }: SandboxRequest): EntityDefinition => {
  const definition = findEntity(params.entity ?? '');
  if (!definition) throw unsupported(params.entity ?? '');
  return definition;
};

const asksForVoid = ({ query }: SandboxRequest): boolean =>
  (query.get('include') ?? '').toLowerCase().split(',').includes('void');

export const allowsDuplicateNumber = (include: string | null): boolean =>
  (include ?? '').toLowerCase().split(',').includes('allowduplicatedocnum');

/** `createInvoice`, `voidPayment`: what faults and the journal know a write by. */
function nameWrite(request: SandboxRequest): string | undefined {
  const definition = findEntity(request.params.entity ?? '');
  if (!definition) return undefined;
  try {
    const asked = {
      operation: request.query.get('operation') ?? undefined,
      isVoid: asksForVoid(request),
    };
    return operationOf(definition, readBody(request), asked) + definition.name;
  } catch {
    return undefined;
  }
}

const nameRead = (verb: string) => (request: SandboxRequest) => {
  const definition = findEntity(request.params.entity ?? '');
  return definition && verb + definition.name;
};

/** Create, read, update, delete, void, query. */
export function createCompanyRoutes(services: CompanyServices): SandboxRoute[] {
  const { open, answers, replays, queries } = services;

  const read = (request: SandboxRequest): SandboxResponse => {
    const records = open(request);
    const definition = entityIn(request);
    if (request.params.id === undefined && definition.kind !== 'single') throw notFound();
    const row = records.read(definition, request.params.id ?? '1');
    return answers.ok(request, { [definition.name]: records.render(row) });
  };

  const change = (request: SandboxRequest): SandboxResponse | Promise<SandboxResponse> => {
    const records = open(request);
    const { realmId } = records.company;
    const requestId = request.query.get('requestid');
    const call = { realmId, requestId, operation: `${request.operation} ${request.path}` };
    return replays.once(call, () => {
      const definition = entityIn(request);
      const body = readBody(request);
      const asked = {
        operation: request.query.get('operation') ?? undefined,
        isVoid: asksForVoid(request),
      };
      const operation = operationOf(definition, body, asked);
      const allowDuplicateNumber = allowsDuplicateNumber(request.query.get('include'));
      const row = write(records, definition, operation, body, { allowDuplicateNumber });
      return answers.ok(request, { [definition.name]: writeAnswer(records, row) });
    });
  };

  const query = (request: SandboxRequest): SandboxResponse => {
    const records = open(request);
    const statement = request.method === 'POST' ? request.text() : request.query.get('query');
    return answers.ok(request, { QueryResponse: queries.run(records, statement ?? '') });
  };

  return [
    { method: 'GET', path: `${companyPath}/query`, operation: 'query', handler: query },
    { method: 'POST', path: `${companyPath}/query`, operation: 'query', handler: query },
    { method: 'POST', path: `${companyPath}/:entity`, operation: nameWrite, handler: change },
    { method: 'GET', path: `${companyPath}/:entity`, operation: nameRead('read'), handler: read },
    {
      method: 'GET',
      path: `${companyPath}/:entity/:id`,
      operation: nameRead('read'),
      handler: read,
    },
  ];
}
