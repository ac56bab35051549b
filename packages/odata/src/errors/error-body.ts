import type { HttpResponse } from '@common/connector-core';
import { unescapeXml } from './unescape-xml.ts';

/** One of several errors in an answer. */
interface ErrorDetail {
  readonly code: string;
  readonly message: string;
  /** Number of the operation inside a change set. */
  readonly contentId?: string | undefined;
  readonly target?: string | undefined;
  readonly isError: boolean;
}

/** What an error answer says, whichever envelope it came in. */
export interface ErrorBody {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly target?: string | undefined;
  readonly contentId?: string | undefined;
  readonly details: readonly ErrorDetail[];
  readonly requestId?: string | undefined;
  readonly isHtml: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the body of an error: the V2 and V4 JSON envelopes, XML, HTML pages and plain text. Reads
 * defensively: `message` may be a text or `{ lang, value }`, `innererror` may be missing.
 */
export function readErrorBody(response: Pick<HttpResponse, 'headers' | 'text'>): ErrorBody {
  const text = response.text().trim();
  const contentType = response.headers['content-type'] ?? '';
  if (/\bhtml\b/i.test(contentType) || /^<(?:!doctype\s+html|html)\b/i.test(text)) {
    return { details: [], isHtml: true };
  }
  if (text.startsWith('{')) {
    try {
      return fromJson(JSON.parse(text) as Fields);
    } catch {
      return { details: [], isHtml: false };
    }
  }
  if (text.startsWith('<')) return fromXml(text);
  // Gateway's CSRF refusal is plain text.
  const plain = /^text\/plain/i.test(contentType) && text.length <= 200 ? text : undefined;
  return { message: plain === '' ? undefined : plain, details: [], isHtml: false };
}

/** Reads the JSON envelope of an error, of a whole answer or of one part of a batch. */
function fromJson(body: Fields): ErrorBody {
  const error = fields(body.error) ?? fields(body['odata.error']) ?? body;
  const inner = fields(error.innererror);
  const listed = [inner?.errordetails, error.details].find(Array.isArray) ?? [];
  const inV4 = fields(inner?.ErrorDetails);
  return {
    code: nonEmpty(error.code),
    message: messageOf(error.message) ?? messageOf(inner?.message),
    target: nonEmpty(error.target),
    contentId: contentIdOf(error),
    details: listed.flatMap(detailOf),
    requestId: nonEmpty(inner?.transactionid) ?? nonEmpty(inV4?.['@SAP__common.TransactionId']),
    isHtml: false,
  };
}

function detailOf(value: unknown): ErrorDetail[] {
  const detail = fields(value);
  const message = messageOf(detail?.message);
  if (detail === undefined || message === undefined) return [];
  const severity = detail.severity ?? detail['@SAP__common.Severity'];
  const number = detail['@SAP__common.numericSeverity'] ?? detail['@Common.numericSeverity'];
  const isError =
    typeof severity === 'string' && severity !== ''
      ? severity === 'error'
      : number === undefined || Number(number) >= 4;
  return [
    {
      code: nonEmpty(detail.code) ?? '',
      message,
      contentId: contentIdOf(detail),
      target: nonEmpty(detail.target) ?? nonEmpty(detail.propertyref),
      isError,
    },
  ];
}

function contentIdOf(value: Fields): string | undefined {
  return (
    nonEmpty(value.ContentID) ??
    nonEmpty(value['@SAP__core.ContentID']) ??
    nonEmpty(value['@Core.ContentID'])
  );
}

function messageOf(value: unknown): string | undefined {
  return nonEmpty(value) ?? nonEmpty(fields(value)?.value);
}

function fromXml(text: string): ErrorBody {
  // Error documents are small and flat; a parser would buy nothing.
  const field = (name: string) => {
    const found = new RegExp(`<(?:\\w+:)?${name}(?:\\s[^<>]*)?>([^<]*)<`).exec(text)?.[1];
    return found === undefined ? undefined : nonEmpty(unescapeXml(found.trim()));
  };
  return {
    code: field('code'),
    message: field('message'),
    details: [],
    requestId: field('transactionid'),
    isHtml: false,
  };
}

function fields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
}

function nonEmpty(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
