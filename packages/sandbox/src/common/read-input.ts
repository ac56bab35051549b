import type { SandboxRequest } from '../toolkit/sandbox-request.ts';
import { invalid } from './common-error.ts';

export type Input = Readonly<Record<string, unknown>>;

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The body as object with no other fields than these. An empty body is an empty object. */
export function readBody(request: SandboxRequest, fields: readonly string[]): Input {
  if (request.body.length === 0) return {};
  const body = request.json();
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid('The body must be a JSON object');
  }
  for (const field of Object.keys(body)) {
    if (!fields.includes(field)) throw invalid(`${field}: unknown field`);
  }
  return body as Input;
}

/** Refuses query parameters that the endpoint does not know. */
export function checkQuery(query: URLSearchParams, names: readonly string[]): void {
  for (const name of query.keys()) {
    if (!names.includes(name)) throw invalid(`${name}: unknown query parameter`);
  }
}

export function readText(field: string, value: unknown, maxLength = 255): string {
  if (typeof value !== 'string' || value.trim() === '') {
    throw invalid(`${field}: must be a text that is not empty`);
  }
  if (value.length > maxLength) throw invalid(`${field}: is longer than ${maxLength} characters`);
  return value;
}

export function readOptionalText(field: string, value: unknown, maxLength = 255): string | null {
  return value === undefined || value === null ? null : readText(field, value, maxLength);
}

export function readUuid(field: string, value: unknown): string {
  if (typeof value !== 'string' || !uuidPattern.test(value)) {
    throw invalid(`${field}: must be a UUID`);
  }
  return value.toLowerCase();
}

export function readDate(field: string, value: unknown): string {
  const isDate =
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\d$/.test(value) &&
    new Date(`${value}T00:00:00Z`).toJSON()?.startsWith(value);
  if (!isDate) throw invalid(`${field}: must be a date such as "2026-01-31"`);
  return value;
}

/** An instant with zone, as ISO UTC with milliseconds. */
export function readInstant(field: string, value: string): string {
  const hasZone = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(value);
  const time = new Date(value);
  if (!hasZone || Number.isNaN(time.getTime())) {
    throw invalid(`${field}: must be an instant such as "2026-01-31T12:00:00Z"`);
  }
  return time.toISOString();
}

export function readOneOf<Value extends string>(
  field: string,
  value: unknown,
  allowed: readonly Value[],
): Value {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw invalid(`${field}: must be one of ${allowed.join(', ')}`);
  return found;
}

/** A comma list of allowed values, or nothing when the parameter is absent. */
export function readList<Value extends string>(
  field: string,
  text: string | null,
  allowed: readonly Value[],
): readonly Value[] | undefined {
  return text?.split(',').map((part) => readOneOf(field, part, allowed));
}
