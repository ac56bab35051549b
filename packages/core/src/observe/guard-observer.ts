import type { Logger } from '../contract/logger.ts';
import { redact } from '../errors/redact.ts';
import type { ConnectorObserver, OperationObserver } from './connector-observer.ts';

type Safely = <T>(call: () => T) => T | undefined;

/** The same observer, whose failures are logged once and reach nobody. */
export function guardObserver(
  observer: ConnectorObserver,
  logger: Pick<Logger, 'warn'>,
): ConnectorObserver {
  let told = false;
  const tell = (error: unknown): void => {
    if (told) return;
    told = true;
    logger.warn('An observer failed. Calls go on; further failures of it are not told.', {
      reason: error instanceof Error ? redact(error.message) : undefined,
    });
  };
  const safely: Safely = (call) => {
    try {
      const result = call();
      // An async observer fits the type of one that answers nothing.
      if (result instanceof Promise) result.catch(tell);
      return result;
    } catch (error) {
      tell(error);
      return undefined;
    }
  };
  return {
    lifecycle: (event) => safely(() => observer.lifecycle?.(event)),
    operation(start) {
      const heard = safely(() => observer.operation?.(start));
      return heard && guardOperation(heard, safely);
    },
    records: (count) => safely(() => observer.records?.(count)),
  };
}

function guardOperation(heard: OperationObserver, safely: Safely): OperationObserver {
  return {
    admitted: (turn) => safely(() => heard.admitted?.(turn)),
    attemptStarted: (attempt) => safely(() => heard.attemptStarted?.(attempt)),
    attemptEnded: (result) => safely(() => heard.attemptEnded?.(result)),
    retry: (retry) => safely(() => heard.retry?.(retry)),
    ended: (outcome) => safely(() => heard.ended?.(outcome)),
  };
}
