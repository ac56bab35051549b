import type { JsonValue } from './json.ts';

/**
 * A position in a stream of pages. Opaque to everyone but the connector that made it, small
 * (at most 4 KiB of JSON) and stable across versions of the connector.
 */
export type Checkpoint = { readonly [key: string]: JsonValue };
