import type { AuthContext } from '../auth/auth-strategy.ts';
import type { Clock } from '../contract/clock.ts';
import type { LifecycleEvent, LifecycleEventType } from '../contract/lifecycle-event.ts';
import type { ConnectorError } from '../errors/connector-error.ts';
import { redact } from '../errors/redact.ts';
import type { HttpRequest } from '../http/http-request.ts';
import type { CircuitBreaker, CircuitState } from '../resilience/circuit-breaker.ts';
import type { ConnectorObserver, OperationObserver } from './connector-observer.ts';

/** Turns what happens to the requests of a connection into the events of its life. */
export interface ConnectionWatch {
  readonly notify: NonNullable<AuthContext['notify']>;
  begin(request: HttpRequest, correlationId: string | undefined): OperationObserver | undefined;
  /** An operation succeeded: `connected`, if it is the first. */
  succeeded(): void;
  /** An attempt failed: `throttled`, once for each pause that the vendor imposes. */
  failed(error: ConnectorError): void;
  /** `disconnected`, if anything was told of the connection. */
  closed(): void;
}

type EventDetails = Partial<Pick<LifecycleEvent, 'reason' | 'retryAfterMs' | 'expiresAt'>>;

const breakerEvents: Record<CircuitState, LifecycleEventType> = {
  open: 'breaker-opened',
  'half-open': 'breaker-half-opened',
  closed: 'breaker-closed',
};

/** How long a vendor that names no time counts as throttling after one refusal. */
const unnamedPauseMs = 60_000;

/** Begins to watch; `closed` ends it. */
export function watchConnection(watched: {
  /** One that does not throw. */
  readonly observer: ConnectorObserver;
  readonly identity: Pick<LifecycleEvent, 'system' | 'tenant' | 'connection'>;
  readonly breaker: CircuitBreaker;
  /** Key of the breaker. */
  readonly circuit: string;
  readonly clock: Clock;
}): ConnectionWatch {
  const { observer, identity, breaker, circuit, clock } = watched;
  let isConnected = false;
  let isKnown = false;
  let needsPerson = false;
  let throttledUntil = -Infinity;

  const tell = (type: LifecycleEventType, details: EventDetails = {}): void => {
    isKnown = true;
    const at = new Date(clock.now()).toISOString();
    observer.lifecycle?.({ type, at, ...identity, ...details });
  };

  const unsubscribe = breaker.onChange?.(circuit, ({ state, retryAfterMs }) =>
    tell(breakerEvents[state], retryAfterMs === undefined ? {} : { retryAfterMs }),
  );

  return {
    notify({ type, reason, expiresAt }) {
      if (type === 'reauthorization-required') {
        // Every call finds the dead token again; a person is called once.
        if (needsPerson) return;
        needsPerson = true;
      }
      if (type === 'token-refreshed') needsPerson = false;
      tell(type, {
        ...(reason === undefined ? {} : { reason: redact(reason) }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      });
    },
    begin({ method, operation, entity, key, priority = 'interactive' }, correlationId) {
      const request = { method, operation, entity, key, priority, correlationId };
      return observer.operation?.({ ...identity, ...request });
    },
    succeeded() {
      needsPerson = false;
      if (isConnected) return;
      isConnected = true;
      tell('connected');
    },
    failed({ category, httpStatus, retryAfterMs, code }) {
      const isThrottling =
        category === 'rate-limit' || (httpStatus === 503 && retryAfterMs !== undefined);
      const now = clock.now();
      if (!isThrottling || now < throttledUntil) return;
      throttledUntil = now + (retryAfterMs ?? unnamedPauseMs);
      const reason = `${code}${httpStatus === undefined ? '' : `, HTTP ${httpStatus}`}`;
      tell('throttled', { reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
    },
    closed() {
      unsubscribe?.();
      // Also of one that never came about: whoever counts what is open counts it no longer.
      if (isKnown) tell('disconnected');
    },
  };
}
