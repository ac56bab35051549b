import { compareDecimals, decimalPattern, rescale, scaleOf } from './decimal.ts';
import type { Literal } from './filter-lexer.ts';
import type { Property, Value } from './model.ts';
import { normalize } from './wire.ts';

const decimalLike = new Set(['decimal', 'int64', 'number']);

/**
 * Turns a literal of a URL into the internal form of the property that it is compared with.
 * `undefined`: the types do not fit.
 */
export function literalFor(literal: Literal, property: Property): Value | undefined {
  if (literal.kind === 'null') return null;
  switch (property.kind) {
    case 'string':
      return literal.kind === 'string' ? normalize(literal.value, property.format) : undefined;
    case 'boolean':
      return literal.kind === 'boolean' ? literal.value : undefined;
    case 'decimal': {
      if (!decimalLike.has(literal.kind) || !decimalPattern.test(String(literal.value))) {
        return undefined;
      }
      const text = String(literal.value);
      return scaleOf(text) < property.scale ? rescale(text, property.scale) : text;
    }
    case 'int64':
      return literal.kind === 'int64' || literal.kind === 'number' ? literal.value : undefined;
    case 'int32':
      return literal.kind === 'number' ? Number(literal.value) : undefined;
    case 'date':
      return literal.kind === 'date' ? String(literal.value).slice(0, 10) : undefined;
    default:
      return literal.kind === property.kind ? literal.value : undefined;
  }
}

/** Order of values of one property; null comes first, NUMC and ALPHA values count as numbers. */
export function compareValues(left: Value, right: Value, property: Property): number {
  if (left === right) return 0;
  if (left === null) return -1;
  if (right === null) return 1;
  if (property.kind === 'decimal' || property.kind === 'int64') {
    return compareDecimals(String(left), String(right));
  }
  if (property.format === 'numeric' || property.format === 'alpha') {
    const difference = String(left).length - String(right).length;
    if (difference !== 0) return difference;
  }
  return left < right ? -1 : 1;
}
