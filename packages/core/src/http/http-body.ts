/**
 * What a request sends. A function streams: it is called for every attempt, so that a repeated
 * request sends the whole body again.
 */
export type HttpBody = string | Uint8Array | (() => AsyncIterable<Uint8Array>);
