import type { Product } from '@common/connector-core';
import type { SyncTarget } from '@common/connector-sync';
import type { Translation } from './order-mappings.ts';
import type { World } from './world.ts';

interface SapOrder {
  readonly header: { readonly PurchaseOrder: string; readonly CorrespncExternalReference: string };
  readonly items: readonly {
    readonly item: {
      readonly PurchaseOrderItem: string;
      readonly OrderQuantity: string;
      readonly Material: string;
      readonly PurchasingDocumentDeletionCode: string;
    };
  }[];
}

interface CommonOrder {
  readonly id: string;
  readonly po_number: string;
  readonly product_id: string;
  readonly quantity: string;
}

/**
 * Counts what was lost or doubled, by the sandboxes' own state and by the numbers that people see: no
 * connector, no identity map and no digest has a part in it.
 */
export async function proveOrders(world: World, translation: Translation) {
  const [sapOrders, commonOrders] = await Promise.all([
    world.state<SapOrder>('sap', 'purchaseOrders'),
    world.state<CommonOrder>('common', 'orders'),
  ]);
  const byNumber = Map.groupBy(commonOrders, ({ po_number }) => po_number);
  const bornInCommon = sapOrders.filter(({ header }) => header.CorrespncExternalReference !== '');
  const byReference = Map.groupBy(bornInCommon, ({ header }) => header.CorrespncExternalReference);
  let lost = 0;
  let doubled = 0;
  const compare = (sap: SapOrder['items'][number]['item'] | undefined, found: CommonOrder) => {
    const isSame =
      sap !== undefined &&
      Number(sap.OrderQuantity) === Number(found.quantity) &&
      translation.productId(sap.Material) === found.product_id;
    if (!isSame) lost += 1;
  };

  for (const { header, items } of sapOrders) {
    if (header.CorrespncExternalReference !== '') continue;
    for (const { item } of items) {
      if (item.PurchasingDocumentDeletionCode !== '') continue;
      const number = `${header.PurchaseOrder}-${Number(item.PurchaseOrderItem)}`;
      const [found, ...more] = byNumber.get(number) ?? [];
      doubled += more.length;
      if (found) compare(item, found);
      else lost += 1;
    }
  }
  for (const order of commonOrders) {
    if (!order.po_number.startsWith('CO-')) continue;
    const [found, ...more] = byReference.get(order.po_number) ?? [];
    doubled += more.length;
    compare(found?.items[0]?.item, order);
  }
  return { lost, doubled };
}

interface SapProduct {
  readonly product: {
    readonly Product: string;
    readonly GrossWeight: string;
    readonly IsMarkedForDeletion: boolean;
  };
}

/** The same for the catalogue: every product of SAP is in the table once, as it is in SAP now. */
export async function proveCatalogue(world: World, table: SyncTarget) {
  const products = await world.state<SapProduct>('sap', 'products');
  const found = new Map<string, Product>();
  let doubled = 0;
  for await (const page of table.list!('product')) {
    for (const row of page.records as readonly Product[]) {
      if (found.has(row.productNumber)) doubled += 1;
      found.set(row.productNumber, row);
    }
  }
  const lost = products.filter(({ product }) => {
    const row = found.get(product.Product);
    return (
      row === undefined ||
      Number(row.grossWeight) !== Number(product.GrossWeight) ||
      (row.isMarkedForDeletion ?? false) !== product.IsMarkedForDeletion
    );
  });
  return { lost: lost.length, doubled };
}
