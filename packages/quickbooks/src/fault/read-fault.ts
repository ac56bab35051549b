import { isRow } from '../row/merge-row.ts';

/** One entry of a Fault. */
interface QuickbooksFaultEntry {
  /** Without leading zeros: the gateway writes `003200` where the service writes `3200`. */
  readonly code?: string | undefined;
  /** Intuit's general text for the code. */
  readonly message?: string | undefined;
  /** May hold names, numbers and texts of records: for no message. */
  readonly detail?: string | undefined;
  /** The property that is wrong, where it is told. */
  readonly element?: string | undefined;
}

/** What an answer says is wrong. */
export interface QuickbooksFault {
  /** For example `ValidationFault`; the gateway writes `AUTHENTICATION`. */
  readonly type?: string | undefined;
  readonly entries: readonly QuickbooksFaultEntry[];
}

/**
 * The Fault of a JSON body, of whatever status: answers with 200 may carry one. The service writes
 * `Fault.Error[].Message`, the gateway in front of it `fault.error[].message` (quickbooks facts 2.7).
 */
export function faultOfJson(body: unknown): QuickbooksFault | undefined {
  const fault = memberOf(body, 'fault');
  if (typeof fault !== 'object' || fault === null) return undefined;
  const errors = memberOf(fault, 'error');
  const list: readonly unknown[] = Array.isArray(errors) ? errors : errors ? [errors] : [];
  return {
    type: textOf(memberOf(fault, 'type')),
    entries: list.map((entry) => ({
      code: codeOf(textOf(memberOf(entry, 'code')), textOf(memberOf(entry, 'message'))),
      message: textOf(memberOf(entry, 'message')),
      detail: textOf(memberOf(entry, 'detail')),
      element: textOf(memberOf(entry, 'element')),
    })),
  };
}

/** Parts of an answer that have a Fault of their own in the place of what was asked for (Intuit's schema). */
const parts = ['QueryResponse', 'CDCResponse', 'AttachableResponse'] as const;

/** The Fault of an answer, or of what it holds. Items of a batch are looked at one by one. */
export function faultWithin(body: unknown): QuickbooksFault | undefined {
  const fault = faultOfJson(body);
  if (fault !== undefined || !isRow(body)) return fault;
  for (const part of parts.flatMap((name) => body[name] ?? [])) {
    const inner = faultWithin(part);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

// Answers without an Accept header come so. Few small fields: no parser is loaded for them.
const maxXml = 20_000;
const faultTag = /<(?:\w+:)?Fault\b[^>]*?(?:\btype="([^"]{0,60})")?[^>]*>/;
const errorTag = /<(?:\w+:)?Error\b([^>]{0,300})>/;

/** The Fault of an XML body. */
export function faultOfXml(text: string): QuickbooksFault | undefined {
  const xml = text.slice(0, maxXml);
  const fault = faultTag.exec(xml);
  if (fault === null) return undefined;
  const attributes = errorTag.exec(xml)?.[1] ?? '';
  const attribute = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1];
  const element = (name: string) => new RegExp(`<(?:\\w+:)?${name}>([^<]{0,2000})<`).exec(xml)?.[1];
  const message = element('Message');
  const entry = {
    code: codeOf(attribute('code'), message),
    message,
    detail: element('Detail'),
    element: attribute('element'),
  };
  return { type: /\btype="([^"]*)"/.exec(fault[0])?.[1], entries: [entry] };
}

/** A member by its name in any case. */
function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const key of Object.keys(value)) {
    if (key.toLowerCase() === name) return (value as Readonly<Record<string, unknown>>)[key];
  }
  return undefined;
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'number'
    ? String(value)
    : typeof value === 'string' && value !== ''
      ? value
      : undefined;

function codeOf(code: string | undefined, message: string | undefined): string | undefined {
  const told = code ?? /\berrorCode=(\d+)/.exec(message ?? '')?.[1];
  return told?.replace(/^0+(?=\d)/, '');
}
