import { type Amendment, basic, type Product, type PurchaseOrder } from '@common/connector-core';
import { type CommonConnector, common, commonProductId } from '@common/connector-core/common';
import { sqliteStore, type TableTarget, tableTarget } from '@common/connector-runtime';
import { type SapConnector, sap } from '@common/connector-sap';
import {
  connectorTarget,
  createSync,
  linkedUpdates,
  memoryStore,
  type StateStore,
  type Sync,
  type SyncProgress,
  type SyncTarget,
} from '@common/connector-sync';
import { withoutAcknowledging, withoutWriting } from './dry-run.ts';
import {
  amendmentsToSap,
  comparedOrderFields,
  orderLinks,
  ordersToCommon,
  ordersToSap,
  type Translation,
} from './order-mappings.ts';
import { proposingTarget } from './proposing-target.ts';
import type { RealSystems } from './settings.ts';
import { withProgress } from './with-progress.ts';

/** What the job works with. */
export interface Setup {
  readonly systems: RealSystems;
  /** Only shows what would be done. */
  readonly dryRun: boolean;
  /** Holds the state and the catalogue. */
  readonly folder: string;
  readonly onProgress: (progress: SyncProgress) => void;
  /** Told how many records were given to a target. */
  readonly onWritten: (count: number) => void;
}

/** The flows, and what they run on. */
export interface Flows {
  readonly erp: SapConnector;
  readonly hub: CommonConnector;
  readonly store: StateStore;
  readonly catalogueTable: TableTarget;
  readonly catalogue: Sync;
  /** Orders need the catalogue and the partners: call it after the catalogue was synced. */
  orders(): Promise<OrderFlows>;
  close(): Promise<void>;
}

export interface OrderFlows {
  readonly translation: Translation;
  readonly toCommon: Sync;
  readonly toSap: Sync;
  readonly amendments: Sync;
}

export async function openFlows(setup: Setup): Promise<Flows> {
  const { systems, dryRun, folder, onProgress, onWritten } = setup;
  const erp = sap({
    baseUrl: systems.sap.baseUrl,
    client: systems.sap.client,
    auth: basic({ username: systems.sap.username, password: systems.sap.password }),
    ...(systems.sap.companyCode ? { companyCodes: [systems.sap.companyCode] } : {}),
    pageSize: 2000,
    ...(systems.sap.safetyLagMs === undefined ? {} : { safetyLagMs: systems.sap.safetyLagMs }),
  });
  const hub = common(systems.common);
  const database = dryRun ? undefined : sqliteStore({ path: `${folder}/state.db` });
  const store = database ?? memoryStore();
  // In the file of the state, records and state are one commit.
  const catalogueTable = tableTarget({
    table: 'product',
    ...(database ? { store: database } : { path: ':memory:' }),
  });

  const source = dryRun ? withoutAcknowledging(hub) : hub;
  const target = (real: SyncTarget) =>
    withProgress(dryRun ? withoutWriting(real) : real, onWritten);
  const shared = { store, onProgress, writeConcurrency: 8 };

  return {
    erp,
    hub,
    store,
    catalogueTable,
    catalogue: createSync({
      ...shared,
      id: 'catalogue',
      source: erp,
      target: withProgress(catalogueTable, onWritten),
      entity: 'product',
    }),

    async orders() {
      const translation = await readTranslation(hub, catalogueTable, systems.common.companyId);
      const orderToSap = target(connectorTarget(erp, 'purchaseOrder'));
      return {
        translation,
        toCommon: createSync({
          ...shared,
          id: 'sap-orders-to-common',
          source: erp,
          target: target(proposingTarget(hub)),
          entity: 'purchaseOrder',
          mapping: ordersToCommon(translation),
          link: { space: orderLinks, side: 'left' },
          compare: comparedOrderFields,
        }),
        toSap: createSync({
          ...shared,
          id: 'common-orders-to-sap',
          source,
          target: orderToSap,
          entity: 'purchaseOrder',
          mapping: ordersToSap(translation, {
            orderType: 'NB',
            companyCode: systems.sap.companyCode ?? '1010',
            purchasingOrganization: systems.sap.companyCode ?? '1010',
            purchasingGroup: '001',
            plant: systems.sap.companyCode ?? '1010',
          }),
          link: { space: orderLinks, side: 'right' },
          compare: comparedOrderFields,
        }),
        amendments: createSync(
          linkedUpdates<Amendment, PurchaseOrder>({
            ...shared,
            id: 'amendments-to-sap',
            source,
            target: orderToSap,
            entity: { source: 'amendment', target: 'purchaseOrder' },
            ...amendmentsToSap,
          }),
        ),
      };
    },

    async close() {
      await Promise.all([erp.disconnect(), hub.disconnect()]);
      await catalogueTable.close();
      await store.close();
    },
  };
}

/** Which company on Common is which supplier in SAP, and which product id is which material. */
async function readTranslation(
  hub: CommonConnector,
  catalogue: SyncTarget,
  companyId: string,
): Promise<Translation> {
  const companies = new Map<string, string>();
  for await (const page of hub.list('company')) {
    for (const { source, externalReference } of page.records) {
      if (source && externalReference) companies.set(externalReference, source.key);
    }
  }
  const products = new Map<string, string>();
  for await (const page of catalogue.list!('product')) {
    for (const { productNumber } of page.records as readonly Product[]) {
      products.set(commonProductId({ companyId, productNumber }), productNumber);
    }
  }
  const suppliers = new Map([...companies].map(([number, id]) => [id, number]));
  return {
    productId: (productNumber) => commonProductId({ companyId, productNumber }),
    productNumber: (id) => products.get(id),
    companyId: (number) => companies.get(number),
    supplierNumber: (id) => suppliers.get(id),
  };
}
