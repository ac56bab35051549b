import { ConnectorError } from '@common/connector-core';
import type { NodeQuickbooksClass } from './node-quickbooks.ts';

/**
 * Loads the optional peer.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when it is not installed
 */
export async function loadNodeQuickbooks(
  load: () => Promise<object> = () => import('node-quickbooks'),
): Promise<NodeQuickbooksClass> {
  try {
    return ((await load()) as { readonly default: unknown }).default as NodeQuickbooksClass;
  } catch (cause) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message:
        'native() needs the package node-quickbooks, which could not be loaded. Install it beside the connector: npm install node-quickbooks.',
      system: 'quickbooks',
      cause,
    });
  }
}
