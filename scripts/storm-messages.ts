/** What the parts of a storm tell each other over the channel that `fork` opens. */

/** What the token server journals, in the order in which it happened. */
export type ServerEvent =
  | { readonly kind: 'listening'; readonly port: number }
  /** A refresh came in. */
  | {
      readonly kind: 'received';
      readonly request: number;
      readonly worker: number;
      readonly refreshToken: string;
      readonly at: number;
    }
  /**
   * The server made up its mind: `rotated`, `reused` (the family is revoked), `refused` (it was
   * before), or `unavailable` (503, nothing was done).
   */
  | {
      readonly kind: 'acted';
      readonly request: number;
      readonly outcome: 'rotated' | 'reused' | 'refused' | 'unavailable';
      readonly next?: string;
    };

/** What a worker is told. */
export interface WorkerOrder {
  readonly serverUrl: string;
  readonly storePath: string;
  /** Which token it shares with others. */
  readonly connection: string;
  /** `once`: all callers at the same moment, when `go` comes. `forever`: until `stop` comes. */
  readonly mode: 'once' | 'forever' | 'naive';
  readonly callers: number;
}

/** What a worker tells. */
export type WorkerReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'reauthorization' }
  | { readonly kind: 'failure'; readonly error: string }
  | { readonly kind: 'done'; readonly calls: number };

export const tenant = 'storm';
