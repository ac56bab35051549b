import { ConnectorError } from '@common/connector-core';
import type { ODataRecord } from '../entity/entity-type.ts';
import { readServiceMessages, type ServiceMessage } from '../errors/service-message.ts';
import type { DeletedEntity } from '../paging/read-page-body.ts';
import { readPageBody } from '../paging/read-page-body.ts';
import type { Dialect } from './dialect.ts';
import { type EntityReference, isRead, nameOf, type ODataOperation } from './operation.ts';

/** A record that arrived but could not be decoded. */
export interface DecodeFailure {
  /** Position in the page as it came. */
  readonly index: number;
  /** Values of the key properties, where they could be read. */
  readonly key?: ODataRecord | undefined;
  /** Names the path and the rule. */
  readonly error: Error;
}

/** A page of records. */
export interface ODataPage<Item = ODataRecord> {
  readonly records: readonly Item[];
  /** ETags beside `records`, where the service has them. */
  readonly etags: readonly (string | undefined)[];
  readonly failures: readonly DecodeFailure[];
  /** Tombstones of a delta read. */
  readonly deleted: readonly DeletedEntity[];
  readonly totalCount?: number | undefined;
  /** Give it to `list({ from })` to continue behind this page. */
  readonly nextLink?: string | undefined;
  /** On the last page of a tracked read: give it to `list({ from })` to read the changes since. */
  readonly deltaLink?: string | undefined;
}

/** What an operation gave. Only what fits the operation is there. */
export interface OperationResult {
  readonly httpStatus: number;
  /** The entity; absent after an update or create that answered 204. */
  readonly record?: ODataRecord | undefined;
  readonly page?: ODataPage | undefined;
  /** What a function or action returned. */
  readonly value?: unknown;
  readonly etag?: string | undefined;
  /** Where a created entity lives; `parseKey` reads its key. */
  readonly location?: string | undefined;
  /** Messages that did not prevent the success. */
  readonly messages: readonly ServiceMessage[];
}

/** A successful answer, alone or out of a batch. */
export interface SuccessfulResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON; `undefined` for an empty body. */
  readonly body: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a successful answer.
 *
 * @throws ConnectorError `ERR_MAPPING` or `ERR_INVALID_RESPONSE` when it cannot be read; with
 *   `outcomeUnknown` after a write, which has happened
 */
export function interpretResponse(input: {
  readonly operation: ODataOperation;
  readonly response: SuccessfulResponse;
  readonly dialect: Dialect;
}): OperationResult {
  const { operation, response } = input;
  try {
    return interpret(input);
  } catch (error) {
    if (isRead(operation) || !ConnectorError.isInstance(error)) throw error;
    throw new ConnectorError({
      code: error.code,
      category: error.category,
      message: `The write was accepted, but its answer could not be read. ${error.message}`,
      path: error.path,
      httpStatus: response.status,
      outcomeUnknown: true,
      cause: error,
    });
  }
}

function interpret(input: {
  readonly operation: ODataOperation;
  readonly response: SuccessfulResponse;
  readonly dialect: Dialect;
}): OperationResult {
  const { operation, response, dialect } = input;
  const { headers, body } = response;
  const entity = entityBody(body, dialect);
  const result: OperationResult = {
    httpStatus: response.status,
    messages: readServiceMessages({ headers, body: entity }),
  };
  if (operation.op === 'list') {
    return { ...result, page: decodePage({ body, entity: operation.entity, dialect }) };
  }
  if (operation.op === 'call') {
    return { ...result, etag: headers.etag, value: returned({ operation, entity, dialect }) };
  }
  if (operation.op === 'get' && entity === undefined && response.status !== 204) {
    throw new ConnectorError({
      code: 'ERR_INVALID_RESPONSE',
      category: 'transient',
      message: `HTTP ${response.status}, but the record that was asked for is not in the answer. If that stays so, report it to the owner of the system.`,
    });
  }
  const location = headers.location ?? headers['odata-entityid'];
  return {
    ...result,
    etag: headers.etag ?? (entity === undefined ? undefined : etagOf(entity)),
    ...(operation.op === 'create' && location !== undefined && { location }),
    ...(entity !== undefined &&
      operation.op !== 'delete' && { record: dialect.decoder(operation.entity)(entity) }),
  };
}

function entityBody(body: unknown, dialect: Dialect): ODataRecord | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  if (dialect.version === 'v4') return body as ODataRecord;
  const inner = (body as Fields).d;
  return (typeof inner === 'object' && inner !== null ? inner : body) as ODataRecord;
}

/** Of anything: a record that is none is told when it is decoded. */
function etagOf(entity: Fields | null): string | undefined {
  const inline = (entity?.__metadata as Fields | undefined)?.etag ?? entity?.['@odata.etag'];
  return typeof inline === 'string' ? inline : undefined;
}

/** Decodes a page; a record that cannot be decoded goes to `failures`. */
function decodePage(input: {
  readonly body: unknown;
  readonly entity: EntityReference;
  readonly dialect: Dialect;
}): ODataPage {
  const { entity, dialect } = input;
  const { records: wire, ...page } = readPageBody(input.body, dialect.version);
  const decode = dialect.decoder(entity);
  const records: ODataRecord[] = [];
  const etags: (string | undefined)[] = [];
  const failures: DecodeFailure[] = [];
  for (let index = 0; index < wire.length; index += 1) {
    const item = wire[index] as ODataRecord | null;
    try {
      // The decoder takes the record over, so its version is read first.
      const etag = etagOf(item);
      records.push(decode(item as ODataRecord));
      etags.push(etag);
    } catch (error) {
      if (!ConnectorError.isInstance(error)) throw error;
      failures.push({
        index,
        error: error.with({ entity: nameOf(entity) }),
        ...(typeof entity === 'object' && {
          key: Object.fromEntries(entity.key.map((name) => [name, item?.[name]])),
        }),
      });
    }
  }
  return { ...page, records, etags, failures };
}

function returned(input: {
  readonly operation: Extract<ODataOperation, { op: 'call' }>;
  readonly entity: ODataRecord | undefined;
  readonly dialect: Dialect;
}): unknown {
  const { operation, entity, dialect } = input;
  if (entity === undefined) return undefined;
  const decode = dialect.decoder(operation.returns);
  const name = operation.name.slice(operation.name.lastIndexOf('.') + 1);
  // V2 wraps the value of a function in its name, V4 a value that is no entity in `value`.
  const wrapper = dialect.version === 'v2' ? name : 'value';
  const value = Object.hasOwn(entity, wrapper) ? entity[wrapper] : entity;
  const list = Array.isArray(value) ? value : (value as { results?: unknown } | null)?.results;
  const decodeItem = (item: unknown) =>
    typeof item === 'object' && item !== null ? decode(item as ODataRecord) : item;
  return Array.isArray(list) ? list.map(decodeItem) : decodeItem(value);
}
