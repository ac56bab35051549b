import { ConnectorError } from '../errors/connector-error.ts';

/** How to read JSON. */
export interface ParseJsonOptions {
  /**
   * Names of members whose numbers always arrive as strings of their digits, for example decimals
   * of OData V4.
   */
  readonly decimalFields?: readonly string[] | undefined;
  /**
   * Deepest nesting of objects and arrays.
   * @default 100
   */
  readonly maxDepth?: number | undefined;
}

// Fifteen significant digits always survive a double, and so does an exponent of two digits: only
// literals beyond can lose. They are looked for behind a structural character, which is rarely
// followed by a digit, so the scan costs a fifth of JSON.parse; strings are told apart later.
const lossyLiteral = String.raw`-?\d(?:[\d.]{15,}(?:[eE][+-]?\d+)?|[\d.]*[eE][+-]?\d{3,})`;
const anyCandidate = new RegExp(String.raw`[:,[]\s*${lossyLiteral}`);
const candidates = new RegExp(String.raw`([:,[]\s*|^\s*)(${lossyLiteral})`, 'g');
const jsonNumber = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?`;
const wholeNumber = new RegExp(`^${jsonNumber}$`);
const riskyKey = /__proto__|\\u00[567]/i;

/**
 * Parses JSON without losing digits: a number that a double cannot hold exactly arrives as a string
 * of its digits, every other one as a number. A member named `__proto__` is dropped.
 *
 * @throws SyntaxError when it is no JSON
 * @throws ConnectorError `ERR_INVALID_RESPONSE` when it is nested too deep
 */
export function parseJson(text: string, options: ParseJsonOptions = {}): unknown {
  const { decimalFields = [], maxDepth = 100 } = options;
  let source = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  if (decimalFields.length > 0) source = source.replace(memberPattern(decimalFields), '$1"$2"');
  const dropProto = riskyKey.test(source);
  const value: unknown = JSON.parse(source);
  // Most business documents write their numbers as texts: such a one cannot have lost anything.
  if (!inspect(value, maxDepth, dropProto)) return value;
  if (!anyCandidate.test(source) && !/^[\s\d-]/.test(source)) return value;
  const quoted = quoteLossy(source);
  if (quoted === source) return value;
  const exact: unknown = JSON.parse(quoted);
  inspect(exact, maxDepth, dropProto);
  return exact;
}

const memberPatterns = new WeakMap<readonly string[], RegExp>();

// A quote that no backslash precedes and that a name and a colon follow can only open a member.
function memberPattern(names: readonly string[]): RegExp {
  let pattern = memberPatterns.get(names);
  if (pattern === undefined) {
    const any = names.map((name) => name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|');
    pattern = new RegExp(String.raw`((?<!\\)"(?:${any})"\s*:\s*)(${jsonNumber})(?=\s*[,}])`, 'g');
    memberPatterns.set(names, pattern);
  }
  return pattern;
}

/** Puts quotes around the numbers that a double would change. */
function quoteLossy(text: string): string {
  const parts: string[] = [];
  let copiedTo = 0;
  // The scan for quotes goes along with the candidates, so the text is passed once.
  let scannedTo = 0;
  let inString = false;
  for (const match of text.matchAll(candidates)) {
    const [, before = '', literal = ''] = match;
    const start = match.index + before.length;
    for (;;) {
      const quote = text.indexOf('"', scannedTo);
      if (quote === -1 || quote >= start) break;
      if (!inString || !isEscaped(text, quote)) inString = !inString;
      scannedTo = quote + 1;
    }
    if (inString || isExact(literal)) continue;
    parts.push(text.slice(copiedTo, start), '"', literal, '"');
    copiedTo = start + literal.length;
  }
  if (copiedTo === 0) return text;
  parts.push(text.slice(copiedTo));
  return parts.join('');
}

function isEscaped(text: string, index: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(index - 1 - backslashes) === 92) backslashes += 1;
  return backslashes % 2 === 1;
}

function isExact(literal: string): boolean {
  // What is no number is left for JSON.parse to complain about.
  if (!wholeNumber.test(literal)) return true;
  const value = Number(literal);
  return Number.isFinite(value) && normalForm(literal) === normalForm(String(value));
}

/** Significant digits and the power of ten of the last one: equal for equal values. */
function normalForm(literal: string): string {
  const [mantissa = '', exponent = '0'] = literal.toLowerCase().split('e');
  const negative = mantissa.startsWith('-');
  const [whole = '', fraction = ''] = (negative ? mantissa.slice(1) : mantissa).split('.');
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = withoutTrailingZeros(digits);
  if (significant === '') return '0';
  const power = Number(exponent) - fraction.length + (digits.length - significant.length);
  return `${negative ? '-' : ''}${significant}e${power}`;
}

// `/0+$/` would begin anew at every zero: a literal of 100,000 zeros would take seconds.
function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === 48) end -= 1;
  return digits.slice(0, end);
}

/** Whether there are numbers in it. Keeps the depth, and drops `__proto__` if told so. */
function inspect(value: unknown, depthLeft: number, dropProto: boolean): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'number';
  if (depthLeft === 0) {
    throw new ConnectorError({
      code: 'ERR_INVALID_RESPONSE',
      category: 'configuration',
      message:
        'The JSON is nested too deep to be a business document. Raise limits.maxDepth if it is one.',
    });
  }
  let hasNumbers = false;
  if (Array.isArray(value)) {
    for (const item of value) {
      if (typeof item !== 'string' && inspect(item, depthLeft - 1, dropProto)) hasNumbers = true;
    }
    return hasNumbers;
  }
  const members = value as Record<string, unknown>;
  if (dropProto) Reflect.deleteProperty(members, '__proto__');
  for (const name in members) {
    const member = members[name];
    if (typeof member !== 'string' && inspect(member, depthLeft - 1, dropProto)) hasNumbers = true;
  }
  return hasNumbers;
}
