import type { ConnectorError } from '@common/connector-core';

/** So many failures that may pass, one after the other and each after its retries, mean that the target is down. */
export const outageStreak = 3;

const longestWaitMs = 60_000;
const outageCodes: ReadonlySet<string> = new Set(['ERR_CIRCUIT_OPEN', 'ERR_ABORTED', 'ERR_TLS']);

/** Whether an error says that no record will get through now, so that the run stops instead of giving up record by record. */
export function isOutage(error: ConnectorError): boolean {
  return (
    error.category === 'authentication' ||
    error.category === 'configuration' ||
    outageCodes.has(error.code) ||
    (error.retryAfterMs ?? 0) > longestWaitMs
  );
}
