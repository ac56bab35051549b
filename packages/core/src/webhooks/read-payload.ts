import type { WebhookRequest } from '../contract/connector-event.ts';
import type { JsonValue } from '../contract/json.ts';

type JsonObject = { readonly [member: string]: JsonValue };

/** The body as JSON, `undefined` when it is none. Read it after the signature was verified. */
export function readJson({ body }: WebhookRequest): JsonValue | undefined {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as JsonValue;
  } catch {
    return undefined;
  }
}

/** The parameters of the query. Of a URL of any form: `new URL` throws for `//` and others. */
export function queryOf({ url }: WebhookRequest): URLSearchParams {
  const start = url.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : url.slice(start));
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The elements that are objects; of anything but a list, none. */
export function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isObject) : [];
}

/** A text member that is not empty. */
export function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const isoText = /^\d{4}-\d\d-\d\d(?:T[\d:.]+([Zz]|[+-]\d\d:?\d\d)?)?$/;

/**
 * An ISO instant or milliseconds since 1970, as ISO UTC with milliseconds. A time without a zone is in
 * UTC: that of this machine says nothing about the vendor's.
 */
export function instantOf(value: JsonValue | undefined): string | undefined {
  const match = typeof value === 'string' ? isoText.exec(value) : null;
  if (match === null && typeof value !== 'number') return undefined;
  const isLocal = match?.[0].includes('T') && match[1] === undefined;
  const at = new Date(isLocal ? `${value}Z` : (value as string | number));
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
