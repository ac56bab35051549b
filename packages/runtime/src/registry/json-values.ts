import type { JsonValue } from '@common/connector-core';
import type { JsonObject } from './connection.ts';
import { unusable } from './registry-error.ts';

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is stored of a value. @throws ConnectorError `ERR_CONFIGURATION` for what is no JSON object */
export function toJsonObject(path: string, value: unknown): JsonObject {
  let copy: unknown;
  try {
    copy = JSON.parse(JSON.stringify(value) ?? 'null');
  } catch {
    // Not as a cause: its text may hold values.
    throw unusable(path, 'must be JSON, without cycles and without BigInt.');
  }
  if (!isObject(copy)) throw unusable(path, 'must be an object such as { "name": "value" }.');
  return copy;
}

/** JSON merge patch, RFC 7396: `null` removes, objects are merged, everything else is replaced. */
export function mergePatch(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value));
  }
  // `fromEntries` defines members, so that "__proto__" is one like any other.
  return Object.fromEntries(merged);
}

/** Whether two values are the same JSON, whatever the order of their members. */
export function isSameJson(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  return canonical(left) === canonical(right);
}

function canonical(value: JsonValue | undefined): string | undefined {
  return JSON.stringify(value, (_, member: unknown) =>
    isObject(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
