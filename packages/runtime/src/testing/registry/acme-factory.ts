import {
  ConnectorError,
  type ConnectorFactory,
  createHttpClient,
  type IErpConnector,
  type JsonValue,
  type PipelineOptions,
  type RecordPage,
} from '@common/connector-core';
import {
  authFromCredentials,
  credentialKinds,
  credentialsJsonSchemas,
  validateCredentials,
} from '@common/connector-core/credentials';

/** A connector that was made, with what it was made of. */
interface Made {
  readonly settings: Readonly<Record<string, JsonValue>>;
  readonly services: PipelineOptions;
  disconnects: number;
}

const kinds = {
  basic: credentialKinds.basic,
  mtls: credentialKinds.mtls,
  'api-key': credentialKinds['api-key'],
  'oauth2-client-credentials': credentialKinds['oauth2-client-credentials'],
  'oauth2-refresh-token': credentialKinds['oauth2-refresh-token'],
  'oauth2-authorization-code': credentialKinds['oauth2-authorization-code'],
};

const manifest = {
  id: 'acme',
  vendor: 'ACME ERP',
  version: '1.2.0',
  authMethods: Object.keys(kinds),
  settingsSchema: {},
  links: { documentation: 'https://acme.example' },
};

const settingsSchema = {
  type: 'object',
  properties: {
    baseUrl: { type: 'string', format: 'uri' },
    client: { type: 'string' },
    pageSize: { type: 'integer' },
    companies: { type: 'array', items: { type: 'string' } },
  },
  required: ['baseUrl'],
};

interface AcmeFactory extends ConnectorFactory {
  readonly made: Made[];
  /** How long an answer takes. */
  onGet?: () => Promise<void>;
}

/** A small ERP whose connector makes real requests through the pipeline. */
export function acmeFactory(): AcmeFactory {
  const made: Made[] = [];
  const factory: AcmeFactory = {
    made,
    specificationVersion: 'v1',
    manifest,
    settingsSchema,
    credentialsSchemas: credentialsJsonSchemas(kinds),
    validateSettings(settings) {
      const given = settings as Record<string, unknown>;
      const unknown = Object.keys(given).find(
        (name) => !Object.hasOwn(settingsSchema.properties, name),
      );
      if (unknown !== undefined) throw invalid(unknown, 'must not be given, there is no such name');
      if (typeof given.baseUrl !== 'string') throw invalid('baseUrl', 'is missing');
      if (given.pageSize !== undefined && typeof given.pageSize !== 'number') {
        throw invalid('pageSize', 'must be a whole number');
      }
    },
    validateCredentials: (credentials) =>
      validateCredentials(credentials, { kinds, system: 'acme' }),
    createAuth: (credentials, services) =>
      authFromCredentials(credentials, { ...services, kinds, system: 'acme' }),
    create({ settings, credentials, services = {} }) {
      const given = settings as Made['settings'];
      const one: Made = { settings: given, services, disconnects: 0 };
      made.push(one);
      const auth = authFromCredentials(credentials, { kinds, system: 'acme' });
      const open = () =>
        createHttpClient({ ...services, system: 'acme', baseUrl: String(given.baseUrl), auth });
      let http = open();
      let isOpen = true;
      const client = () => {
        // Like all connectors: after a disconnect it connects again.
        if (!isOpen) http = open();
        isOpen = true;
        return http;
      };
      const connector: Partial<IErpConnector> = {
        specificationVersion: 'v1',
        manifest,
        capabilities: { entities: {} },
        connect: async () => undefined,
        async disconnect() {
          one.disconnects += 1;
          isOpen = false;
          await http.close();
        },
        async testConnection() {
          const isUp = !String(given.baseUrl).includes('down');
          const message = isUp ? 'answers' : 'The host does not answer. Check baseUrl.';
          if (isUp) await client().send({ method: 'GET', url: '/ping' });
          return { ok: isUp, latencyMs: 1, checks: [{ name: 'network', ok: isUp, message }] };
        },
        async get(_entity, key, call = {}) {
          await client().send({ method: 'GET', url: `/${key}`, signal: call.signal });
          await factory.onGet?.();
          return undefined;
        },
        async *list() {
          for (const url of ['/page/1', '/page/2']) {
            await client().send({ method: 'GET', url });
            yield {
              records: [],
              failures: [],
              checkpoint: undefined,
            } as unknown as RecordPage<never>;
          }
        },
      };
      return connector as IErpConnector;
    },
  };
  return factory;
}

function invalid(path: string, problem: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: `The settings of acme cannot be used. ${path}: ${problem}.`,
    path,
  });
}
