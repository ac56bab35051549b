/** A body as it is kept: JSON as such, so that a change shows line by line; anything else as text. */
export type RecordedBody = { readonly json: unknown } | { readonly text: string } | undefined;

/** One request and its answer. */
export interface RecordedCall {
  /** Which of the recorded systems it went to. */
  readonly system: string;
  readonly request: {
    readonly method: string;
    /** Path and query. */
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: RecordedBody;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: RecordedBody;
  };
}

/** What went over the wire, sanitised. JSON that can be read, compared and kept beside the tests. */
export interface Recording {
  readonly format: 'connector-recording/1';
  /** ISO instant. A connector on a clock that begins here asks for what was asked then. */
  readonly recordedAt: string;
  /** Name of each system, and the origin that stands for it. */
  readonly systems: Readonly<Record<string, string>>;
  /** In the order of their answers. */
  readonly calls: readonly RecordedCall[];
}

/** The origin that stands for a system: `https://sap.recorded.test`. */
export const recordedOrigin = (system: string): string => `https://${system}.recorded.test`;
