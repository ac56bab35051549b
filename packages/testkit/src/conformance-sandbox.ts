/** Which calls are meant. Everything given must fit. */
export interface CallMatch {
  readonly method?: string | undefined;
  /** Over path and query. */
  readonly path?: RegExp | undefined;
  readonly operation?: string | undefined;
}

/** A fault as `@common/connector-sandbox` understands it; another simulator may do as well. */
export interface SandboxFault {
  readonly kind:
    | 'status'
    | 'reset-before'
    | 'reset-after'
    | 'slow-headers'
    | 'stall-body'
    | 'truncate-body'
    | 'html-page'
    | 'empty-body'
    | 'malformed-json'
    | 'altered-body'
    | 'half-open'
    | (string & {});
  readonly match?: CallMatch | undefined;
  readonly times?: number | undefined;
  /** How many fitting calls pass before the first hit. */
  readonly after?: number | undefined;
  readonly status?: number | undefined;
  readonly retryAfter?: number | string | Date | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  readonly contentType?: string | undefined;
  readonly delayMs?: number | undefined;
  /** Whether the call is carried out before a `status`, an `html-page` or the silence of `half-open`. */
  readonly applyFirst?: boolean | undefined;
  /** Whether a `half-open` is that of every connection that stands. @default that of the call only */
  readonly everyConnection?: boolean | undefined;
  /** What an `altered-body` replaces, and by what. */
  readonly search?: RegExp | undefined;
  readonly replacement?: string | undefined;
}

/** What the suite needs of a running simulator. Every sandbox of `@common/connector-sandbox` fits. */
export interface ConformanceSandbox {
  readonly url: string;
  readonly faults: {
    add(fault: SandboxFault): { readonly id: number };
    /** Those that have not hit as often as they should. */
    readonly pending: readonly { readonly id: number; readonly remaining: number }[];
    clear(): void;
  };
  readonly journal: {
    count(match?: CallMatch & { readonly fault?: string }): number;
  };
  close(): Promise<void>;
}
