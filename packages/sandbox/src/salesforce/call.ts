import type { SandboxRequest } from '../toolkit/sandbox-request.ts';
import type { SandboxResponse } from '../toolkit/sandbox-response.ts';
import type { Session } from './access/sessions.ts';
import type { Database, Transaction } from './data/database.ts';
import { ExactNumber } from './data/json.ts';
import type { RecordInput } from './data/record-input.ts';
import type { Records, WriteOptions } from './data/records.ts';
import { badRequest, notFound } from './salesforce-error.ts';
import type { ObjectType, Schema } from './schema/schema.ts';
import type { QueryLocators } from './soql/query-locators.ts';

/** What all parts of the REST API work on. */
export interface Organization {
  readonly schema: Schema;
  readonly database: Database;
  readonly records: Records;
  readonly locators: QueryLocators;
}

/** A call of the REST API, or a part of a composite one. */
export interface Call {
  readonly request: SandboxRequest;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** For example `60.0`. */
  readonly version: string;
  /** For example `/services/data/v60.0`. */
  readonly basePath: string;
  /** The JSON body. @throws SalesforceError JSON_PARSER_ERROR */
  readonly body: () => unknown;
  readonly session: Session;
  /** Committed when the call succeeds, rolled back when it throws. */
  readonly tx: Transaction;
  /** Rows of a query page. */
  readonly pageSize: number;
  readonly write: WriteOptions;
  /** Whether it is a part of a composite call. */
  readonly isPart: boolean;
}

/** A resource below `/services/data/vNN.0`. */
export interface DataRoute {
  readonly method: string;
  readonly path: string;
  readonly operation: string;
  readonly handle: (call: Call) => SandboxResponse;
}

/** A part of a composite call. */
export interface SubRequest {
  readonly method: string;
  readonly url: string;
  readonly body?: unknown;
}

/** Carries out a part of a composite call within its transaction; what it refuses is an answer, too. */
export type Dispatch = (part: SubRequest, outer: Call) => SandboxResponse;

export const isJsonObject = (value: unknown): value is RecordInput =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof ExactNumber);

/** The body as an object. @throws SalesforceError JSON_PARSER_ERROR */
export function readObject(call: Call): RecordInput {
  const body = call.body();
  if (isJsonObject(body)) return body;
  throw badRequest('JSON_PARSER_ERROR', 'The request body must be a JSON object');
}

/** An object by the name in the path. @throws SalesforceError NOT_FOUND */
export function findType(schema: Schema, name: string | undefined): ObjectType {
  const type = schema.object(name ?? '');
  if (!type) throw notFound();
  return type;
}
