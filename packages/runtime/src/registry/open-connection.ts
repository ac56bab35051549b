import { ConnectorError, type IErpConnector } from '@common/connector-core';
import type { ConnectionRow } from './connection-rows.ts';
import type { ConnectionSecrets } from './connection-secrets.ts';
import type { RegistryContext } from './registry-context.ts';
import { isCode } from './registry-error.ts';
import type { TenantConnections } from './tenant-connections.ts';

/** How often a connection may change while it is opened. */
const mostTries = 5;

/** Opens the connections of one tenant. */
export function openConnection(
  context: RegistryContext,
  parts: {
    readonly tenant: string;
    readonly rowOf: (code: string) => Promise<ConnectionRow>;
    readonly secrets: ConnectionSecrets;
  },
): Pick<TenantConnections, 'open' | 'use'> {
  const { types, audit, connectors } = context;
  const { tenant, rowOf, secrets } = parts;

  const make = async ({ connection, state }: ConnectionRow): Promise<IErpConnector> => {
    const factory = types.of(state.type);
    const { code, version } = connection;
    const subject = {
      ...{ actor: 'system', tenant, connection: code, system: state.type },
      ...{ operation: 'connection.open', correlationId: crypto.randomUUID() },
    };
    return audit.run(subject, async (commit) => {
      const credentials = await secrets.read({ connection: code, name: state.credentials });
      const { token } = state;
      const connector = context.makeConnector(factory, { connection, credentials, token });
      await commit(async () => ({ payload: { version }, result: undefined }));
      // Who changes it from here on finds this connector and closes it; who did so before is found here.
      if ((await rowOf(code)).connection.version !== version) throw changedWhileOpened(code);
      return connector;
    });
  };

  const requestOf = async (code: string) => {
    const row = await rowOf(code);
    const { id, version, active } = row.connection;
    if (!active) throw inactive(code);
    const key = { tenant, id };
    return { connection: row.connection, request: { key, code, version, make: () => make(row) } };
  };

  /** A connection that is changed while it is opened is opened again, unless work has begun. */
  const trying = async <Result>(
    code: string,
    open: (asked: Awaited<ReturnType<typeof requestOf>>) => Promise<Result>,
    isFinal = () => false,
  ): Promise<Result> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await open(await requestOf(code));
      } catch (error) {
        const isRace = isCode(error, 'ERR_CONNECTION_CLOSED') && !isFinal();
        if (!isRace || tries >= mostTries) throw error;
      }
    }
  };

  return {
    open: (code) => trying(code, ({ request }) => connectors.pin(request)),
    async use(code, work) {
      let hasBegun = false;
      return trying(
        code,
        ({ request, connection }) =>
          connectors.use(request, async (connector) => {
            hasBegun = true;
            return work(connector, connection);
          }),
        () => hasBegun,
      );
    },
  };
}

function inactive(code: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONNECTION_INACTIVE',
    category: 'configuration',
    message: `The connection ${code} is not active. Activate it by activate(), or stop what uses it.`,
  });
}

function changedWhileOpened(code: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONNECTION_CLOSED',
    category: 'transient',
    notExecuted: true,
    message: `The connection ${code} was changed while it was opened. Open it again.`,
  });
}
