import {
  type CallOptions,
  defineConnector,
  type IErpConnector,
  systemClock,
  unknownEntity,
} from '@common/connector-core';
import { compileTemplate, defineTemplate } from '@common/connector-core/mapping';
import type { ODataClient, ODataRecord, ODataVersion } from '@common/connector-odata';
import { decodeRecord } from './decode-page.ts';
import { readChanges } from './sap-changes.ts';
import { testSapConnection } from './sap-connection-test.ts';
import { describeEntity } from './sap-describe.ts';
import { type SapEntities, sapEntities } from './sap-entities.ts';
import type { SapEntity } from './sap-entity.ts';
import { namingSap } from './sap-error.ts';
import { findRecords, listRecords } from './sap-list.ts';
import { sapCapabilities, sapManifest } from './sap-manifest.ts';
import { readSapOptions, type SapOptions } from './sap-options.ts';
import { readStored } from './sap-read.ts';
import { openSapSession, type SapSession } from './sap-session.ts';
import { writeRecords } from './sap-write.ts';
import { sapWriters } from './writers/sap-writers.ts';

/** What `native()` hands out. */
export interface SapNative {
  /** A client of any OData service of the system, on the connection's session, tokens and limits. */
  service(path: string, version: ODataVersion): ODataClient;
}

/** The SAP connector: the contract with the optional members that it has, and a typed `native`. */
export interface SapConnector
  extends Required<
    Omit<IErpConnector<SapEntities>, 'call' | 'events' | 'receiveWebhook' | 'native'>
  > {
  native(options?: CallOptions): Promise<SapNative>;
}

/**
 * Connects to SAP S/4HANA (on premise or cloud) over its OData services.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when a setting cannot be used
 *
 * @example
 * ```ts
 * const erp = sap({
 *   baseUrl: 'https://my000000-api.s4hana.cloud.sap',
 *   client: '100',
 *   auth: basic({ username: 'COMM_USER', password: () => readSecret('sap') }),
 * });
 * ```
 */
export function sap(options: SapOptions): SapConnector {
  const { settings, auth, templates, pipeline } = readSapOptions(options);
  const { language, pageSize, safetyLagMs } = settings;
  const { clock = systemClock } = pipeline;
  const entities = sapEntities(settings);
  const writers = sapWriters(entities, settings);
  const mappings = Object.fromEntries(
    Object.values(entities).map(({ name, template }) => [
      name,
      compileTemplate<object, ODataRecord>(defineTemplate(templates[name] ?? template)),
    ]),
  );

  // Closed sessions stay closed; whoever calls after a disconnect gets a new one.
  let session: SapSession | undefined = openSapSession(settings, auth, pipeline);
  const open = (): SapSession => {
    session ??= openSapSession(settings, auth, pipeline);
    return session;
  };
  const partsOf = (name: string) => {
    if (!Object.hasOwn(entities, name)) {
      throw unknownEntity({ system: 'sap', entity: name, known: Object.keys(entities) });
    }
    const entity: SapEntity = entities[name as keyof SapEntities];
    const { service, liveType } = open();
    return {
      entity,
      language,
      client: service(entity.servicePath, entity.version),
      mapping: mappings[entity.name]!,
      writer: writers[entity.name],
      liveType: (call: CallOptions) => liveType(entity, call),
    };
  };

  return defineConnector<SapEntities>()({
    specificationVersion: 'v1',
    manifest: sapManifest(),
    capabilities: sapCapabilities(entities),

    // Sessions begin with the first write; there is nothing to sign in to before.
    async connect() {
      open();
    },
    async disconnect() {
      const closing = session;
      session = undefined;
      await closing?.http.close();
    },

    async testConnection(call = {}) {
      const services = new Set(Object.values(entities).map(({ servicePath }) => servicePath));
      return testSapConnection({
        ...open(),
        services: [...services],
        client: settings.client,
        now: () => clock.now(),
        call,
      });
    },

    async describe(name, call = {}) {
      return namingSap(describeEntity(partsOf(name), call), { entity: name });
    },

    async get(name, key, call = {}) {
      const parts = partsOf(name);
      const found = await namingSap(readStored(parts, key, call), { entity: name, key });
      return (found && decodeRecord(found.record, parts).record) as never;
    },

    list: (name, query, call = {}) =>
      listRecords(() => ({ ...partsOf(name), pageSize }), query, call) as AsyncIterable<never>,

    async find(name, reference, call = {}) {
      const found = findRecords({ ...partsOf(name), pageSize }, reference, call);
      return (await namingSap(found, { entity: name })) as never;
    },

    async *changes(name, since, call = {}) {
      const search = { ...partsOf(name), pageSize, safetyLagMs, now: () => clock.now() };
      yield* readChanges(search, since, call) as AsyncGenerator<never>;
    },

    async write(name, changes, writeOptions = {}) {
      return writeRecords(partsOf(name), changes, writeOptions);
    },

    health: () => open().http.health(),
    native: async () => ({ service: open().service }),
  });
}
