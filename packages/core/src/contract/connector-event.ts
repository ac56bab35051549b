import type { CallOptions } from './call-options.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { JsonValue } from './json.ts';

/** Something that happened at the vendor. It says what changed, seldom how: read the record. */
export interface ConnectorEvent {
  /** Unique for the vendor; the same id twice is the same event. */
  readonly id: string;
  /** The vendor's event type. */
  readonly type: string;
  readonly entity?: string | undefined;
  /** Absent although there is an `entity`: any of its records may have changed, read the changes. */
  readonly key?: string | undefined;
  /** What it means for the record, where the type tells. */
  readonly op?: 'upsert' | 'delete' | undefined;
  /**
   * The vendor's tenant that it belongs to (realm, organisation, company), where one app receives
   * for several. Whoever receives passes it to the connection of that tenant, and to no other.
   */
  readonly tenant?: string | undefined;
  /** ISO instant, UTC. */
  readonly occurredAt?: string | undefined;
  readonly data?: JsonValue | undefined;
}

/** Events that arrived together. */
export interface EventPage {
  readonly events: readonly ConnectorEvent[];
  readonly checkpoint: Checkpoint;
  acknowledge?(options?: CallOptions): Promise<void>;
}

/** An HTTP request that a vendor sent to the app, as raw bytes: signatures are over these. */
export interface WebhookRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  /** The sender's address as the app knows it: of the socket, or as a proxy of its own tells. */
  readonly remoteAddress?: string | undefined;
}

/** What to answer to the vendor, and what it told. */
export interface WebhookReceipt {
  readonly response: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  };
  /** Verified events. Empty for a handshake or a repeated delivery. */
  readonly events: readonly ConnectorEvent[];
  /**
   * Call it once the events are safe, never before; calling it twice is harmless. Only then a
   * repeated delivery counts as one: an app that dies before gets the events again.
   */
  acknowledge?(options?: CallOptions): Promise<void>;
  /** The events could not be kept: the next delivery brings them again at once. */
  release?(options?: CallOptions): Promise<void>;
}
