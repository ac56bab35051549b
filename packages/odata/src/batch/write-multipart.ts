import type { PlannedEntry, PlannedOperation } from './batch-plan.ts';

// Servers demand CRLF, and the empty line behind the headers also where there is no body
// ("malformed syntax" on Gateway, community.sap.com 9016484).
const newline = '\r\n';

/** Writes a multipart batch. */
export function writeMultipart(entries: readonly PlannedEntry[]): {
  readonly contentType: string;
  readonly body: string;
} {
  const boundary = unusedBoundary(entries);
  const parts = entries.map((entry, index) =>
    entry.kind === 'read'
      ? entry.operations.map((operation) => httpPart(operation, false)).join('')
      : changeSet(entry.operations, `${boundary}_${index + 1}`),
  );
  const body = parts.map((part) => `--${boundary}${newline}${part}${newline}`).join('');
  return {
    contentType: `multipart/mixed; boundary=${boundary}`,
    body: `${body}--${boundary}--${newline}`,
  };
}

function changeSet(operations: readonly PlannedOperation[], boundary: string): string {
  const parts = operations.map(
    (operation) => `--${boundary}${newline}${httpPart(operation, true)}${newline}`,
  );
  return [
    `Content-Type: multipart/mixed; boundary=${boundary}`,
    '',
    `${parts.join('')}--${boundary}--`,
    '',
  ].join(newline);
}

function httpPart({ id, request, url }: PlannedOperation, withId: boolean): string {
  const headers = Object.entries(request.headers).map(
    ([name, value]) => `${canonicalCase(name)}: ${value}`,
  );
  return [
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    ...(withId ? [`Content-ID: ${id}`] : []),
    '',
    `${request.method} ${url} HTTP/1.1`,
    ...headers,
    '',
    request.body ?? '',
  ].join(newline);
}

// Names are case-insensitive by the standard; the usual case reads better in a server's log.
function canonicalCase(name: string): string {
  return name.replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
}

function unusedBoundary(entries: readonly PlannedEntry[]): string {
  const bodies = entries.flatMap(({ operations }) =>
    operations.map(({ request }) => request.body ?? ''),
  );
  for (let number = 1; ; number += 1) {
    const boundary = `batch_${number}`;
    if (!bodies.some((body) => body.includes(boundary))) return boundary;
  }
}
