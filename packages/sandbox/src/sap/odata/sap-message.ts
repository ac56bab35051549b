import type { SapMessage } from './fault.ts';

// Headers are Latin-1: what is not ASCII is escaped, as Gateway does.
const toAscii = (text: string): string =>
  text.replace(
    /[^\u0020-\u007e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const numericSeverities = { success: 1, info: 2, warning: 3, error: 4 } as const;

/** The V4 form of messages, as `SAP__Messages` holds them. */
export function sapMessagesV4(messages: readonly SapMessage[]): string {
  return JSON.stringify(
    messages.map(({ code, message, target = '', severity }) => ({
      code,
      message,
      target,
      additionalTargets: [],
      transition: true,
      numericSeverity: numericSeverities[severity],
      longtextUrl: '',
    })),
  );
}

/** Messages of a successful call: one object with details in V2, an array in V4. */
export function sapMessageHeaders(
  messages: readonly SapMessage[],
  odataVersion: 2 | 4,
): Readonly<Record<string, string>> {
  const [first, ...rest] = messages;
  if (!first) return {};
  if (odataVersion === 4) {
    return { 'sap-messages': toAscii(sapMessagesV4(messages)) };
  }
  const { code, message, severity, target = '' } = first;
  const details = rest.map((detail) => ({
    code: detail.code,
    message: detail.message,
    target: detail.target ?? '',
    severity: detail.severity,
  }));
  return { 'sap-message': toAscii(JSON.stringify({ code, message, severity, target, details })) };
}
