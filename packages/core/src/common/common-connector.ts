import { systemClock } from '../clock/system-clock.ts';
import { defineConnector } from '../connector/define-connector.ts';
import type { CallOptions } from '../contract/call-options.ts';
import type { IErpConnector } from '../contract/erp-connector.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import { type CommonChangingEntity, changesOfCommon } from './common-changes.ts';
import type { CommonClient } from './common-client.ts';
import { testCommonConnection } from './common-connection-test.ts';
import { describeCommon } from './common-describe.ts';
import { assertCommonEntity, type CommonEntities, commonCapabilities } from './common-entities.ts';
import { commonManifest } from './common-manifest.ts';
import { type CommonTemplates, createCommonMappings } from './common-mapping.ts';
import { callCommon, commonOperationNames } from './common-operations.ts';
import { findCommon, getCommon, listCommon } from './common-read.ts';
import { checkCommonSettings } from './common-settings.ts';
import { type CommonWebhookOptions, receiveCommonWebhooks } from './common-webhooks.ts';
import { writeCommon } from './common-write.ts';
import { type CommonClientOptions, createCommonClient } from './create-common-client.ts';

/** What `common()` takes. */
export interface CommonOptions extends CommonClientOptions {
  /**
   * Most pending updates in a page of `changes`, 1 to 200.
   * @default 200
   */
  readonly pageSize?: number | undefined;
  /**
   * Templates in place of the shipped ones, usually made with `extendTemplate`.
   * @default the shipped ones
   */
  readonly templates?: CommonTemplates | undefined;
  /** Receives webhooks. @default the connector has no `receiveWebhook` */
  readonly webhook?: CommonWebhookOptions | undefined;
}

/** The Common connector: the contract, with a typed `native` and every optional member that it has. */
export interface CommonConnector
  extends Required<Omit<IErpConnector<CommonEntities>, 'events' | 'receiveWebhook' | 'native'>>,
    Pick<IErpConnector<CommonEntities>, 'receiveWebhook'> {
  native(options?: CallOptions): Promise<CommonClient>;
}

/**
 * Connects to Common, the hub. A Common order is one line: `purchaseOrder` records have exactly one,
 * with number `1`; `splitOrderLines` and `joinOrderLines` lead from and to orders with lines.
 *
 * `changes` reads what Common keeps for the ERP until it is acknowledged: `purchaseOrder` for created
 * and updated orders, `amendment` for proposals and decisions. An approved amendment comes as
 * amendment only, although it changes the quantity of its order.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` that names every bad setting
 *
 * @example
 * ```ts
 * const hub = common(commonSettingsFromEnvironment(process.env));
 * for await (const page of hub.changes('amendment')) {
 *   await apply(page.changes);
 *   await page.acknowledge?.();
 * }
 * ```
 */
export function common(options: CommonOptions): CommonConnector {
  const { templates, pageSize = 200, webhook, ...clientOptions } = options;
  const { baseUrl, companyId, currency } = checkCommonSettings(options);
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 200) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      system: 'common',
      path: 'pageSize',
      message: 'The settings of Common cannot be used. pageSize: must be a whole number, 1 to 200.',
    });
  }
  const mappings = createCommonMappings({ currency, templates });
  const clock = options.clock ?? systemClock;
  let client = createCommonClient(clientOptions);
  let isOpen = true;
  /** A closed client stays closed; whoever calls after a disconnect gets a new one. */
  const open = (): CommonClient => {
    if (!isOpen) client = createCommonClient(clientOptions);
    isOpen = true;
    return client;
  };
  const context = () => ({ client: open(), mappings, companyId, pageSize });

  return defineConnector<CommonEntities>()({
    specificationVersion: 'v1',
    manifest: commonManifest(),
    capabilities: {
      entities: commonCapabilities,
      operations: commonOperationNames,
      webhooks: webhook !== undefined,
      native: 'CommonClient',
    },

    async connect(call = {}) {
      await open().erpSync.status(call);
    },
    async disconnect() {
      if (!isOpen) return;
      isOpen = false;
      await client.close();
    },

    testConnection: (call = {}) =>
      testCommonConnection({ client: open(), baseUrl, companyId, clock }, call),

    async describe(entity) {
      assertCommonEntity(entity);
      return describeCommon(entity);
    },

    async get(entity, key, call = {}) {
      assertCommonEntity(entity);
      return (await getCommon(entity, key, context(), call)) as never;
    },

    async *list(entity, query = {}, call = {}) {
      assertCommonEntity(entity);
      yield* listCommon(entity, query, context(), call) as AsyncIterable<never>;
    },

    async find(entity, reference, call = {}) {
      assertCommonEntity(entity);
      return (await findCommon(entity, reference, context(), call)) as never;
    },

    async *changes(entity, _since, call = {}) {
      assertCommonEntity(entity);
      yield* changesOfCommon(changingEntity(entity), context(), call) as AsyncIterable<never>;
    },

    async write(entity, changes, writeOptions = {}) {
      assertCommonEntity(entity);
      return writeCommon(entity, changes as never, context(), writeOptions);
    },

    ...(webhook === undefined
      ? {}
      : { receiveWebhook: receiveCommonWebhooks(webhook, { clock, logger: options.logger }) }),
    call: (operation, input, call = {}) => callCommon(operation, input, open(), call),
    health: () => client.health(),
    native: async () => open(),
  });
}

function changingEntity(entity: keyof CommonEntities): CommonChangingEntity {
  if (entity === 'purchaseOrder' || entity === 'amendment') return entity;
  throw new ConnectorError({
    code: 'ERR_UNSUPPORTED_OPERATION',
    category: 'unsupported',
    system: 'common',
    entity,
    message: `Common does not tell changes of ${entity}. Read the list.`,
  });
}
