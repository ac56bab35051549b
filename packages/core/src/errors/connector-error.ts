import type { InspectOptions } from 'node:util';
import type { ErrorCategory } from './error-category.ts';
import type { ErrorCode } from './error-code.ts';
import { inspectCustom, inspectError } from './inspect-error.ts';
import { redact } from './redact.ts';

/** What a `ConnectorError` is made of. Give what is known; the pipeline fills in the rest. */
export interface ConnectorErrorInit {
  readonly code: ErrorCode;
  readonly category: ErrorCategory;
  /** Safe to show to a user: what happened and what to do. Passed through `redact`. */
  readonly message: string;
  /** @default true for `rate-limit` and `transient`, else false */
  readonly retryable?: boolean | undefined;
  /** How long the vendor wants us to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  readonly system?: string | undefined;
  readonly operation?: string | undefined;
  readonly entity?: string | undefined;
  readonly key?: string | undefined;
  readonly httpStatus?: number | undefined;
  /** The vendor's own error code, for example `06/010`. Passed through `redact`. */
  readonly vendorCode?: string | undefined;
  /** The vendor's id of the request, for a support ticket. Passed through `redact`. */
  readonly requestId?: string | undefined;
  /** Where in the data, for example `lines[2].quantity`. */
  readonly path?: string | undefined;
  /**
   * Whether the server may have acted although no success was seen. Such a write must be read back.
   * @default false
   */
  readonly outcomeUnknown?: boolean | undefined;
  /**
   * Whether the server certainly did not act, so that even a request that is not idempotent may be
   * sent again. Set it on a failure that is `retryable` although the status alone does not tell,
   * for example a lock conflict inside a 500.
   * @default false
   */
  readonly notExecuted?: boolean | undefined;
  readonly cause?: unknown;
  /** ISO instant, UTC. @default now, by the clock of the machine: it is for the reader of a log */
  readonly timestamp?: string | undefined;
}

/** The error body of the Common API. */
export interface StandardErrorBody {
  readonly error_code: string;
  readonly detail: string;
  readonly request_id?: string;
  readonly timestamp: string;
}

// Two copies of the package may be installed; a registered symbol recognises errors of both.
const marker: unique symbol = Symbol.for('@common/connector-core/ConnectorError');

/** The one error that connectors throw. Decide by `code` or `category`, never by the message. */
export class ConnectorError extends Error {
  // Bundlers rename classes, and Node prints the name of the class.
  static {
    Object.defineProperty(ConnectorError, 'name', { value: 'ConnectorError' });
  }

  readonly code: ErrorCode;
  readonly category: ErrorCategory;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly system: string | undefined;
  readonly operation: string | undefined;
  readonly entity: string | undefined;
  readonly key: string | undefined;
  readonly httpStatus: number | undefined;
  readonly vendorCode: string | undefined;
  readonly requestId: string | undefined;
  readonly path: string | undefined;
  readonly outcomeUnknown: boolean;
  readonly notExecuted: boolean;
  /** ISO instant, UTC. */
  readonly timestamp: string;

  constructor(init: ConnectorErrorInit) {
    super(redact(init.message));
    this.name = 'ConnectorError';
    this.code = init.code;
    this.category = init.category;
    this.retryable =
      init.retryable ?? (init.category === 'rate-limit' || init.category === 'transient');
    this.retryAfterMs = init.retryAfterMs;
    this.system = init.system;
    this.operation = init.operation;
    this.entity = init.entity;
    this.key = init.key;
    this.httpStatus = init.httpStatus;
    this.vendorCode = init.vendorCode && redact(init.vendorCode);
    this.requestId = init.requestId && redact(init.requestId);
    this.path = init.path;
    this.outcomeUnknown = init.outcomeUnknown ?? false;
    this.notExecuted = init.notExecuted ?? false;
    this.timestamp = init.timestamp ?? new Date().toISOString();
    // Node prints all fields of an uncaught error that can be enumerated.
    for (const [name, value] of Object.entries(this)) {
      if (value === undefined) Object.defineProperty(this, name, { enumerable: false });
    }
    this.#cause = init.cause;
    Object.defineProperty(this, marker, { value: true, enumerable: false });
  }

  // No property of its own: a cause may hold request headers, loggers print what they can enumerate,
  // and Node prints own causes of an uncaught error, fields and all, without asking for another form.
  readonly #cause: unknown;

  /** The original error, with whatever it holds. */
  override get cause(): unknown {
    return this.#cause;
  }

  /** Recognises a `ConnectorError` of any copy of the package. */
  static isInstance(value: unknown): value is ConnectorError {
    return typeof value === 'object' && value !== null && marker in value;
  }

  /** The same error, of the same time and place, with more context. What is already known is kept. */
  with(context: Partial<Omit<ConnectorErrorInit, 'cause'>>): ConnectorError {
    const known = Object.fromEntries(
      Object.entries(this.toInit()).filter(([, value]) => value !== undefined),
    );
    const error = new ConnectorError({
      ...this.toInit(),
      ...context,
      ...known,
      cause: this.cause,
    });
    if (this.stack !== undefined) error.stack = this.stack;
    return error;
  }

  /** The standard error body. */
  toJSON(): StandardErrorBody {
    return {
      error_code: this.code,
      detail: this.message,
      ...(this.requestId === undefined ? {} : { request_id: this.requestId }),
      timestamp: this.timestamp,
    };
  }

  /** Printed by `console` without what its causes may hold beside their text. */
  [inspectCustom](
    _depth: number,
    options: InspectOptions,
    inspect: (value: object, options: InspectOptions) => string,
  ): string {
    // Causes are no deeper in the text than the error itself.
    return inspectError(this, (value) => inspect(value, options));
  }

  private toInit(): ConnectorErrorInit {
    return {
      code: this.code,
      category: this.category,
      message: this.message,
      retryable: this.retryable,
      retryAfterMs: this.retryAfterMs,
      system: this.system,
      operation: this.operation,
      entity: this.entity,
      key: this.key,
      httpStatus: this.httpStatus,
      vendorCode: this.vendorCode,
      requestId: this.requestId,
      path: this.path,
      outcomeUnknown: this.outcomeUnknown,
      notExecuted: this.notExecuted,
      timestamp: this.timestamp,
    };
  }
}
