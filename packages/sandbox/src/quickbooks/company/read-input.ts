import { invalidEnumeration, invalidProperty, tooLong } from '../fault/refusals.ts';
import type { EntityDefinition } from '../model/entity-definition.ts';
import type { Field } from '../model/field.ts';
import { isObject, type JsonObject } from '../model/json-object.ts';

const ignored = new Set(['Id', 'SyncToken', 'sparse', 'domain', 'MetaData', 'status', 'time']);
const dateText = /^\d{4}-\d\d-\d\d(?=$|T|[+-])/;

function readNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !/^-?\d+(\.\d+)?$/.test(value)) return undefined;
  return Number(value);
}

function readReference(value: unknown): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  const id = value.value;
  if (typeof id !== 'string' && typeof id !== 'number') return undefined;
  return { ...value, value: String(id) };
}

function readValue(name: string, field: Field, value: unknown): unknown {
  // An empty text clears a property, as null does.
  if (value === null || value === undefined || value === '') return null;
  const wrong = () => invalidProperty(name, 'specified is unsupported or invalid');
  switch (field.kind) {
    case 'text': {
      if (typeof value !== 'string' && typeof value !== 'number') throw wrong();
      const text = String(value);
      const maximum = field.maxLength ?? Number.POSITIVE_INFINITY;
      if (text.length > maximum) throw tooLong(name, maximum);
      return text;
    }
    case 'flag':
      if (value === true || value === 'true') return true;
      if (value === false || value === 'false') return false;
      throw wrong();
    case 'number': {
      const number = readNumber(value);
      if (number === undefined) throw wrong();
      return number;
    }
    case 'date': {
      const match = typeof value === 'string' ? dateText.exec(value)?.[0] : undefined;
      if (match === undefined || Number.isNaN(Date.parse(match))) throw wrong();
      return match;
    }
    case 'enum':
      if (!field.values!.includes(String(value))) throw invalidEnumeration(name, value);
      return value;
    case 'reference': {
      const reference = readReference(value);
      if (!reference) throw wrong();
      return reference;
    }
    case 'shape':
      if (!isObject(value)) throw wrong();
      return value;
    case 'list':
      if (!Array.isArray(value) || !value.every(isObject)) throw wrong();
      return value;
  }
}

/**
 * What a caller may write, checked and in the stored form; null stands for "clear".
 * @throws QuickbooksFault 2010, 2050 or 2170
 */
export function readInput(definition: EntityDefinition, body: JsonObject): JsonObject {
  const input: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(body)) {
    if (ignored.has(name)) continue;
    const field = Object.hasOwn(definition.fields, name) ? definition.fields[name] : undefined;
    if (!field) throw invalidProperty(name, 'specified is unsupported or invalid');
    if (!field.isReadOnly) input[name] = readValue(name, field, value);
  }
  return input;
}
