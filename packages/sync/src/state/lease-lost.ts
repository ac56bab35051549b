import { ConnectorError } from '@common/connector-core';
import type { LeaseScope } from './lease.ts';

/** The error of a transaction whose lease belongs to somebody else by now. */
export function leaseLost({ scope }: LeaseScope): ConnectorError {
  return new ConnectorError({
    code: 'ERR_LEASE_LOST',
    category: 'conflict',
    message:
      `Another process took over ${scope} while this one was not answering. Nothing was stored; ` +
      'let the other one go on, or run again when it is done.',
  });
}
