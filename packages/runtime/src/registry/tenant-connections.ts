import type {
  AuthorizationGranted,
  ConnectionReport,
  IErpConnector,
  Oauth2AuthorizationCode,
} from '@common/connector-core';
import { vaultPendingAuthorizations, vaultTokenStore } from '@common/connector-core/vault';
import type { StateTransaction } from '@common/connector-sync';
import { connectionChanger } from './change-connection.ts';
import type { ChangeOutcome } from './change-request.ts';
import { type ChangeRequests, changeRequests } from './change-requests.ts';
import { checkText } from './check-text.ts';
import type {
  Connection,
  ConnectionPatch,
  ConnectionQuery,
  JsonObject,
  NewConnection,
} from './connection.ts';
import { checkParts, draftOf, draftOfPatch, schemaOf } from './connection-drafts.ts';
import { type ConnectionRow, connectionRows } from './connection-rows.ts';
import { connectionSecrets } from './connection-secrets.ts';
import { secretsLeft } from './connection-state.ts';
import { maskCredentials } from './mask-credentials.ts';
import { openConnection } from './open-connection.ts';
import type { RegistryContext } from './registry-context.ts';
import { changedMeanwhile, noSuchConnection, notFound, unusable } from './registry-error.ts';
import type { ActorOptions, ChangeOptions } from './registry-options.ts';
import { secretStates } from './secret-states.ts';

/** The connections of one tenant. Nothing reachable from here belongs to another. */
export interface TenantConnections {
  readonly tenant: string;
  /** In the order of their codes. */
  list(query?: ConnectionQuery): Promise<readonly Connection[]>;
  /** @throws ConnectorError `ERR_NOT_FOUND` */
  get(code: string): Promise<Connection>;
  /** The credentials as a form may show them: `••••` for a secret that is set, `null` for one that is not. */
  credentials(code: string): Promise<JsonObject>;
  /**
   * Checks a connection by the schemas of its connector and stores it.
   *
   * @throws ConnectorError `ERR_CONFIGURATION` that names what is wrong, `ERR_UNKNOWN_CONNECTOR`,
   *   `ERR_CONFLICT` when the code is taken, `ERR_CONNECTION_TEST_FAILED`, `ERR_AUDIT_UNAVAILABLE`
   */
  create(connection: NewConnection, options: ChangeOptions): Promise<ChangeOutcome>;
  /** @throws ConnectorError as `create`; `ERR_NOT_FOUND`, `ERR_CONFLICT` when somebody else changed it */
  update(code: string, patch: ConnectionPatch, options: ChangeOptions): Promise<ChangeOutcome>;
  /** Takes it out of service, at once in every environment: a stop waits for nobody. */
  deactivate(code: string, options: ChangeOptions): Promise<ChangeOutcome>;
  /** @throws ConnectorError as `update` */
  activate(code: string, options: ChangeOptions): Promise<ChangeOutcome>;
  /** @throws ConnectorError `ERR_CONNECTION_IN_USE` that names what uses it; as `update` */
  remove(code: string, options: ChangeOptions): Promise<ChangeOutcome>;
  /**
   * Brings back what was removed, inactive.
   *
   * @param id - of the connection: several of one code may have been removed
   */
  restore(id: string, options: ChangeOptions): Promise<ChangeOutcome>;
  /** Forgets what was removed, with its secrets. The audit keeps that it was there. */
  purge(id: string, options: ActorOptions): Promise<void>;
  readonly requests: ChangeRequests;
  /**
   * The connector, made of what is stored. All who ask for it have the same one, until its connection
   * changes: then its calls end with `ERR_CONNECTION_CLOSED`. `disconnect` of it does nothing.
   *
   * @throws ConnectorError `ERR_NOT_FOUND`, `ERR_CONNECTION_INACTIVE`, `ERR_UNKNOWN_CONNECTOR`,
   *   `ERR_CONFIGURATION`, and as the vault
   */
  open(code: string): Promise<IErpConnector>;
  /** The same for the time of `work`: a connector that nobody uses is closed when there are many. */
  use<Result>(
    code: string,
    work: (connector: IErpConnector, connection: Connection) => Promise<Result>,
  ): Promise<Result>;
  /** Asks the vendor how the connection does; an inactive one too. */
  test(code: string, options: ActorOptions): Promise<ConnectionReport>;
  /** The sign-in of a connection of a kind that begins in the browser: where to send the person. */
  authorizationUrl(code: string, options: ActorOptions): Promise<string>;
  /** Where the browser came back to. The connection is out of the person's session, never out of the URL. */
  handleCallback(
    code: string,
    callbackUrl: string | URL,
    options: ActorOptions,
  ): Promise<AuthorizationGranted>;
  /**
   * Notes that a sync was done. An earlier time than the one that is known changes nothing.
   *
   * @param options.state - the transaction to do it in
   */
  recordSync(
    code: string,
    options: { readonly at: number; readonly state?: StateTransaction | undefined },
  ): Promise<void>;
  /**
   * Holds a connection to the end of a transaction: it is not removed meanwhile. For whoever stores
   * something that `usedBy` will name.
   *
   * @throws ConnectorError `ERR_NOT_FOUND`
   */
  hold(code: string, state: StateTransaction): Promise<Connection>;
  /** Removes secrets that died processes have left, and closes expired requests. Call it every hour. */
  tidy(): Promise<{ readonly secrets: number; readonly requests: number }>;
}

export function tenantConnections(context: RegistryContext, tenant: string): TenantConnections {
  const { store, vault, clock, types, audit, logger, services } = context;
  const secrets = connectionSecrets({ store, vault, tenant, clock, logger });
  const changer = connectionChanger(context, { tenant, secrets });
  const requests = changeRequests(context, { tenant, secrets, changer });
  const drafts = { ...context, newName: secrets.newName };

  const rowOf = async (code: string): Promise<ConnectionRow> => {
    const find = (state: StateTransaction) => connectionRows(state, tenant).byCode(code);
    const row = await store.transaction(find, { readOnly: true });
    if (row === undefined) throw noSuchConnection(code);
    return row;
  };
  const removedRowOf = async (id: string): Promise<ConnectionRow> => {
    const find = (state: StateTransaction) => connectionRows(state, tenant).byId(id);
    const row = await store.transaction(find, { readOnly: true });
    if (row?.state.removed) return row;
    throw notFound(
      `There is no removed connection with the id ${JSON.stringify(id)}. list({ removed: true }) shows them.`,
    );
  };
  const withCredentials = async (row: ConnectionRow) => ({
    ...row,
    credentials: await secrets.read({ connection: row.state.code, name: row.state.credentials }),
  });
  const subjectOf = (row: ConnectionRow, options: ActorOptions, operation: string) => ({
    actor: checkText('actor', options?.actor),
    ...{ tenant, connection: row.state.code, system: row.state.type },
    operation: `connection.${operation}`,
    correlationId: options.correlationId ?? crypto.randomUUID(),
  });
  const opener = openConnection(context, { tenant, rowOf, secrets });

  /** Credentials that are lost can be given anew, whole. */
  const beforeOf = async (row: ConnectionRow, patch: ConnectionPatch) => {
    try {
      return await withCredentials(row);
    } catch (error) {
      const isWhole = patch.credentials !== undefined && 'kind' in patch.credentials;
      if (!isWhole) throw error;
      return { ...row, credentials: {} };
    }
  };

  const update: TenantConnections['update'] = async (code, patch, options) => {
    const row = await rowOf(code);
    // A draft that cannot be made leaves a record too.
    const { before, after } = await audit.run(subjectOf(row, options, 'update'), async () => {
      const stored = await beforeOf(row, patch);
      return { before: stored, after: draftOfPatch(stored, patch, drafts) };
    });
    return changer.change({ operation: 'update', id: row.connection.id, before, after }, options);
  };

  /** Neither the vault nor the plugin is needed to stop something: either may be what is broken. */
  const stop = async (
    code: string,
    change: { readonly operation: 'update' | 'remove'; readonly removed: boolean },
    options: ChangeOptions,
  ): Promise<ChangeOutcome> => {
    const { operation, removed } = change;
    const before = { ...(await rowOf(code)), credentials: {} };
    const after = { ...before, state: { ...before.state, active: false, removed } };
    return changer.change({ operation, id: before.connection.id, before, after }, options);
  };

  const strategyOf = async (row: ConnectionRow) => {
    const { state, connection } = row;
    const { credentials } = await withCredentials(row);
    const pending = vaultPendingAuthorizations({ vault, tenant, clock });
    const auth = types.of(state.type).createAuth(credentials, { pending });
    if (!('authorizationUrl' in auth)) {
      throw unusable(
        'credentials.kind',
        `must be one that begins in the browser; ${connection.code} signs in by itself (${state.authMethod}).`,
      );
    }
    return auth as Oauth2AuthorizationCode;
  };

  return {
    tenant,
    requests,
    update,
    ...opener,
    list: (query) =>
      store.transaction((state) => connectionRows(state, tenant).list(query), { readOnly: true }),
    get: async (code) => (await rowOf(code)).connection,
    async credentials(code) {
      const { state, credentials } = await withCredentials(await rowOf(code));
      return maskCredentials(schemaOf(types.of(state.type), credentials), credentials);
    },
    async create(connection, options) {
      const actor = checkText('actor', options?.actor);
      const subject = {
        ...{ actor, tenant, operation: 'connection.create' },
        // What was typed in may be anything: it is named only once it was looked at.
        ...{ connection: nameOr(connection?.code), system: nameOr(connection?.type) },
        correlationId: options.correlationId ?? crypto.randomUUID(),
      };
      const after = await audit.run(subject, async () => draftOf(connection, drafts));
      return changer.change({ operation: 'create', id: crypto.randomUUID(), after }, options);
    },
    deactivate: (code, options) => stop(code, { operation: 'update', removed: false }, options),
    activate: (code, options) => update(code, { active: true }, options),
    remove: (code, options) => stop(code, { operation: 'remove', removed: true }, options),
    async restore(id, options) {
      const before = await withCredentials(await removedRowOf(id));
      const after = { ...before, state: { ...before.state, removed: false } };
      checkParts(types.of(before.state.type), after);
      return changer.change({ operation: 'restore', id, before, after }, options);
    },
    async purge(id, options) {
      const row = await removedRowOf(id);
      await audit.run(subjectOf(row, options, 'purge'), async (commit) => {
        const left = await commit(async (state) => {
          const isGone = await connectionRows(state, tenant).purge(row.connection);
          if (!isGone) throw changedMeanwhile(row.state.code);
          const places = secretsLeft(row.state);
          const result = await secretStates(state, tenant).drop(places, clock.now());
          return { payload: { id }, result };
        });
        await secrets.remove(left);
      });
    },
    async test(code, options) {
      const row = await rowOf(code);
      return audit.run(subjectOf(row, options, 'test'), async (commit) => {
        const { connection, credentials, state } = await withCredentials(row);
        const { token } = state;
        const factory = types.of(state.type);
        const connector = context.makeConnector(factory, { connection, credentials, token });
        try {
          const report = await connector.testConnection({ signal: options.signal });
          return await commit(async () => ({ payload: { ok: report.ok }, result: report }));
        } finally {
          await connector.disconnect().catch(() => undefined);
        }
      });
    },
    async authorizationUrl(code, options) {
      const row = await rowOf(code);
      return audit.run(subjectOf(row, options, 'authorize'), async (commit) => {
        const auth = await strategyOf(row);
        const url = await auth.authorizationUrl({ connection: code, clock });
        return commit(async () => ({ payload: {}, result: url }));
      });
    },
    async handleCallback(code, callbackUrl, options) {
      const row = await rowOf(code);
      return audit.run(subjectOf(row, options, 'authorized'), async (commit) => {
        const auth = await strategyOf(row);
        const { transport, network } = services.of(row.connection, row.state.token);
        const tokens = vaultTokenStore({ vault, tenant, name: row.state.token });
        const { signal } = options;
        const lent = { connection: code, tokens, transport, network, clock, logger, signal };
        const granted = await auth.handleCallback(callbackUrl, lent);
        try {
          return await commit(async () => ({ payload: {}, result: granted }));
        } catch (error) {
          // A grant that nobody can account for is not used.
          await tokens.remove(code);
          throw error;
        }
      });
    },
    async recordSync(code, { at, state }) {
      const mark = (within: StateTransaction) =>
        connectionRows(within, tenant).markSynced(code, at);
      await (state === undefined ? store.transaction(mark) : mark(state));
    },
    async hold(code, state) {
      const rows = connectionRows(state, tenant);
      const row = (await rows.hold(code)) ? await rows.byCode(code) : undefined;
      if (row === undefined) throw noSuchConnection(code);
      return row.connection;
    },
    async tidy() {
      const expired = await requests.expire();
      return { secrets: await secrets.tidy(), requests: expired };
    },
  };
}

function nameOr(value: unknown): string {
  return typeof value === 'string' && /^[\w.-]{1,63}$/.test(value) ? value : '(not usable)';
}
