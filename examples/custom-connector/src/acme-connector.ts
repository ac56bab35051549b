import {
  type AuthStrategy,
  createHttpClient,
  defineConnector,
  describeTemplate,
  type IErpConnector,
  type PipelineOptions,
  parseSettings,
  probeConnection,
  splitPipelineOptions,
} from '@common/connector-core';
import { readChanges } from './acme-changes.ts';
import { type AcmeEntities, about, assertEntity, productCapabilities } from './acme-entities.ts';
import { classifyAcmeResponse } from './acme-error.ts';
import { acmeManifest } from './acme-manifest.ts';
import { decode, listProducts, readRow } from './acme-query.ts';
import { type AcmeSettings, acmeSettingsSchema } from './acme-settings.ts';
import { writeProducts } from './acme-write.ts';
import { acmeProductTemplate } from './templates/acme-product-template.ts';

/** What ACME has none of is left out: operations, events, webhooks, a client of its own. */
export type AcmeConnector = Required<
  Omit<IErpConnector<AcmeEntities>, 'find' | 'call' | 'events' | 'receiveWebhook' | 'native'>
>;
export type AcmeOptions = AcmeSettings & PipelineOptions & { readonly auth: AuthStrategy };

/** A connector for the ACME ERP. @throws ConnectorError `ERR_CONFIGURATION` for a bad setting */
export function acme(options: AcmeOptions): AcmeConnector {
  const { pipeline, rest } = splitPipelineOptions(options);
  const { auth, ...settings } = rest;
  const { baseUrl, pageSize } = parseSettings(acmeSettingsSchema, settings, about.system);
  const http = createHttpClient({
    ...pipeline,
    ...about,
    baseUrl,
    auth,
    classify: classifyAcmeResponse,
  });

  return defineConnector<AcmeEntities>()({
    specificationVersion: 'v1',
    manifest: acmeManifest,
    capabilities: { entities: { product: productCapabilities } },
    connect: async () => undefined,
    disconnect: () => http.close(),
    health: () => http.health(),
    testConnection(call = {}) {
      const send = () => http.send({ ...call, method: 'GET', url: '/api/status' });
      return probeConnection({ send, message: 'ACME accepts the API key.' });
    },
    async describe(entity) {
      assertEntity(entity);
      return describeTemplate(acmeProductTemplate, ['id']);
    },
    async get(entity, key, call) {
      assertEntity(entity);
      const row = await readRow(http, key, call);
      return row && decode(row);
    },
    async *list(entity, query, call) {
      assertEntity(entity);
      yield* listProducts(http, { ...query, pageSize: query?.pageSize ?? pageSize }, call);
    },
    async *changes(entity, since, call) {
      assertEntity(entity);
      yield* readChanges(http, pageSize, since, call);
    },
    async write(entity, changes, options) {
      assertEntity(entity);
      return writeProducts(http, changes, options);
    },
  });
}
