import type { JsonValue } from '@common/connector-core';

/** A JSON object. */
export type JsonObject = { readonly [key: string]: JsonValue };

/** A connection of a tenant to a system, as anybody may see it: nothing of it is secret. */
export interface Connection {
  readonly tenant: string;
  /** Never changes, and is never given twice. */
  readonly id: string;
  /** Short name, unique among the tenant's connections that are not removed, for example `sap-production`. */
  readonly code: string;
  /** For people. */
  readonly name: string;
  /** `manifest.id` of the connector, for example `sap`. */
  readonly type: string;
  /** Out of the settings, where these have one. */
  readonly url: string | undefined;
  /** `kind` of the credentials. */
  readonly authMethod: string;
  /** For example `production`. */
  readonly environment: string;
  /** Whether it may be opened. */
  readonly active: boolean;
  readonly settings: JsonObject;
  /** Milliseconds since the Unix epoch, like all times here. */
  readonly lastSyncAt: number | undefined;
  readonly createdBy: string;
  readonly createdAt: number;
  /** Who asked for the last change. */
  readonly updatedBy: string;
  readonly updatedAt: number;
  /** Grows with every change. */
  readonly version: number;
  /** Set while it is removed: it can be restored until it is purged. */
  readonly removedAt: number | undefined;
}

/** What a connection is made of. */
export interface NewConnection {
  /** Lower-case letters, digits, `-`, `_` and `.`, at most 63 of them. It cannot be changed later. */
  readonly code: string;
  /** @default the code */
  readonly name?: string | undefined;
  /** `manifest.id` of a registered connector. It cannot be changed later. */
  readonly type: string;
  readonly environment: string;
  /** @default true */
  readonly active?: boolean | undefined;
  /** As the connector's `settingsSchema` says; no secrets. */
  readonly settings: object;
  /** `{ kind, … }`, as the connector's schema of the kind says. Stored in the vault. */
  readonly credentials: object;
}

/** What is to be changed. What is absent stays. */
export interface ConnectionPatch {
  readonly name?: string | undefined;
  readonly environment?: string | undefined;
  readonly active?: boolean | undefined;
  /** Merged into the stored ones: `null` removes a member (RFC 7396), lists are replaced. */
  readonly settings?: object | undefined;
  /**
   * Merged like the settings, so that one secret can be changed without knowing the others; another
   * `kind` replaces all. A member that still has its mask stays as it is.
   */
  readonly credentials?: object | undefined;
}

/** Which connections to list. */
export interface ConnectionQuery {
  readonly type?: string | undefined;
  readonly environment?: string | undefined;
  readonly active?: boolean | undefined;
  /** Those that are removed in place of those that are not. @default false */
  readonly removed?: boolean | undefined;
  /** The last one of the page before. */
  readonly after?: Connection | undefined;
  /** @default 100 */
  readonly limit?: number | undefined;
}
