import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConnectorError } from '../errors/connector-error.ts';
import type { AuditRecord } from './audit-record.ts';
import type { AuditSink } from './audit-sink.ts';
import { callbackAuditSink } from './callback-audit-sink.ts';
import { parseRecord } from './parse-record.ts';

/**
 * Keeps records in a file, one line of JSON each, on disk when `append` resolves. The file is made
 * readable for its owner only. One process may write to it at a time; several use the audit log of
 * `@common/connector-runtime`.
 *
 * @throws ConnectorError `ERR_AUDIT_UNREADABLE` for a line that is no record, `ERR_CONFIGURATION` when
 *   another process wrote to the file, or it was replaced
 */
export function ndjsonAuditSink({ path }: { readonly path: string }): AuditSink {
  /** The size that the file has when nobody else wrote to it. */
  let expectedSize: number | undefined;
  return callbackAuditSink({
    async write(record) {
      const line = Buffer.from(`${JSON.stringify(record)}\n`, 'utf8');
      await mkdir(dirname(path), { recursive: true });
      const file = await open(path, 'a', 0o600);
      try {
        const { size } = await file.stat();
        // Our record would not follow theirs, and the chain would look as if it was tampered with.
        if (size !== (expectedSize ?? size)) throw writtenByOthers(path);
        expectedSize = size;
        try {
          await file.appendFile(line);
          await file.datasync();
        } catch (error) {
          // Half a line, of a disk that is full, would spoil the record that comes next.
          await file.truncate(size).catch(() => undefined);
          throw error;
        }
        expectedSize = size + line.byteLength;
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
  let rest = '';
  const record = (line: string) => {
    number += 1;
    return parseRecord(line, `Line ${number} of the audit file ${path}`);
  };
  try {
    // Not by `readline`: it ends lines at U+2028 too, which JSON leaves in the middle of a text.
    for await (const chunk of stream as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield record(line);
    }
    if (rest !== '') yield record(rest);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  } finally {
    stream.destroy();
  }
}

function writtenByOthers(path: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: `The audit file ${path} is not as this process left it: another one writes to it, or it was cut or replaced. One process may write to it at a time: give each its own file, or take the audit log of @common/connector-runtime; then start this process again.`,
  });
}
