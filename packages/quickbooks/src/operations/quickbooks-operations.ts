import { randomUUID } from 'node:crypto';
import { type CallOptions, type JsonValue, operationOf } from '@common/connector-core';
import { pathOf, type QuickbooksEntity, type Row } from '../quickbooks-entity.ts';
import { callOf, type QuickbooksCall, queryCall } from '../quickbooks-request.ts';
import { type QuickbooksSession, unreadable } from '../quickbooks-session.ts';
import { requestIdOf } from '../request-id.ts';
import { isRow } from '../row/merge-row.ts';
import { bindStatement } from './bind-statement.ts';
import { badInput, parseInput } from './operation-inputs.ts';
import { uploadBody } from './upload-body.ts';

/** What operations run on. */
export interface OperationContext {
  readonly session: QuickbooksSession;
  /** @throws ConnectorError `ERR_UNKNOWN_ENTITY` */
  entityOf(name: string): QuickbooksEntity;
}

type Operation = (input: unknown, context: OperationContext, call: CallOptions) => Promise<unknown>;

/** What QuickBooks does beyond reading and writing records. */
const operations: Readonly<Record<string, Operation>> = {
  async void(input, context, call) {
    const { entity: name, key, idempotencyKey = randomUUID() } = parseInput('void', input);
    const entity = context.entityOf(name);
    const { resource, voidBy } = entity;
    if (voidBy === undefined) {
      throw badInput(
        'void',
        'entity',
        'QuickBooks voids invoices, payments and sales receipts only',
      );
    }
    const { SyncToken, ...stored } = await readStored(context, { entity, key }, call);
    return ask(context, resource, {
      ...call,
      operation: `void ${resource}`,
      path: pathOf(entity),
      parameters:
        voidBy === 'operation' ? { operation: 'void' } : { operation: 'update', include: 'void' },
      body: { Id: stored.Id, SyncToken, ...(voidBy === 'include' ? { sparse: true } : {}) },
      requestId: requestIdOf('void', resource, key, idempotencyKey),
      entity: name,
      key,
    });
  },

  async send(input, context, call) {
    const { entity: name, key, to, idempotencyKey = randomUUID() } = parseInput('send', input);
    const entity = context.entityOf(name);
    return ask(context, entity.resource, {
      ...call,
      operation: `send ${entity.resource}`,
      path: `${pathOf(entity)}/${key}/send`,
      parameters: { sendTo: to },
      raw: { body: '', headers: { 'content-type': 'application/octet-stream' } },
      requestId: requestIdOf('send', entity.resource, key, to, idempotencyKey),
      entity: name,
      key,
    });
  },

  async pdf(input, context, call) {
    const { entity: name, key } = parseInput('pdf', input);
    const entity = context.entityOf(name);
    const { bytes, headers } = await context.session.sendRaw({
      ...call,
      operation: `pdf ${entity.resource}`,
      path: `${pathOf(entity)}/${key}/pdf`,
      accept: 'application/pdf',
      entity: name,
      key,
    });
    const contentType = headers['content-type'] ?? 'application/pdf';
    return { contentType, content: Buffer.from(bytes).toString('base64') };
  },

  async report(input, { session }, call) {
    const { name, parameters } = parseInput('report', input);
    const { body } = await session.send({
      ...call,
      operation: `report ${name}`,
      path: `reports/${name}`,
      parameters,
    });
    return body;
  },

  exchangeRate(input, context, call) {
    const { currency, date } = parseInput('exchangeRate', input);
    return ask(context, 'ExchangeRate', {
      ...call,
      operation: 'exchangeRate',
      path: 'exchangerate',
      parameters: { sourcecurrencycode: currency, asofdate: date },
    });
  },

  async upload(input, context, call) {
    const { fileName, contentType, content, attachTo, note, ...rest } = parseInput('upload', input);
    const { idempotencyKey = randomUUID() } = rest;
    const attached = attachTo && {
      AttachableRef: [
        {
          EntityRef: { type: context.entityOf(attachTo.entity).resource, value: attachTo.key },
        },
      ],
    };
    const metadata = { FileName: fileName, ContentType: contentType, Note: note, ...attached };
    const upload: QuickbooksCall = {
      ...call,
      operation: 'upload',
      path: 'upload',
      raw: uploadBody({
        ...{ fileName, contentType, metadata },
        bytes: Buffer.from(content, 'base64'),
        boundary: `common-${randomUUID()}`,
      }),
      requestId: requestIdOf('upload', idempotencyKey),
    };
    const { body, requestId } = await context.session.send(upload);
    const [answer] = Array.isArray(body.AttachableResponse) ? body.AttachableResponse : [];
    if (isRow(answer) && isRow(answer.Attachable)) return answer.Attachable;
    throw unreadable(upload, { requestId });
  },

  async query(input, context, call) {
    const { statement, parameters } = parseInput('query', input);
    return ask(context, 'QueryResponse', {
      ...call,
      operation: 'query',
      ...queryCall(bindStatement(statement, parameters)),
    });
  },
};

export const quickbooksOperationNames: readonly string[] = Object.keys(operations);

/** @throws ConnectorError `ERR_UNSUPPORTED_OPERATION`, `ERR_VALIDATION` */
export async function callQuickbooks(
  operation: string,
  input: JsonValue | undefined,
  context: OperationContext,
  call: CallOptions,
): Promise<JsonValue> {
  const run = operationOf(operations, { system: 'quickbooks', operation });
  const answer = await run(input, context, callOf(call));
  return JSON.parse(JSON.stringify(answer ?? null)) as JsonValue;
}

/** What was asked for, out of the answer. */
async function ask(
  { session }: OperationContext,
  part: string,
  call: QuickbooksCall,
): Promise<Row> {
  const { body, requestId } = await session.send(call);
  const answer = body[part];
  if (isRow(answer)) return answer;
  throw unreadable(call, { requestId });
}

const readStored = (
  context: OperationContext,
  { entity, key }: { readonly entity: QuickbooksEntity; readonly key: string },
  call: CallOptions,
): Promise<Row> =>
  ask(context, entity.resource, {
    ...call,
    operation: `read ${entity.resource}`,
    path: `${pathOf(entity)}/${key}`,
    entity: entity.name,
    key,
  });
