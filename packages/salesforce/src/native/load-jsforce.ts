import { ConnectorError } from '@common/connector-core';
import type { Connection } from 'jsforce';

/** What is used of the package. */
export interface Jsforce {
  readonly Connection: new (config: {
    readonly version: string;
    readonly instanceUrl: string;
  }) => Connection;
}

/**
 * Loads the optional peer.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when it is not installed
 */
export async function loadJsforce(
  load: () => Promise<object> = () => import('jsforce'),
): Promise<Jsforce> {
  try {
    return ((await load()) as { readonly default: Jsforce }).default;
  } catch (cause) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message:
        'native() needs the package jsforce, which could not be loaded. Install it beside the connector: npm install jsforce@3. It needs Node 22 or newer.',
      system: 'salesforce',
      cause,
    });
  }
}
