import type { ConnectorObserver, OperationObserver } from './connector-observer.ts';

/**
 * One observer of several; what is `undefined` is left out. All hear everything, in this order, also
 * when one of them throws.
 */
export function combineObservers(
  ...observers: readonly (ConnectorObserver | undefined)[]
): ConnectorObserver {
  const parts = observers.filter((part) => part !== undefined);
  return {
    lifecycle: (event) => each(parts, (part) => part.lifecycle?.(event)),
    records: (count) => each(parts, (part) => part.records?.(count)),
    operation(start) {
      const heard: OperationObserver[] = [];
      try {
        each(parts, (part) => {
          const observer = part.operation?.(start);
          if (observer !== undefined) heard.push(observer);
        });
      } catch (error) {
        // Thrown here it would take the operation from the others.
        heard.push({
          ended() {
            throw error;
          },
        });
      }
      return heard.length > 1 ? combineOperations(heard) : heard[0];
    },
  };
}

function combineOperations(parts: readonly OperationObserver[]): OperationObserver {
  return {
    admitted: (turn) => each(parts, (part) => part.admitted?.(turn)),
    attemptStarted(attempt) {
      const headers: Record<string, string> = {};
      each(parts, (part) => Object.assign(headers, part.attemptStarted?.(attempt)));
      return headers;
    },
    attemptEnded: (result) => each(parts, (part) => part.attemptEnded?.(result)),
    retry: (retry) => each(parts, (part) => part.retry?.(retry)),
    ended: (outcome) => each(parts, (part) => part.ended?.(outcome)),
  };
}

/** @throws what the first of them threw, after all were called */
function each<Part>(parts: readonly Part[], call: (part: Part) => void): void {
  let failure: { readonly error: unknown } | undefined;
  for (const part of parts) {
    try {
      call(part);
    } catch (error) {
      failure ??= { error };
    }
  }
  if (failure !== undefined) throw failure.error;
}
