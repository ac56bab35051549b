import type { Secret } from '../auth/auth-strategy.ts';
import { readSecret } from '../auth/read-secret.ts';
import { systemClock } from '../clock/system-clock.ts';
import type { CallOptions } from '../contract/call-options.ts';
import type { Clock } from '../contract/clock.ts';
import type { AuditEntry, AuditHead, AuditRecord } from './audit-record.ts';
import type { AuditSink } from './audit-sink.ts';
import { emptyHead, sealRecord } from './seal-record.ts';
import { type AuditVerdict, verifyChain } from './verify-chain.ts';

/** An append-only chain of what was done. */
export interface AuditTrail {
  /** Adds an entry; durable when it resolves, where the sink is. */
  record(entry: AuditEntry, options?: CallOptions): Promise<AuditRecord>;
  /**
   * Whether the chain is as it was written: finds any record that was changed, removed or moved.
   *
   * @param options.head - the end of the chain as it was kept elsewhere, to find a cut-off end too
   */
  verify(options?: CallOptions & { readonly head?: AuditHead | undefined }): Promise<AuditVerdict>;
}

export interface AuditTrailOptions {
  readonly sink: AuditSink;
  /**
   * Key of an HMAC. Without one, whoever may write to the sink can rewrite the chain from any record
   * to its end; with one, only who knows the key.
   * @default plain hashes
   */
  readonly key?: Secret | undefined;
  readonly clock?: Clock | undefined;
}

/** Makes the audit trail over a sink. */
export function createAuditTrail(options: AuditTrailOptions): AuditTrail {
  const { sink, clock = systemClock } = options;
  const readKey = async (): Promise<string | undefined> =>
    options.key === undefined ? undefined : readSecret(options.key, 'key');
  return {
    async record(entry, call) {
      const key = await readKey();
      const at = new Date(clock.now()).toISOString();
      return sink.append(
        (previous) => sealRecord(entry, { previous: previous ?? emptyHead, at, key }),
        call,
      );
    },
    async verify({ head, ...call } = {}) {
      return verifyChain(sink.read(call), { key: await readKey(), head });
    },
  };
}
