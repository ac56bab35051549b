import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { ConnectorError } from '../errors/connector-error.ts';
import type { AuditRecord } from './audit-record.ts';
import type { AuditSink } from './audit-sink.ts';
import { callbackAuditSink } from './callback-audit-sink.ts';

/**
 * Keeps records in a file, one line of JSON each, on disk when `append` resolves. The file is made
 * readable for its owner only. One process may write to it at a time; several use the audit log of
 * `@common/connector-runtime`.
 *
 * @throws ConnectorError `ERR_AUDIT_UNREADABLE` for a line that is no record
 */
export function ndjsonAuditSink({ path }: { readonly path: string }): AuditSink {
  return callbackAuditSink({
    async write(record) {
      await mkdir(dirname(path), { recursive: true });
      const file = await open(path, 'a', 0o600);
      try {
        await file.appendFile(`${JSON.stringify(record)}\n`);
        await file.datasync();
      } finally {
        await file.close();
      }
    },
    async head() {
      let last: AuditRecord | undefined;
      for await (const record of readLines(path)) last = record;
      return last;
    },
    read: () => readLines(path),
  });
}

async function* readLines(path: string): AsyncGenerator<AuditRecord> {
  const stream = createReadStream(path, 'utf8');
  let number = 0;
  try {
    for await (const line of createInterface({
      input: stream,
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      number += 1;
      yield readLine(line, { path, number });
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  } finally {
    stream.destroy();
  }
}

function readLine(
  line: string,
  { path, number }: { readonly path: string; readonly number: number },
): AuditRecord {
  try {
    const record = JSON.parse(line) as AuditRecord | null;
    if (typeof record?.sequence === 'number' && typeof record.hash === 'string') return record;
  } catch {
    // Told below.
  }
  throw new ConnectorError({
    code: 'ERR_AUDIT_UNREADABLE',
    category: 'internal',
    message: `Line ${number} of the audit file ${path} is no audit record: it was cut off or changed. Keep the file for the investigation, and start a new one.`,
  });
}
