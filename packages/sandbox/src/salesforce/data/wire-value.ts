import { badRequest, type SalesforceError } from '../salesforce-error.ts';
import type { Value } from '../schema/object-definition.ts';
import type { Field } from '../schema/schema.ts';
import { readDecimal, wholeDigits } from './decimal.ts';
import { ExactNumber, rawNumber } from './json.ts';
import { readId } from './salesforce-id.ts';

const datePattern = /^\d{4}-\d{2}-\d{2}$/;
const datetimePattern =
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/;
const emailPattern = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const trimmed = new Set(['string', 'phone', 'url', 'email', 'picklist', 'multipicklist']);

/** A datetime as the REST API writes it: an offset without a colon. */
export const formatDatetime = (ms: number): string =>
  new Date(ms).toISOString().replace('Z', '+0000');

/** Milliseconds, or undefined when it is no datetime of the API. */
export function readDatetime(text: string): number | undefined {
  if (!datetimePattern.test(text)) return undefined;
  const time = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(time) ? undefined : time;
}

/** The text when it is a date that the calendar has. */
export function readDate(text: string): string | undefined {
  if (!datePattern.test(text)) return undefined;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : undefined;
}

const isDecimal = (field: Field): boolean => /^(double|currency|percent)$/.test(field.type);

/** A value as JSON. Decimals are numbers, written with a point when the field has decimal places. */
export function toJson(field: Field, value: Value): unknown {
  if (value === null) return null;
  if (field.type === 'datetime') return formatDatetime(value as number);
  if (isDecimal(field)) {
    const text = String(value);
    return rawNumber(field.scale > 0 && !text.includes('.') ? `${text}.0` : text);
  }
  return value;
}

/** A value as text, for CSV. */
export function toText(field: Field, value: Value): string {
  if (value === null) return '';
  if (field.type === 'datetime') return new Date(value as number).toISOString();
  if (isDecimal(field)) {
    const text = String(value);
    return field.scale > 0 && !text.includes('.') ? `${text}.0` : text;
  }
  return String(value);
}

function unreadable(field: Field, input: unknown): SalesforceError {
  const kind = typeof input === 'object' ? 'START_OBJECT' : `VALUE_${typeof input}`.toUpperCase();
  return badRequest(
    'JSON_PARSER_ERROR',
    `Cannot deserialize instance of ${field.type} from ${kind} value ${String(input)} or request may be missing a required field at [line:1, column:1]`,
  );
}

function readNumber(field: Field, input: unknown): Value {
  const isText = typeof input === 'string' || typeof input === 'number';
  const text = input instanceof ExactNumber ? input.text : isText ? String(input) : undefined;
  const decimal = text === undefined ? undefined : readDecimal(text, field.scale);
  if (decimal === undefined) throw unreadable(field, input);
  if (wholeDigits(decimal) > field.precision - field.scale) {
    throw badRequest(
      'NUMBER_OUTSIDE_VALID_RANGE',
      `${field.label}: value outside of valid range on numeric field: ${text}`,
      [field.name],
    );
  }
  return field.type === 'int' ? Number(decimal) : decimal;
}

function readReference(field: Field, text: string): Value {
  const id = readId(text);
  if (id === undefined) {
    throw badRequest('MALFORMED_ID', `${field.label}: id value of incorrect type: ${text}`, [
      field.name,
    ]);
  }
  return id;
}

function readBoolean(field: Field, input: unknown): Value {
  if (typeof input === 'boolean') return input;
  const text = String(input).toLowerCase();
  if (text !== 'true' && text !== 'false') throw unreadable(field, input);
  return text === 'true';
}

function readText(field: Field, input: unknown): Value {
  if (typeof input === 'object' && !(input instanceof ExactNumber)) throw unreadable(field, input);
  const given = input instanceof ExactNumber ? input.text : String(input);
  const text = trimmed.has(field.type) ? given.trim() : given;
  if (text === '') return null;
  if (text.length > field.length) {
    throw badRequest(
      'STRING_TOO_LONG',
      `${field.label}: data value too large: ${text} (max length=${field.length})`,
      [field.name],
    );
  }
  if (field.type === 'email' && !emailPattern.test(text)) {
    throw badRequest('INVALID_EMAIL_ADDRESS', `${field.label}: invalid email address: ${text}`, [
      field.name,
    ]);
  }
  const chosen = field.type === 'multipicklist' ? text.split(';') : [text];
  const unknown = chosen.find((value) => !field.picklist?.includes(value));
  if (field.restricted && unknown !== undefined) {
    throw badRequest(
      'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
      `${field.label}: bad value for restricted picklist field: ${unknown}`,
      [field.name],
    );
  }
  return text;
}

/** A value out of JSON or CSV, checked against its field. @throws SalesforceError */
export function fromWire(field: Field, input: unknown): Value {
  if (input === null || input === undefined || input === '') return null;
  switch (field.type) {
    case 'boolean':
      return readBoolean(field, input);
    case 'int':
    case 'double':
    case 'currency':
    case 'percent':
      return readNumber(field, input);
    case 'date':
    case 'datetime': {
      const text = typeof input === 'string' ? input : '';
      const isDate = field.type === 'date';
      const instant = readDatetime(text) ?? (readDate(text) ? Date.parse(text) : undefined);
      if (instant === undefined) throw unreadable(field, input);
      return isDate ? new Date(instant).toISOString().slice(0, 10) : instant;
    }
    case 'id':
    case 'reference':
      return readReference(field, String(input));
    default:
      return readText(field, input);
  }
}
