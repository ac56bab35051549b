import { ConnectorError } from '@common/connector-core';

/**
 * Loads `node:sqlite` when it is needed, so that importing this package works everywhere.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` on a Node.js without it
 */
export async function loadNodeSqlite(): Promise<typeof import('node:sqlite')> {
  try {
    return await import('node:sqlite');
  } catch (cause) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `The SQLite store needs Node.js 22.13 or newer (node:sqlite); this is ${process.version}. Update Node.js.`,
      cause,
    });
  }
}
