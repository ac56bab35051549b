import {
  type CallOptions,
  defineConnector,
  type IErpConnector,
  systemClock,
  unknownEntity,
} from '@common/connector-core';
import { compileTemplate, defineTemplate } from '@common/connector-core/mapping';
import { decodeRows, type QuickbooksTarget } from './decode-rows.ts';
import type { NodeQuickbooks } from './native/node-quickbooks.ts';
import { openNative } from './native/open-native.ts';
import { callQuickbooks } from './operations/quickbooks-operations.ts';
import { readChanges } from './quickbooks-changes.ts';
import { testQuickbooksConnection } from './quickbooks-connection-test.ts';
import { describeEntity } from './quickbooks-describe.ts';
import { type QuickbooksEntities, quickbooksEntities } from './quickbooks-entities.ts';
import type { QuickbooksEntity, Row } from './quickbooks-entity.ts';
import { namingQuickbooks } from './quickbooks-error.ts';
import { quickbooksCapabilities, quickbooksManifest } from './quickbooks-manifest.ts';
import { type QuickbooksOptions, readQuickbooksOptions } from './quickbooks-options.ts';
import { findRecords, listRecords, readRow } from './quickbooks-read.ts';
import { quickbooksServices } from './quickbooks-services.ts';
import { openQuickbooksSession, type QuickbooksSession } from './quickbooks-session.ts';
import { quickbooksWebhooks } from './quickbooks-webhooks.ts';
import { writeRecords } from './write/quickbooks-write.ts';

/** The QuickBooks connector: the contract with the optional members that it has, and a typed `native`. */
export interface QuickbooksConnector
  extends Required<Omit<IErpConnector<QuickbooksEntities>, 'events' | 'receiveWebhook' | 'native'>>,
    Pick<IErpConnector<QuickbooksEntities>, 'receiveWebhook'> {
  /**
   * A client of `node-quickbooks` (an optional peer) for the company, with the connector's tokens,
   * limits and retries around every call. Name its type: `native<QuickBooks>()`.
   *
   * @throws ConnectorError `ERR_CONFIGURATION` when the package is not installed
   */
  native<Client = NodeQuickbooks>(options?: CallOptions): Promise<Client>;
}

/**
 * Connects to one company of QuickBooks Online.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when a setting cannot be used
 *
 * @example
 * ```ts
 * const books = quickbooks({
 *   realmId: '9341453172000001',
 *   auth: quickbooksOauth({ clientId, clientSecret, redirectUri }),
 *   tokens: vaultTokenStore({ vault, tenant }),
 * });
 * ```
 */
export function quickbooks(options: QuickbooksOptions): QuickbooksConnector {
  const { settings, auth, templates, webhook, pipeline } = readQuickbooksOptions(options);
  const { clock = systemClock, logger } = pipeline;
  const { pageSize, safetyLagMs, salesOrderAs } = settings;
  const services = quickbooksServices(settings, auth, pipeline);
  const entities = quickbooksEntities(settings);
  const mappings = Object.fromEntries(
    Object.entries(entities).map(([name, { template }]) => [
      name,
      compileTemplate<object, Row>(
        defineTemplate(templates[name as keyof QuickbooksEntities] ?? template),
      ),
    ]),
  );

  // Closed sessions stay closed; whoever calls after a disconnect gets a new one.
  let session: QuickbooksSession | undefined = openQuickbooksSession(services);
  let native: ReturnType<typeof openNative> | undefined;
  const open = (): QuickbooksSession => {
    session ??= openQuickbooksSession(services);
    return session;
  };
  const entityOf = (name: string): QuickbooksEntity => {
    if (Object.hasOwn(entities, name)) return entities[name as keyof QuickbooksEntities];
    throw unknownEntity({ system: 'quickbooks', entity: name, known: Object.keys(entities) });
  };
  const targetOf = (name: string): QuickbooksTarget => {
    const entity = entityOf(name);
    return { entity, mapping: mappings[name]!, session: open() };
  };

  return defineConnector<QuickbooksEntities>()({
    specificationVersion: 'v1',
    manifest: quickbooksManifest(),
    capabilities: quickbooksCapabilities(entities, { hasWebhooks: webhook !== undefined }),

    // There are no sessions at Intuit: the first call fetches a token where one is needed.
    async connect() {
      open();
    },
    async disconnect() {
      const closing = [native?.close(), session?.http.close()];
      session = undefined;
      native = undefined;
      await Promise.all(closing);
    },

    testConnection: (call = {}) =>
      testQuickbooksConnection({ session: open(), services, clock }, call),

    async describe(name, call = {}) {
      return namingQuickbooks(describeEntity(targetOf(name), call), { entity: name });
    },

    async get(name, key, call = {}) {
      const target = targetOf(name);
      const row = await namingQuickbooks(readRow(target, key, call), { entity: name, key });
      if (row === undefined) return undefined;
      const { records, failures } = await decodeRows(target, [row], call);
      const [failure] = failures;
      if (failure) throw failure.error;
      return records[0] as never;
    },

    list: (name, query, call = {}) =>
      listRecords(() => targetOf(name), query, call) as AsyncIterable<never>,

    async find(name, reference, call = {}) {
      const found = findRecords(targetOf(name), reference, call);
      return (await namingQuickbooks(found, { entity: name })) as never;
    },

    async *changes(name, since, call = {}) {
      const search = { ...targetOf(name), pageSize, safetyLagMs };
      yield* readChanges(search, since, call) as AsyncGenerator<never>;
    },

    async write(name, changes, writeOptions = {}) {
      return writeRecords(targetOf(name), changes, writeOptions);
    },

    call: (operation, input, call = {}) =>
      callQuickbooks(operation, input, { session: open(), entityOf }, call),

    ...(webhook === undefined
      ? {}
      : { receiveWebhook: quickbooksWebhooks({ ...webhook, salesOrderAs, clock, logger }) }),

    health: () => open().http.health(),

    async native<Client = NodeQuickbooks>(): Promise<Client> {
      native ??= openNative(services);
      return (await native.client()) as Client;
    },
  });
}
