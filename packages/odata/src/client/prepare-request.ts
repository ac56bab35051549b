import type { HttpRequest } from '@common/connector-core';
import { codecFor } from '../codecs/codec-for.ts';
import { propertyOf } from '../entity/entity-type.ts';
import { formatLiteral } from '../literals/format-literal.ts';
import { type EntityKey, formatKey } from '../literals/key.ts';
import { encodePath, encodeQuery } from '../literals/percent-encoding.ts';
import { formatQuery } from '../query/query-options.ts';
import type { Dialect } from './dialect.ts';
import type {
  CallOperation,
  EntityReference,
  NavigationPath,
  ODataOperation,
} from './operation.ts';

/** A request without the service root, as it also stands in a batch. */
export interface PreparedRequest {
  readonly method: HttpRequest['method'];
  /** Path below the service root, percent-encoded. */
  readonly path: string;
  /** Query, percent-encoded, without the question mark. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** Writes an operation as a request. */
export function prepareRequest(operation: ODataOperation, dialect: Dialect): PreparedRequest {
  const { version } = dialect;
  const accept = dialect.ieee754Compatible
    ? 'application/json;IEEE754Compatible=true'
    : 'application/json';
  const body = (value: unknown) => ({ body: JSON.stringify(value) });
  const headers = (input: { body?: boolean; ifMatch?: string | undefined } = {}) => ({
    accept,
    ...(version === 'v4' && { 'odata-version': '4.0', 'odata-maxversion': '4.0' }),
    ...(input.body && { 'content-type': accept }),
    ...(input.ifMatch !== undefined && { 'if-match': input.ifMatch }),
  });
  switch (operation.op) {
    case 'get':
      return {
        method: 'GET',
        path: entityPath({ ...operation, dialect }),
        query: formatQuery(operation.query ?? {}, version),
        headers: headers(),
      };
    case 'list':
      return {
        method: 'GET',
        path: collectionPath({ ...operation, dialect }),
        query: formatQuery(operation.query ?? {}, version),
        headers: headers(),
      };
    case 'create':
      return {
        method: 'POST',
        path: collectionPath({ ...operation, dialect }),
        query: '',
        headers: headers({ body: true }),
        ...body(dialect.encoder(operation.entity)(operation.data, 'create')),
      };
    case 'update':
    case 'replace':
      return {
        method: operation.op === 'replace' ? 'PUT' : dialect.updateMethod,
        path: entityPath({ ...operation, dialect }),
        query: '',
        headers: headers({ body: true, ifMatch: operation.ifMatch }),
        ...body(dialect.encoder(operation.entity)(operation.data, operation.op)),
      };
    case 'delete':
      return {
        method: 'DELETE',
        path: entityPath({ ...operation, dialect }),
        query: '',
        headers: headers({ ifMatch: operation.ifMatch }),
      };
    case 'call': {
      const { path, query, parameters } = callTarget(operation, dialect);
      return {
        method: operation.kind === 'function' ? 'GET' : 'POST',
        path,
        query,
        headers: headers({ body: parameters !== undefined, ifMatch: operation.ifMatch }),
        ...(parameters !== undefined && body(parameters)),
      };
    }
  }
}

/** The path of a collection: a set, or what a navigation leads to. */
export function collectionPath(input: {
  readonly entity: EntityReference;
  readonly via?: NavigationPath | undefined;
  readonly dialect: Dialect;
}): string {
  const { via, dialect } = input;
  if (via === undefined) return setName(input.entity);
  return `${entityPath({ entity: via.entity, key: via.key, dialect })}/${via.navigation}`;
}

/** The path of one entity: `A_Product('AB%2F1')`. */
function entityPath(input: {
  readonly entity: EntityReference;
  readonly key: EntityKey;
  readonly dialect: Dialect;
}): string {
  const { entity, key, dialect } = input;
  if (typeof entity !== 'string') {
    const types = Object.fromEntries(
      entity.key.map((name) => [name, propertyOf(entity.properties[name] ?? 'Edm.String').type]),
    );
    return entity.name + formatKey({ key, names: entity.key, types, version: dialect.version });
  }
  // Without a description the values tell their types.
  const names = typeof key === 'string' ? [''] : Object.keys(key);
  const types = Object.fromEntries(
    names.map((name) => [name, typeOfValue(typeof key === 'string' ? key : key[name])]),
  );
  return entity + formatKey({ key, names, types, version: dialect.version });
}

function setName(entity: EntityReference): string {
  return typeof entity === 'string' ? entity : entity.name;
}

function typeOfValue(value: unknown): string {
  if (typeof value === 'number') return 'Edm.Int32';
  return typeof value === 'boolean' ? 'Edm.Boolean' : 'Edm.String';
}

function callTarget(
  operation: CallOperation,
  dialect: Dialect,
): { path: string; query: string; parameters?: unknown } {
  const { boundTo, kind, name, types = {} } = operation;
  const { version } = dialect;
  const given = Object.entries(operation.parameters ?? {}).filter(
    ([, value]) => value !== undefined,
  );
  const literal = (parameter: string, value: unknown) =>
    formatLiteral({ value, type: types[parameter] ?? typeOfValue(value), version });
  if (version === 'v2') {
    const query = given
      .map(([key, value]) => `${key}=${encodeQuery(literal(key, value))}`)
      .join('&');
    return { path: name, query };
  }
  const owner =
    boundTo === undefined
      ? ''
      : boundTo.key === undefined
        ? `${setName(boundTo.entity)}/`
        : `${entityPath({ entity: boundTo.entity, key: boundTo.key, dialect })}/`;
  if (kind === 'function') {
    const list = given.map(([key, value]) => `${key}=${encodePath(literal(key, value))}`);
    return { path: `${owner}${name}(${list.join(',')})`, query: '' };
  }
  const parameters = given.map(([key, value]) => [
    key,
    value === null || types[key] === undefined
      ? value
      : codecFor({ ...dialect, type: types[key] }).encode(value),
  ]);
  return { path: owner + name, query: '', parameters: Object.fromEntries(parameters) };
}
