import { z } from 'zod';
import type { JsonValue } from '../contract/json.ts';
import { entitySchemas } from './canonical-entities.ts';
import { personalDataOf } from './personal-data.ts';

/**
 * A copy of a canonical record that may be shown, logged or kept in an audit trail: by allow-list of
 * the entity's schema. Fields that may tell about a person have `[name]`, `[contact]`, … in place of
 * their value, fields that the schema does not know `[redacted]`. A record of another entity than the
 * canonical ones keeps its field names only.
 *
 * @param record - also a patch: what is absent stays absent, `null` stays `null`
 */
export function redactRecord(entity: string, record: object): JsonValue {
  const schema = Object.hasOwn(entitySchemas, entity)
    ? (entitySchemas as Readonly<Record<string, z.ZodType>>)[entity]
    : undefined;
  return schema === undefined ? redactMembers(record, {}) : redactValue(schema, record);
}

function redactValue(schema: z.ZodType, value: unknown): JsonValue {
  if (value === null) return null;
  const mark = personalDataOf(schema);
  if (mark !== undefined) return `[${mark}]`;
  if (schema instanceof z.ZodOptional) return redactValue(schema.unwrap() as z.ZodType, value);
  if (schema instanceof z.ZodObject && isPlainObject(value)) {
    return redactMembers(value, schema.shape as Readonly<Record<string, z.ZodType>>);
  }
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((item) => redactValue(schema.element as z.ZodType, item));
  }
  // What is not of the type that the schema says may be anything.
  return schema.safeParse(value).success ? (value as JsonValue) : '[redacted]';
}

function redactMembers(
  record: object,
  shape: Readonly<Record<string, z.ZodType>>,
): Record<string, JsonValue> {
  const redacted: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(record)) {
    if (value === undefined) continue;
    const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
    redacted[name] = field === undefined ? '[redacted]' : redactValue(field, value);
  }
  return redacted;
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
