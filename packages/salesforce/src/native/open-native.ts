import { type CallOptions, ConnectorError } from '@common/connector-core';
import type { Connection } from 'jsforce';
import type { SalesforceSession } from '../salesforce-session.ts';
import { type Jsforce, loadJsforce } from './load-jsforce.ts';
import { pipelineTransport } from './pipeline-transport.ts';

/** What changes the session behind the connector's back. */
const ownSession = [
  'login',
  'loginByOAuth2',
  'loginBySoap',
  'authorize',
  'logout',
  'logoutByOAuth2',
  'logoutBySoap',
] as const;

/** Parts of jsforce that put the token into bodies or sockets of their own, and what to use instead. */
const ownTransports = {
  streaming: 'Use events() of the connector.',
  bulk: 'Use bulk2, or write() and list() of the connector, which choose the Bulk API 2.0 by size.',
  soap: 'Use the REST API.',
  metadata: 'Use the REST API, or a jsforce connection of your own.',
} as const;

/**
 * A jsforce `Connection` on the pipeline of a session. It holds no token and no refresh function: the
 * pipeline signs every attempt, signs in again once, waits and retries.
 *
 * @param call - holds for every request of the connection
 * @throws ConnectorError `ERR_CONFIGURATION` when jsforce is not installed
 */
export async function openNative(
  session: SalesforceSession,
  call: CallOptions = {},
  load: () => Promise<Jsforce> = loadJsforce,
): Promise<Connection> {
  const { Connection } = await load();
  const { instanceUrl, organizationId, userId } = await session.signedIn(call);
  const connection = new Connection({ version: session.apiVersion, instanceUrl });
  const url = `${instanceUrl}/id/${organizationId}/${userId}`;
  connection.userInfo = { id: userId, organizationId, url };
  const transport = pipelineTransport(session, {
    call,
    origin: instanceUrl,
    onOrigin: (origin) => {
      connection.instanceUrl = origin;
    },
  });
  connection._transport = transport as Connection['_transport'];
  refuseOwnSession(connection);
  return connection;
}

function refuseOwnSession(connection: Connection): void {
  const { oauth2 } = connection;
  const refuse = async (): Promise<never> => {
    throw unsupported("The session is the connector's.", 'Use its sign-in and disconnect().');
  };
  for (const name of ownSession) connection[name] = refuse;
  oauth2._transport = { httpRequest: refuse } as unknown as typeof oauth2._transport;
  for (const [name, instead] of Object.entries(ownTransports)) {
    Object.defineProperty(connection, name, {
      // Out of sight of those who print or copy the connection.
      enumerable: false,
      get: () => {
        throw unsupported(`${name} of jsforce does not go through the pipeline.`, instead);
      },
    });
  }
}

function unsupported(why: string, instead: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_UNSUPPORTED_OPERATION',
    category: 'unsupported',
    message: `${why} ${instead}`,
    system: 'salesforce',
    operation: 'native',
    notExecuted: true,
  });
}
