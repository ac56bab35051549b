import { unescapeXml } from './unescape-xml.ts';

/** A message of the service that is no failure, or one of several that explain one. */
export interface ServiceMessage {
  /** For example `06/010`; empty when the service gives none. */
  readonly code: string;
  readonly message: string;
  readonly severity: 'success' | 'info' | 'warning' | 'error';
  /** The property or entity it is about. */
  readonly target?: string | undefined;
}

/**
 * Reads the messages that come with a success: the `sap-message` header of V2 (one object with
 * details), the `sap-messages` header of V4 (a list), and `SAP__Messages` in a V4 body. Whatever is
 * unreadable is left out: a message never fails a call that succeeded.
 */
export function readServiceMessages(input: {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}): ServiceMessage[] {
  const messages: ServiceMessage[] = [];
  for (const header of [input.headers['sap-message'], input.headers['sap-messages']]) {
    if (header !== undefined) collect(parse(header), messages);
  }
  if (typeof input.body === 'object' && input.body !== null && 'SAP__Messages' in input.body) {
    collect(input.body.SAP__Messages, messages);
  }
  return messages;
}

function parse(header: string): unknown {
  try {
    return JSON.parse(header);
  } catch {
    return parseNotification(header);
  }
}

// Without `accept: application/json` Gateway writes the header as XML.
function parseNotification(header: string): unknown {
  const field = (name: string) =>
    unescapeXml(new RegExp(`<${name}[^<>]*>([^<]*)</${name}>`).exec(header)?.[1] ?? '');
  return header.includes('<notification')
    ? { code: field('code'), message: field('message'), severity: field('severity') }
    : undefined;
}

function collect(value: unknown, into: ServiceMessage[]): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, into);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const raw = value as Readonly<Record<string, unknown>>;
  if (typeof raw.message === 'string' && raw.message !== '') {
    into.push({
      code: typeof raw.code === 'string' ? raw.code : '',
      message: raw.message,
      severity: severityOf(raw),
      ...(typeof raw.target === 'string' && raw.target !== '' ? { target: raw.target } : {}),
    });
  }
  if (Array.isArray(raw.details)) collect(raw.details, into);
}

const byNumber = ['info', 'success', 'info', 'warning', 'error'] as const;

function severityOf(raw: Readonly<Record<string, unknown>>): ServiceMessage['severity'] {
  const text = raw.severity;
  if (text === 'success' || text === 'info' || text === 'warning' || text === 'error') return text;
  const number = raw.numericSeverity ?? raw['@SAP__common.numericSeverity'];
  return byNumber[Number(number)] ?? 'info';
}
