import type { AuditHead, AuditRecord } from './audit-record.ts';
import type { AuditSink } from './audit-sink.ts';

/**
 * Hands records to a function, one after the other: to a log service, a queue, a table of the app.
 * What it has not taken is not part of the chain. One process may write to a chain at a time.
 */
export function callbackAuditSink(options: {
  /** Keeps a record; rejects when it could not. */
  readonly write: (record: AuditRecord) => Promise<void>;
  /** The end of the chain so far, from wherever the records went. @default an empty chain */
  readonly head?: (() => Promise<AuditHead | undefined>) | undefined;
  /** For `verify`. @default the chain cannot be read back */
  readonly read?: (() => AsyncIterable<AuditRecord>) | undefined;
}): AuditSink {
  let head: AuditHead | undefined;
  let tail: Promise<unknown> = Promise.resolve();
  let isKnown = false;
  return {
    append(seal) {
      const turn = tail.then(async () => {
        if (!isKnown) head = await options.head?.();
        isKnown = true;
        const record = seal(head);
        await options.write(record);
        head = record;
        return record;
      });
      tail = turn.catch(() => undefined);
      return turn;
    },
    read: () => options.read?.() ?? nothing(),
  };
}

async function* nothing(): AsyncGenerator<AuditRecord> {}
