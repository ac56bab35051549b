import {
  type Clock,
  ConnectorError,
  type IErpConnector,
  type PurchaseOrder,
} from '@common/connector-core';
import { commonProductId, splitOrderLines } from '@common/connector-core/common';
import { commonFactory } from '@common/connector-core/common/factory';
import { createVault, environmentKeys } from '@common/connector-core/vault';
import { openStore, sqlSecretStore, tableTarget } from '@common/connector-runtime';
import { createFlowRunner, pgBossEngine, sqlJobEngine } from '@common/connector-runtime/jobs';
import { connectionRegistry } from '@common/connector-runtime/registry';
import { sapFactory } from '@common/connector-sap/factory';
import { createSync, type Sync } from '@common/connector-sync';

export interface AppOptions {
  /** `STATE_URL`, `STATE_SCHEMA`, `JOBS` (`sql` or `pg-boss`), `COMMON_VAULT_KEY`. */
  readonly environment: Readonly<Record<string, string>>;
  /** The company on Common of each supplier in SAP, kept by people. */
  readonly suppliers: ReadonlyMap<string, string>;
  readonly clock: Clock;
}

/** An app with two flows for any number of tenants. What it runs on is configuration only. */
export function openApp({ environment, suppliers, clock }: AppOptions) {
  const { STATE_URL: url = 'state.db', STATE_SCHEMA: schema, JOBS: jobs = 'sql' } = environment;
  const store = openStore({ url, schema });
  const secrets = sqlSecretStore({ store });
  const vault = createVault({ secrets, keys: environmentKeys({ environment }) });
  const engine =
    jobs === 'pg-boss'
      ? pgBossEngine({ store, url, schema: `${schema}_jobs`, pollMs: 20 })
      : sqlJobEngine({ store, clock, pollMs: 20 });
  const runner = createFlowRunner({
    ...{ store, engine, clock },
    flows: {
      catalogue: ({ tenant, connection }) => ({
        run: (options) => withCatalogue(tenant, connection, (sync) => sync.run(options)),
      }),
      orders: ({ tenant, connection }) => ({
        run: (options) => withOrders(tenant, connection, (sync) => sync.run(options)),
      }),
    },
  });
  const registry = connectionRegistry({
    ...{ store, vault, factories: [sapFactory, commonFactory], usedBy: runner.usedBy },
    // Here the runner repeats, not the request: the day is short.
    services: { retry: { maxAttempts: 1 } },
  });
  const products = tableTarget({ store, table: 'product' });

  type Work<Result> = (sync: Sync) => Promise<Result>;

  function withCatalogue<Result>(tenant: string, code: string, work: Work<Result>) {
    return registry.forTenant(tenant).use(code, (erp) => {
      const flow = { id: 'catalogue', entity: 'product', tenant, store };
      return work(createSync({ ...flow, source: erp, target: products }));
    });
  }

  /** The same flow for a run and for its dead letters. */
  function withOrders<Result>(tenant: string, code: string, work: Work<Result>) {
    const connections = registry.forTenant(tenant);
    return connections.use(code, (erp) =>
      connections.use('common', (hub, { settings }) =>
        work(ordersOf(tenant, { erp, hub, companyId: String(settings.companyId) })),
      ),
    );
  }

  function ordersOf(
    tenant: string,
    sides: {
      readonly erp: IErpConnector;
      readonly hub: IErpConnector;
      readonly companyId: string;
    },
  ): Sync {
    const { erp, hub, companyId } = sides;
    return createSync<PurchaseOrder, PurchaseOrder>({
      ...{ id: 'orders', entity: 'purchaseOrder', tenant, store },
      ...{ source: erp, target: hub, writeRetries: 0 },
      mapping: {
        map: (order) =>
          splitOrderLines(order).map((part) => ({
            key: part.source?.key ?? '',
            part,
            record: {
              ...part,
              supplier: suppliers.get(part.supplier) ?? unknownSupplier(part.supplier),
              status: part.status ?? 'pending',
              lines: part.lines.map((line) => ({
                ...line,
                product:
                  line.product && commonProductId({ companyId, productNumber: line.product }),
              })),
            },
          })),
      },
    });
  }

  return {
    ...{ store, vault, runner, products },
    acme: registry.forTenant('acme'),
    withOrders: <Result>(work: Work<Result>) => withOrders('acme', 'sap', work),
    async close() {
      await runner.close();
      await engine.close();
      await registry.close();
      await store.close();
    },
  };
}

function unknownSupplier(number: string): never {
  throw new ConnectorError({
    code: 'ERR_MAPPING',
    category: 'mapping',
    message: `The supplier ${number} has no company on Common. Add it to the suppliers, then replay the dead letter.`,
  });
}
