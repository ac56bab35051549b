import {
  type CallOptions,
  ConnectorError,
  createHttpClient,
  defineConnector,
  type ErpRecord,
  type HttpClientOptions,
  type IErpConnector,
  type JsonValue,
  systemClock,
} from '@common/connector-core';
import { compileTemplate, type MappingTemplate } from '@common/connector-core/mapping';
import {
  createCsrfSession,
  createODataClient,
  type ODataClient,
  type ODataRecord,
  type ODataVersion,
} from '@common/connector-odata';
import { z } from 'zod';
import packageManifest from '../package.json' with { type: 'json' };
import { sapAuthMethods } from './sap-auth.ts';
import { changesByDate, changesByInstant } from './sap-changes.ts';
import { testSapConnection } from './sap-connection-test.ts';
import { describeEntity } from './sap-describe.ts';
import { type SapEntities, type SapEntity, sapEntities } from './sap-entities.ts';
import { classifySapResponse } from './sap-error.ts';
import { createSapReader } from './sap-read.ts';
import { referenceOf } from './sap-reference.ts';
import { readSapSettings, type SapSettings, sapSettingsSchema } from './sap-settings.ts';
import { writeRecords } from './sap-write.ts';
import { businessPartnerWriter } from './writers/business-partner-writer.ts';
import { productWriter } from './writers/product-writer.ts';
import { purchaseOrderWriter } from './writers/purchase-order-writer.ts';

/** What `sap()` takes: the settings, and what the request pipeline can be given. */
export type SapOptions = SapSettings &
  Omit<HttpClientOptions, 'system' | 'baseUrl' | 'auth' | 'classify' | 'decimalFields'> & {
    /**
     * Templates in place of the shipped ones, usually made with `extendTemplate`.
     * @default the shipped ones
     */
    readonly templates?: { readonly [Name in keyof SapEntities]?: MappingTemplate } | undefined;
  };

/** What `native()` hands out. */
export interface SapNative {
  /** A client of any OData service of the system, on the connection's session, tokens and limits. */
  service(path: string, version: ODataVersion): ODataClient;
}

/** The SAP connector: the contract, with a typed `native`. */
export interface SapConnector extends IErpConnector<SapEntities> {
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
  const {
    baseUrl,
    client,
    language,
    purchaseOrderApi,
    companyCodes,
    pageSize,
    paging,
    safetyLagMs,
    referenceField,
    auth,
    templates,
    ...httpOptions
  } = options;
  const settings = readSapSettings({
    baseUrl,
    client,
    language,
    purchaseOrderApi,
    companyCodes,
    pageSize,
    paging,
    safetyLagMs,
    referenceField,
  });
  const clock = httpOptions.clock ?? systemClock;
  const http = createHttpClient({
    tenant: settings.client ?? 'default',
    ...httpOptions,
    system: 'sap',
    baseUrl: settings.baseUrl,
    auth,
    classify: classifySapResponse,
  });
  const csrf = createCsrfSession({ http, now: () => clock.now() });
  const query = {
    ...(settings.client ? { 'sap-client': settings.client } : {}),
    'sap-language': settings.language,
  };
  const entities = sapEntities(settings);

  const clients = new Map<string, ODataClient>();
  const service = (servicePath: string, version: ODataVersion): ODataClient => {
    const id = `${version} ${servicePath}`;
    const known = clients.get(id);
    if (known) return known;
    // Decimals of V4 are numbers on the wire; asked for as strings, all digits arrive.
    const ieee754Compatible = version === 'v4';
    const made = createODataClient({ http, servicePath, version, csrf, query, ieee754Compatible });
    clients.set(id, made);
    return made;
  };
  const clientOf = (entity: SapEntity) => service(entity.servicePath, entity.version);

  const mappings = Object.fromEntries(
    Object.values(entities).map((entity) => [
      entity.name,
      compileTemplate<object, ODataRecord>(templates?.[entity.name] ?? entity.template),
    ]),
  );
  const mappingOf = (entity: SapEntity) => mappings[entity.name]!;
  const writers = {
    product: productWriter(settings.language),
    customer: businessPartnerWriter('customer'),
    supplier: businessPartnerWriter('supplier'),
    purchaseOrder: purchaseOrderWriter(entities.purchaseOrder, settings),
  };
  const reader = createSapReader({
    clientOf,
    mappingOf,
    pageSize: settings.pageSize,
    paging: settings.paging,
    language: settings.language,
  });

  const entityOf = (name: string): SapEntity => {
    const entity = (entities as Readonly<Record<string, SapEntity>>)[name];
    if (entity) return entity;
    throw new ConnectorError({
      code: 'ERR_UNKNOWN_ENTITY',
      category: 'unsupported',
      message: `The SAP connector has no entity "${name}". It has ${Object.keys(entities).join(', ')}.`,
      system: 'sap',
      entity: name,
    });
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
    connect: async () => {},
    disconnect: () => http.close(),

    testConnection: (call = {}) =>
      testSapConnection({
        http,
        services: [...new Set(Object.values(entities).map(({ servicePath }) => servicePath))],
        query: new URLSearchParams(query).toString(),
        client: settings.client,
        now: () => clock.now(),
        call,
      }),

    describe: async (name, call = {}) => {
      const entity = entityOf(name);
      return describeEntity(entity, clientOf(entity), call);
    },

    get: async (name, key, call = {}) =>
      (await reader.get(entityOf(name), key, call))?.record as never,

    async *list(name, listQuery = {}, call = {}) {
      const { after } = listQuery.after ?? {};
      const pages = reader.byKey(
        entityOf(name),
        {
          where: listQuery.where,
          pageSize: listQuery.pageSize,
          ...(typeof after === 'string' ? { after } : {}),
        },
        call,
      );
      for await (const page of pages) {
        yield {
          records: page.records.map(({ record }) => record) as never,
          ...(page.failures.length > 0 ? { failures: page.failures } : {}),
          checkpoint: { after: page.lastKey },
        };
      }
    },

    async find(name, reference, call = {}) {
      const entity = entityOf(name);
      const where = Object.entries(reference).map(([field, value]) =>
        field === 'idempotencyKey' && entity.filterable.idempotencyKey
          ? ({ field, operator: 'eq', value: referenceOf(value) } as const)
          : ({ field, operator: 'eq', value } as const),
      );
      const found: ErpRecord[] = [];
      for await (const page of reader.byKey(entity, { where }, call)) {
        found.push(...page.records.map(({ record }) => record));
      }
      return found as never;
    },

    changes(name, since, call = {}) {
      const entity = entityOf(name);
      const read = entity.changeTime === 'instant' ? changesByInstant : changesByDate;
      return read(entity, since, { reader, safetyLagMs: settings.safetyLagMs, call }) as never;
    },

    async write(name, changes, writeOptions = {}) {
      const entity = entityOf(name);
      const context = {
        client: clientOf(entity),
        mapping: mappingOf(entity),
        writer: writers[entity.name],
        read: (key: string, call: CallOptions) => reader.stored(entity, key, call),
      };
      return writeRecords(entity, changes, context, writeOptions);
    },

    health: () => http.health(),
    native: async () => ({ service }),
  });
}
