import {
  type CallOptions,
  type Checkpoint,
  ConnectorError,
  defineConnector,
  type IErpConnector,
  type JsonValue,
  systemClock,
  unknownEntity,
} from '@common/connector-core';
import { compileTemplate, defineTemplate } from '@common/connector-core/mapping';
import type { ODataClient, ODataRecord, ODataVersion } from '@common/connector-odata';
import { z } from 'zod';
import packageManifest from '../package.json' with { type: 'json' };
import { decodeRecord } from './decode-page.ts';
import { keyedPages } from './keyed-pages.ts';
import { sapAuthMethods } from './sap-auth.ts';
import { readChanges } from './sap-changes.ts';
import { testSapConnection } from './sap-connection-test.ts';
import { describeEntity } from './sap-describe.ts';
import { type SapEntities, sapEntities } from './sap-entities.ts';
import type { SapEntity } from './sap-entity.ts';
import { readSapOptions, type SapOptions } from './sap-options.ts';
import { filterOf, referenceFilter } from './sap-query.ts';
import { readStored } from './sap-read.ts';
import { openSapSession, type SapSession } from './sap-session.ts';
import { sapSettingsSchema } from './sap-settings.ts';
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
    const entity = (entities as Readonly<Record<string, SapEntity>>)[name];
    if (!entity) throw unknownEntity({ system: 'sap', entity: name, known: Object.keys(entities) });
    const { service, liveType } = open();
    return {
      entity,
      language,
      pageSize,
      client: service(entity.servicePath, entity.version),
      mapping: mappings[entity.name]!,
      writer: writers[entity.name],
      liveType: (call: CallOptions) => liveType(entity, call),
    };
  };

  return defineConnector<SapEntities>()({
    specificationVersion: 'v1',
    manifest: {
      id: 'sap',
      vendor: 'SAP S/4HANA',
      version: packageManifest.version,
      authMethods: sapAuthMethods,
      settingsSchema: z.toJSONSchema(sapSettingsSchema, { io: 'input' }) as Record<
        string,
        JsonValue
      >,
      links: {
        documentation: packageManifest.homepage,
        vendor: 'https://api.sap.com/products/SAPS4HANACloud/apis/ODATA',
      },
    },
    capabilities: {
      entities: {
        product: entities.product.capabilities,
        customer: entities.customer.capabilities,
        supplier: entities.supplier.capabilities,
        purchaseOrder: entities.purchaseOrder.capabilities,
      },
      native: 'SapNative',
    },

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
      const { entity, client } = partsOf(name);
      return describeEntity(entity, client, call);
    },

    async get(name, key, call = {}) {
      const parts = partsOf(name);
      const found = await readStored(parts, key, call);
      return (found && decodeRecord(found.record, parts).record) as never;
    },

    async *list(name, query = {}, call = {}) {
      const parts = partsOf(name);
      const pages = keyedPages(
        {
          ...parts,
          pageSize: query.pageSize ?? pageSize,
          restriction: filterOf(parts.entity, query.where),
          after: readAfter(query.after),
        },
        call,
      );
      for await (const { records, failures, lastKey } of pages) {
        yield {
          records: records.map(({ record }) => record) as never,
          ...(failures.length > 0 ? { failures } : {}),
          checkpoint: { after: lastKey },
        };
      }
    },

    async find(name, reference, call = {}) {
      const parts = partsOf(name);
      const restriction = referenceFilter(parts.entity, reference);
      const found = [];
      for await (const page of keyedPages({ ...parts, restriction }, call)) {
        const [failure] = page.failures;
        // Not being able to read what was found is not the same as not finding it.
        if (failure) throw failure.error;
        found.push(...page.records.map(({ record }) => record));
      }
      return found as never;
    },

    async *changes(name, since, call = {}) {
      const search = { ...partsOf(name), safetyLagMs, now: () => clock.now() };
      yield* readChanges(search, since, call) as AsyncGenerator<never>;
    },

    async write(name, changes, writeOptions = {}) {
      return writeRecords(partsOf(name), changes, writeOptions);
    },

    health: () => open().http.health(),
    native: async () => ({ service: open().service }),
  });
}

function readAfter(checkpoint: Checkpoint = {}): string | undefined {
  const { after } = checkpoint;
  if (after === undefined || typeof after === 'string') return after;
  throw new ConnectorError({
    code: 'ERR_INVALID_CHECKPOINT',
    category: 'configuration',
    message: 'The checkpoint is none of a list. Pass one of a page unchanged.',
    system: 'sap',
  });
}
