import {
  type CallOptions,
  type ConnectorCapabilities,
  defineConnector,
  type IErpConnector,
  unknownEntity,
} from '@common/connector-core';
import { defineTemplate } from '@common/connector-core/mapping';
import { type EventSource, readEvents } from './events/read-events.ts';
import type { JsforceConnection } from './native/jsforce-connection.ts';
import { openNative } from './native/open-native.ts';
import { createRecordCodec } from './record-codec.ts';
import { callSalesforce, salesforceOperations } from './salesforce-call.ts';
import { readChanges } from './salesforce-changes.ts';
import { testSalesforceConnection } from './salesforce-connection-test.ts';
import { describeEntity } from './salesforce-describe.ts';
import {
  type SalesforceEntities,
  type SalesforceRecord,
  salesforceEntities,
} from './salesforce-entities.ts';
import type { SalesforceEntity } from './salesforce-entity.ts';
import { namingSalesforce } from './salesforce-error.ts';
import { findRecords, getRecord, listRecords } from './salesforce-list.ts';
import { salesforceManifest } from './salesforce-manifest.ts';
import { readSalesforceOptions, type SalesforceOptions } from './salesforce-options.ts';
import { openSalesforceSession, type SalesforceSession } from './salesforce-session.ts';
import type { SalesforceTarget } from './salesforce-target.ts';
import { writeRecords } from './salesforce-write.ts';

/** The entities of a connection: those of the connector and the objects that its settings name. */
export type SalesforceEntityMap<Objects extends string = never> = SalesforceEntities & {
  readonly [Name in Objects]: SalesforceRecord;
};

/** The Salesforce connector: the contract with the optional members that it has, and a typed `native`. */
export type SalesforceConnector<Objects extends string = never> = Required<
  Omit<IErpConnector<SalesforceEntityMap<Objects>>, 'receiveWebhook' | 'native'>
> & {
  /**
   * A jsforce `Connection` (an optional peer) to the org, with the connector's session, limits and
   * retries under every request. Name its type: `native<Connection>()`. Costs a request; what is given
   * here (signal, priority) holds for all requests of the connection.
   *
   * @throws ConnectorError `ERR_CONFIGURATION` when jsforce is not installed
   */
  native<Client = JsforceConnection>(options?: CallOptions): Promise<Client>;
};

/**
 * Connects to an org of Salesforce over its REST API.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when a setting cannot be used
 *
 * @example
 * ```ts
 * const crm = salesforce({
 *   auth: salesforceJwtBearer({ clientId, username, privateKey: () => readSecret('salesforce') }),
 * });
 * ```
 */
export function salesforce<Objects extends string = never>(
  options: SalesforceOptions<Objects>,
): SalesforceConnector<Objects> {
  const { settings, auth, templates, pipeline } = readSalesforceOptions(options);
  const entities = new Map(
    [...salesforceEntities(settings)].map(([name, entity]) => {
      const given = Object.hasOwn(templates, name)
        ? templates[name as keyof SalesforceEntities]
        : undefined;
      return [name, given ? { ...entity, template: defineTemplate(given) } : entity];
    }),
  );
  const parts = new Map(
    [...entities].map(([name, entity]) => [
      name,
      { entity, settings, codec: createRecordCodec(entity, { currency: settings.currency }) },
    ]),
  );

  const streams: EventSource['streams'] = new Set();
  let session: SalesforceSession | undefined;
  const open = (): SalesforceSession => {
    session ??= openSalesforceSession(settings, auth, pipeline);
    return session;
  };
  const targetOf = (name: string): SalesforceTarget => {
    const part = parts.get(name);
    if (part !== undefined) return { ...part, session: open() };
    throw unknownEntity({ system: 'salesforce', entity: name, known: knownNames(entities) });
  };

  return defineConnector<SalesforceEntityMap<Objects>>()({
    specificationVersion: 'v1',
    manifest: salesforceManifest(),
    capabilities: capabilitiesOf<Objects>(entities),

    async connect() {
      open();
    },

    async disconnect() {
      const closing = session;
      session = undefined;
      await Promise.all([...streams].map((stream) => stream.close()));
      await closing?.http.close();
    },

    testConnection: (call = {}) => testSalesforceConnection({ session: open(), entities, call }),

    async describe(name, call = {}) {
      return namingSalesforce(describeEntity(targetOf(name), call), { entity: name });
    },

    async get(name, key, call = {}) {
      const found = getRecord(targetOf(name), key, call);
      return (await namingSalesforce(found, { entity: name, key })) as never;
    },

    async *list(name, query, call = {}) {
      yield* listRecords(targetOf(name), query, call) as AsyncGenerator<never>;
    },

    async find(name, reference, call = {}) {
      const found = findRecords(targetOf(name), reference, call);
      return (await namingSalesforce(found, { entity: name })) as never;
    },

    async *changes(name, since, call = {}) {
      yield* readChanges(targetOf(name), since, call) as AsyncGenerator<never>;
    },

    async write(name, changes, writeOptions = {}) {
      return writeRecords(targetOf(name), changes, writeOptions);
    },

    call: (operation, input, call: CallOptions = {}) =>
      callSalesforce(open(), operation, input, call),

    events: (since, call = {}) =>
      readEvents({ settings, auth, pipeline, entities: entities.values(), streams }, since, call),

    health: () => open().http.health(),

    native: async <Client = JsforceConnection>(call: CallOptions = {}) =>
      (await openNative(open(), call)) as Client,
  });
}

const knownNames = (entities: ReadonlyMap<string, SalesforceEntity>): readonly string[] => [
  ...entities.keys(),
  ...(entities.has('invoice') ? [] : ['invoice with the setting invoice: true']),
  ...(entities.has('purchaseOrder') ? [] : ['purchaseOrder with the setting purchaseOrder: {}']),
  'any other object with the setting objects',
];

function capabilitiesOf<Objects extends string>(
  entities: ReadonlyMap<string, SalesforceEntity>,
): ConnectorCapabilities<SalesforceEntityMap<Objects>> {
  const byName = Object.fromEntries(
    [...entities].map(([name, { capabilities }]) => [name, capabilities]),
  );
  return {
    // Those that the settings leave out are absent, as `describe` says too.
    entities: byName as ConnectorCapabilities<SalesforceEntityMap<Objects>>['entities'],
    operations: salesforceOperations,
    events: true,
    native: 'jsforce Connection',
  };
}
