import type { SandboxClock } from '../../toolkit/sandbox-clock.ts';
import { SalesforceError } from '../salesforce-error.ts';

/** Counts API requests over a day. */
export interface RequestLimits {
  /** Counts a call. @throws SalesforceError REQUEST_LIMIT_EXCEEDED, API_DISABLED_FOR_ORG */
  count(): void;
  /** The header of every answer. */
  header(): string;
  readonly maximum: number;
  readonly remaining: number;
  setUsed(used: number): void;
  setApiEnabled(isEnabled: boolean): void;
}

const dayMs = 24 * 60 * 60 * 1_000;

export const totalLimitExceeded = () =>
  new SalesforceError(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
export const concurrentLimitExceeded = () =>
  new SalesforceError(
    403,
    'REQUEST_LIMIT_EXCEEDED',
    'ConcurrentRequests (Concurrent API Requests) Limit exceeded.',
  );

export function createRequestLimits(options: {
  readonly clock: SandboxClock;
  readonly maximum: number;
  readonly apiEnabled: boolean;
}): RequestLimits {
  const { clock, maximum } = options;
  let { apiEnabled } = options;
  let used = 0;
  let since = clock.now();
  const renew = (): void => {
    if (clock.now() - since < dayMs) return;
    since = clock.now();
    used = 0;
  };
  return {
    count() {
      renew();
      if (!apiEnabled) {
        throw new SalesforceError(
          403,
          'API_DISABLED_FOR_ORG',
          'REST API is not enabled for this Organization or Partner',
        );
      }
      if (used >= maximum) throw totalLimitExceeded();
      used += 1;
    },
    header: () => `api-usage=${used}/${maximum}`,
    maximum,
    get remaining() {
      renew();
      return Math.max(0, maximum - used);
    },
    setUsed(value) {
      renew();
      used = value;
    },
    setApiEnabled(isEnabled) {
      apiEnabled = isEnabled;
    },
  };
}
