import type { PlannedEntry, PlannedOperation } from './batch-plan.ts';

// Servers demand CRLF, and the empty line behind the headers also where there is no body
// ("malformed syntax" on Gateway, community.sap.com 9016484).
const newline = '\r\n';

/** Writes a multipart batch. */
export function writeMultipart(entries: readonly PlannedEntry[]): {
  readonly contentType: string;
  readonly body: string;
} {
  const number = unusedNumber(entries);
  const boundary = `batch_${number}`;
  const parts = entries.map((entry, index) =>
    entry.kind === 'read'
      ? entry.operations.map((operation) => httpPart(operation, false)).join('')
      : // Not `batch_1_1`: a line that begins with the outer boundary ends the part (RFC 2046, 5.1.1).
        changeSet(entry.operations, `changeset_${number}_${index + 1}`),
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

// One whose boundaries, `batch_1` and `changeset_1_…`, stand in no body.
function unusedNumber(entries: readonly PlannedEntry[]): number {
  const bodies = entries.flatMap(({ operations }) =>
    operations.map(({ request }) => request.body ?? ''),
  );
  for (let number = 1; ; number += 1) {
    const boundaries = new RegExp(`(?:batch|changeset)_${number}`);
    if (!bodies.some((body) => boundaries.test(body))) return number;
  }
}
