import { asConnectorV1, type EntityCapabilities, type IErpConnector } from '@common/connector-core';
import type { Behaviour } from '../behaviour.ts';
import { ensure } from '../conformance-failure.ts';

type Schema = { readonly [key: string]: unknown };

const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const secretName =
  /(secret|password|passphrase|api_?key|private_?key|access_?token|refresh_?token|consumer_?key)$/i;

/** Every property of a schema, at whatever depth, with its path. */
function* properties(schema: unknown, path: string): Generator<readonly [string, Schema]> {
  if (Array.isArray(schema)) {
    for (const [index, part] of schema.entries()) yield* properties(part, `${path}/${index}`);
    return;
  }
  if (!isObject(schema)) return;
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'properties' && isObject(value)) {
      for (const [name, property] of Object.entries(value)) {
        ensure(
          isObject(property) || typeof property === 'boolean',
          `${path}/${name} is no JSON Schema`,
        );
        if (isObject(property)) yield [`${path}/${name}`, property];
      }
    }
    if (!['enum', 'const', 'default', 'examples'].includes(keyword)) {
      yield* properties(value, `${path}/${keyword}`);
    }
  }
}

/** Which method each capability announces. */
const announcements: readonly (readonly [
  method: keyof IErpConnector,
  what: string,
  isAnnounced: (connector: IErpConnector, entities: readonly EntityCapabilities[]) => boolean,
])[] = [
  ['changes', 'changes', (_c, entities) => entities.some((e) => e.changes !== 'none')],
  [
    'write',
    'create, update or delete',
    (_c, entities) => entities.some((e) => e.create || e.update || e.delete),
  ],
  ['find', 'findBy', (_c, entities) => entities.some((e) => (e.findBy ?? []).length > 0)],
  ['call', 'operations', ({ capabilities }) => (capabilities.operations ?? []).length > 0],
  ['events', 'events', ({ capabilities }) => capabilities.events === true],
  ['receiveWebhook', 'webhooks', ({ capabilities }) => capabilities.webhooks === true],
  ['native', 'native', ({ capabilities }) => capabilities.native !== undefined],
];

function ensureEntityCapabilities(entity: string, data: EntityCapabilities): void {
  for (const name of ['list', 'get', 'create', 'update', 'delete', 'deletesVisible'] as const) {
    ensure(typeof data[name] === 'boolean', `${entity}.${name} must be true or false`);
  }
  for (const name of ['maxPageSize', 'maxBatchSize'] as const) {
    ensure(
      Number.isSafeInteger(data[name]) && data[name] > 0,
      `${entity}.${name} must be a whole number above 0`,
    );
  }
  ensure(
    ['delta-token', 'timestamp', 'event', 'none'].includes(data.changes),
    `${entity}.changes is "${data.changes}", which is no kind of change detection`,
  );
  ensure(
    ['native', 'external-reference', 'none'].includes(data.idempotency),
    `${entity}.idempotency is "${data.idempotency}", which is no kind of idempotency`,
  );
  ensure(Array.isArray(data.filterable), `${entity}.filterable must be a list of field names`);
  ensure(
    data.idempotency !== 'external-reference' || !data.create || (data.findBy ?? []).length > 0,
    `${entity} claims idempotency by external reference, but findBy names no field to find it by`,
  );
}

export const manifestBehaviours: readonly Behaviour[] = [
  {
    id: 'manifest/version',
    group: 'manifest',
    name: 'has a contract version that the core accepts',
    async run({ stage }) {
      const { connector } = await stage();
      ensure(
        asConnectorV1(connector).specificationVersion === 'v1',
        'specificationVersion must be "v1"',
      );
    },
  },
  {
    id: 'manifest/complete',
    group: 'manifest',
    name: 'says who it is and where to read on',
    async run({ stage }) {
      const { manifest } = (await stage()).connector;
      ensure(
        /^[a-z][a-z0-9-]*$/.test(manifest.id),
        `manifest.id "${manifest.id}" must be lower case, digits and dashes`,
      );
      ensure(manifest.vendor.trim() !== '', 'manifest.vendor is empty');
      ensure(
        /^\d+\.\d+\.\d+/.test(manifest.version),
        `manifest.version "${manifest.version}" is no semantic version`,
      );
      ensure(manifest.authMethods.length > 0, 'manifest.authMethods is empty');
      for (const link of Object.values(manifest.links)) {
        ensure(URL.canParse(link), `manifest.links has "${link}", which is no URL`);
      }
    },
  },
  {
    id: 'manifest/settings-schema',
    group: 'manifest',
    name: 'describes its settings as JSON Schema, secrets as writeOnly',
    async run({ stage }) {
      const { settingsSchema } = (await stage()).connector.manifest;
      ensure(settingsSchema.type === 'object', 'settingsSchema must be of type "object"');
      ensure(isObject(settingsSchema.properties), 'settingsSchema has no properties');
      const names = Object.keys(settingsSchema.properties);
      for (const name of (settingsSchema.required ?? []) as readonly string[]) {
        ensure(names.includes(name), `settingsSchema requires "${name}", which is no property`);
      }
      for (const [path, property] of properties(settingsSchema, '')) {
        ensure(
          !secretName.test(path) || property.writeOnly === true,
          `settingsSchema${path} is a secret by its name and must be marked writeOnly: true`,
        );
      }
    },
  },
  {
    id: 'manifest/capabilities-data',
    group: 'manifest',
    name: 'states its capabilities as data that is complete and survives JSON',
    async run({ stage }) {
      const { capabilities } = (await stage()).connector;
      const copy = JSON.parse(JSON.stringify(capabilities)) as typeof capabilities;
      const entities = Object.entries(copy.entities);
      ensure(entities.length > 0, 'capabilities.entities is empty');
      for (const [entity, data] of entities) ensureEntityCapabilities(entity, data);
    },
  },
  {
    id: 'manifest/capabilities-methods',
    group: 'manifest',
    name: 'has exactly the optional methods that its capabilities announce',
    async run({ stage }) {
      const { connector } = await stage();
      const entities = Object.values(connector.capabilities.entities);
      for (const [method, what, isAnnounced] of announcements) {
        const announced = isAnnounced(connector, entities);
        const present = typeof connector[method] === 'function';
        ensure(
          !announced || present,
          `The capabilities announce ${what}, but there is no method "${method}"`,
        );
        ensure(
          announced || !present,
          `There is a method "${method}", but no capability announces it (${what})`,
        );
      }
    },
  },
  {
    id: 'manifest/all-entities-tested',
    group: 'manifest',
    name: 'has every announced entity under test',
    async run({ stage, harness }) {
      const { connector } = await stage();
      for (const [entity, data] of Object.entries(connector.capabilities.entities)) {
        const entityHarness = harness.entities[entity];
        ensure(entityHarness, `The harness leaves out the entity "${entity}"`);
        ensure(
          !data.create || entityHarness.write,
          `"${entity}" can be created, but the harness gives no records to write`,
        );
      }
      for (const secret of harness.secrets) {
        ensure(
          secret.length >= 8,
          'A secret of the harness is too short to be recognised; use 8 characters or more',
        );
      }
      ensure(harness.secrets.length > 0, 'The harness names no secrets');
    },
  },
  {
    id: 'manifest/no-request',
    group: 'manifest',
    name: 'sends nothing before it is used',
    async run({ stage }) {
      const { connector, requests } = await stage();
      JSON.stringify([connector.manifest, connector.capabilities]);
      ensure((await requests()) === 0, 'The connector sent a request when it was made');
    },
  },
];
