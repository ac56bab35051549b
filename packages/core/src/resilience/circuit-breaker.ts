import { systemClock } from '../clock/system-clock.ts';
import type { Clock } from '../contract/clock.ts';
import { ConnectorError } from '../errors/connector-error.ts';

/** When a backend counts as down. */
export interface CircuitBreakerOptions {
  /**
   * So many operations that fail one after the other open the circuit.
   * @default 10
   */
  readonly failureThreshold?: number | undefined;
  /**
   * How long it stays open before one operation may try.
   * @default 10_000
   */
  readonly openMs?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** `half-open`: the next operation, and only one, may try. */
export type CircuitState = 'closed' | 'half-open' | 'open';

/** Spares a backend that is down. One may be shared; circuits are kept apart by key. */
export interface CircuitBreaker {
  /**
   * Runs `work`, or refuses at once while the circuit is open or its one probe is under way.
   *
   * @param key - origin and tenant
   * @throws ConnectorError `ERR_CIRCUIT_OPEN`, retryable, with the time until the next probe
   */
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
  state(key: string): CircuitState;
  /**
   * Tells when the circuit opens, when its probe begins (`half-open`) and when it closes; a probe
   * that fails opens it again.
   *
   * @returns ends it
   */
  onChange?(key: string, listener: (change: CircuitChange) => void): () => void;
}

/** A circuit that is in another state than before. */
export interface CircuitChange {
  readonly state: CircuitState;
  /** `open`: how long nothing is sent. */
  readonly retryAfterMs?: number | undefined;
}

interface Circuit {
  failures: number;
  /** When it opened; absent while closed. */
  openedAt?: number | undefined;
  probing: boolean;
  /** The state that listeners know. */
  told: CircuitState;
}

/** Makes a circuit breaker that opens after consecutive failures of category `transient`. */
export function createCircuitBreaker(options: CircuitBreakerOptions = {}): CircuitBreaker {
  const { failureThreshold = 10, openMs = 10_000, clock = systemClock } = options;
  // Only circuits with failures are kept.
  const circuits = new Map<string, Circuit>();
  const listeners = new Map<string, Set<(change: CircuitChange) => void>>();

  const tell = (key: string, circuit: Circuit, change: CircuitChange): void => {
    if (circuit.told === change.state) return;
    circuit.told = change.state;
    for (const listener of listeners.get(key) ?? []) listener(change);
  };

  const refusal = (circuit: Circuit): ConnectorError => {
    const waitMs = Math.max(0, (circuit.openedAt ?? 0) + openMs - clock.now());
    return new ConnectorError({
      code: 'ERR_CIRCUIT_OPEN',
      category: 'transient',
      message: `The last ${circuit.failures} operations failed, so the server is left alone for a moment. Try again in ${Math.ceil(waitMs / 1000)} s; check that the system is up.`,
      retryAfterMs: waitMs,
      notExecuted: true,
    });
  };

  const failed = (key: string, circuit: Circuit): void => {
    circuit.failures += 1;
    circuits.set(key, circuit);
    if (circuit.openedAt !== undefined || circuit.failures >= failureThreshold) {
      circuit.openedAt = clock.now();
      tell(key, circuit, { state: 'open', retryAfterMs: openMs });
    }
  };

  const close = (key: string, circuit: Circuit): void => {
    circuits.delete(key);
    tell(key, circuit, { state: 'closed' });
  };

  const probe = async <T>(key: string, circuit: Circuit, work: () => Promise<T>): Promise<T> => {
    circuit.probing = true;
    tell(key, circuit, { state: 'half-open' });
    try {
      const result = await work();
      close(key, circuit);
      return result;
    } catch (error) {
      const verdict = judge(error);
      if (verdict === 'down') failed(key, circuit);
      else if (verdict === 'up') close(key, circuit);
      throw error;
    } finally {
      circuit.probing = false;
    }
  };

  return {
    async run(key, work) {
      const known = circuits.get(key);
      if (known?.openedAt !== undefined) {
        if (known.probing || clock.now() < known.openedAt + openMs) throw refusal(known);
        return probe(key, known, work);
      }
      try {
        const result = await work();
        // A late success of before the opening does not close it: that is the probe's part.
        if (circuits.get(key)?.openedAt === undefined) circuits.delete(key);
        return result;
      } catch (error) {
        const verdict = judge(error);
        const circuit = circuits.get(key) ?? { failures: 0, probing: false, told: 'closed' };
        if (circuit.openedAt === undefined) {
          if (verdict === 'down') failed(key, circuit);
          else if (verdict === 'up') circuits.delete(key);
        }
        throw error;
      }
    },
    state(key) {
      const openedAt = circuits.get(key)?.openedAt;
      if (openedAt === undefined) return 'closed';
      return clock.now() < openedAt + openMs ? 'open' : 'half-open';
    },
    onChange(key, listener) {
      const heard = listeners.get(key) ?? new Set();
      listeners.set(key, heard.add(listener));
      return () => {
        heard.delete(listener);
        if (heard.size === 0 && listeners.get(key) === heard) listeners.delete(key);
      };
    },
  };
}

/** What a failure says about the server: a 404 or a 429 proves it alive, an abort proves nothing. */
function judge(error: unknown): 'down' | 'up' | 'unknown' {
  if (!ConnectorError.isInstance(error)) return 'unknown';
  if (error.category === 'transient') {
    return error.code === 'ERR_ABORTED' || error.code === 'ERR_CIRCUIT_OPEN' ? 'unknown' : 'down';
  }
  return error.httpStatus === undefined ? 'unknown' : 'up';
}
