import type { JsonValue } from '../contract/json.ts';

/** What an operation came to. `started` is written before a change is sent. */
export type AuditOutcome = 'started' | 'succeeded' | 'partial' | 'failed' | 'unknown';

/** One operation, before it has its place in the chain. Holds no payload unless that was asked for. */
export interface AuditEntry {
  /** Who asked for it, for example a user id. */
  readonly actor: string;
  readonly tenant: string;
  readonly connection: string;
  /** `manifest.id` of the connector. */
  readonly system: string;
  /** Member of the connector, for example `write`. */
  readonly operation: string;
  readonly entity?: string | undefined;
  /** Native keys that were read or written, as far as they are known. */
  readonly keys?: readonly string[] | undefined;
  /** How many keys there were, where `keys` does not hold all of them. */
  readonly keyCount?: number | undefined;
  readonly outcome: AuditOutcome;
  /** How many results of each status, for writes. */
  readonly counts?: Readonly<Record<string, number>> | undefined;
  /** `code` of the error that ended it. */
  readonly errorCode?: string | undefined;
  /** Ties the records of one operation, and its log lines, together. */
  readonly correlationId: string;
  /** Only where the app asked for it; redacted by the app. */
  readonly payload?: JsonValue | undefined;
}

/** An entry in its place. */
export interface AuditRecord extends AuditEntry {
  /** 1, 2, 3, … without gaps. */
  readonly sequence: number;
  /** ISO instant, UTC. */
  readonly at: string;
  /** `hash` of the record before; 64 zeros for the first. */
  readonly previousHash: string;
  /** SHA-256 (with a key: HMAC-SHA256) over everything else in the record, hex. */
  readonly hash: string;
}

/** The end of a chain. Whoever keeps it elsewhere can prove later that nothing was cut off. */
export interface AuditHead {
  readonly sequence: number;
  readonly hash: string;
}
