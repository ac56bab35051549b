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

/** An ISO instant of whatever form the vendor writes, as ISO UTC with milliseconds. */
export function instantOf(value: JsonValue | undefined): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
