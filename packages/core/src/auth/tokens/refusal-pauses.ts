import type { Clock } from '../../contract/clock.ts';
import { ConnectorError } from '../../errors/connector-error.ts';

/** The first pause after a failure that trying again does not help. */
export const firstPauseMs = 5_000;
const longestPauseMs = 5 * 60_000;

/** Sign-ins that failed for good, each with a pause that grows while it goes on failing. */
export interface RefusalPauses {
  /** The error that the connection rests from, with the time that is left. */
  current(connection: string, clock: Clock): ConnectorError | undefined;
  /** Notes a failure; one that is worth trying again makes no pause. */
  note(connection: string, error: unknown, clock: Clock): void;
  clear(connection: string): void;
}

/** Keeps a token endpoint from being asked again by every call that follows a refusal. */
export function createRefusalPauses(): RefusalPauses {
  const pauses = new Map<
    string,
    { readonly error: ConnectorError; readonly until: number; readonly pauseMs: number }
  >();
  return {
    current(connection, clock) {
      const pause = pauses.get(connection);
      const retryAfterMs = (pause?.until ?? 0) - clock.now();
      return retryAfterMs > 0 ? pause?.error.with({ retryAfterMs }) : undefined;
    },
    note(connection, error, clock) {
      if (!ConnectorError.isInstance(error) || error.retryable) return;
      const before = pauses.get(connection)?.pauseMs;
      const pauseMs = before === undefined ? firstPauseMs : Math.min(before * 2, longestPauseMs);
      pauses.set(connection, { error, until: clock.now() + pauseMs, pauseMs });
    },
    clear: (connection) => void pauses.delete(connection),
  };
}
