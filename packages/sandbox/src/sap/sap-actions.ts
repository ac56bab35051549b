import type { SandboxClock } from '../toolkit/sandbox-clock.ts';
import type { SeededRandom } from '../toolkit/seeded-random.ts';
import type { Authentication } from './access/authentication.ts';
import { productChange } from './behaviour/master-data.ts';
import type { PurchaseOrders } from './behaviour/purchase-orders.ts';
import { itemAmounts } from './behaviour/purchase-orders.ts';
import { spreadQuantity } from './behaviour/schedule-lines.ts';
import { addDecimals } from './odata/decimal.ts';
import { instantOf } from './odata/instant.ts';
import type { Row } from './odata/model.ts';
import type { Store } from './odata/store.ts';
import { thousandths } from './seed/product-seed.ts';
import { seedUser } from './seed/purchase-order-seed.ts';

/** An order item whose quantity somebody changed in SAP. */
export interface ChangedItem {
  readonly purchaseOrder: string;
  readonly purchaseOrderItem: string;
  readonly previousQuantity: string;
  readonly quantity: string;
}

export interface ChangeOrdersInput extends ChangeInput {
  /** Only these orders. @default all that were not made over the API */
  readonly orders?: readonly string[] | undefined;
  /** Items of one order that may be changed. @default 1 */
  readonly itemsPerOrder?: number | undefined;
}

export interface ChangeInput {
  readonly count: number;
  /**
   * The change times lie this far back, as those of a long transaction that becomes visible late.
   * @default 0
   */
  readonly stampedMsAgo?: number | undefined;
}

/** What people do in the system, chosen by the seed. */
export interface SapActions {
  /** New weights and descriptions. Gives the products. */
  changeProducts(input: ChangeInput): readonly string[];
  /** Sets the deletion flag, on others than `changeProducts` took. Gives the products. */
  markProductsForDeletion(input: ChangeInput): readonly string[];
  /** Raises the quantity of items; the header's change time moves. */
  changeOrderQuantities(input: ChangeOrdersInput): readonly ChangedItem[];
  /** Archives records by their keys: they leave the tables, and no service shows them any more. */
  archive(input: {
    readonly table: 'product' | 'businessPartner' | 'purchaseOrder';
    readonly keys: readonly string[];
  }): void;
  /** Somebody has the order open until `unlock`. */
  lock(input: { readonly order: string; readonly user?: string | undefined }): void;
  unlock(input: { readonly order: string }): void;
  /** Takes the role for a service from all users. */
  revokeRole(input: { readonly service: string }): void;
  grantRole(input: { readonly service: string }): void;
  /** Gives a communication user another password: whoever has the old one is not let in any more. */
  setPassword(input: { readonly user: string; readonly password: string }): void;
}

const archiveKeys = {
  product: 'Product',
  businessPartner: 'BusinessPartner',
  purchaseOrder: 'PurchaseOrder',
} as const;

export function createSapActions(system: {
  readonly store: Store;
  readonly clock: SandboxClock;
  readonly random: SeededRandom;
  readonly purchaseOrders: PurchaseOrders;
  readonly revoked: Set<string>;
  readonly serviceIds: readonly string[];
  readonly authentication: Pick<Authentication, 'setPassword'>;
}): SapActions {
  const { store, clock, purchaseOrders, revoked } = system;
  const random = system.random.fork('actions');
  const taken = new Set<string>();
  let ticks = 0;
  const stamp = (stampedMsAgo = 0): string => {
    ticks += 1;
    return instantOf(clock.stampWrite() - stampedMsAgo, ticks * 37);
  };

  const pickProducts = (count: number): readonly Row[] => {
    const free = store
      .table('product')
      .rows()
      .filter((row) => !taken.has(String(row.Product)) && row.IsMarkedForDeletion === false);
    const picked = pick({ rows: free, count, random, what: 'products' });
    for (const row of picked) taken.add(String(row.Product));
    return picked;
  };

  const assertService = (service: string): void => {
    if (system.serviceIds.includes(service)) return;
    throw new TypeError(`service: unknown "${service}"; known: ${system.serviceIds.join(', ')}`);
  };

  return {
    changeProducts({ count, stampedMsAgo }) {
      const [products, descriptions] = [store.table('product'), store.table('productDescription')];
      return pickProducts(count).map((product) => {
        const [description] = descriptions.find(['Product'], product);
        if (description) {
          const text = `${description.ProductDescription} rev.`.slice(0, 40);
          descriptions.replace(description, { ProductDescription: text });
        }
        products.replace(product, {
          GrossWeight: addDecimals(
            String(product.GrossWeight),
            thousandths(random.integer(1, 5_000)),
          ),
          ...productChange(stamp(stampedMsAgo), 'MZ_MASTER'),
        });
        return String(product.Product);
      });
    },
    markProductsForDeletion({ count, stampedMsAgo }) {
      return pickProducts(count).map((product) => {
        store.table('product').replace(product, {
          IsMarkedForDeletion: true,
          ...productChange(stamp(stampedMsAgo), 'MZ_MASTER'),
        });
        return String(product.Product);
      });
    },
    changeOrderQuantities({ count, stampedMsAgo, orders, itemsPerOrder = 1 }) {
      const headers = store.table('purchaseOrder');
      const items = store.table('purchaseOrderItem');
      const wanted = orders && new Set(orders);
      const candidates = headers
        .rows()
        .filter((row) =>
          wanted ? wanted.has(String(row.PurchaseOrder)) : row.CreatedByUser === seedUser,
        )
        .filter((row) => row.PurchasingDocumentDeletionCode === '')
        .flatMap((header) =>
          items
            .find(['PurchaseOrder'], header)
            .filter((item) => item.PurchasingDocumentDeletionCode === '')
            .slice(0, itemsPerOrder),
        );
      return pick({ rows: candidates, count, random, what: 'order items' }).map((item) => {
        const quantity = addDecimals(
          String(item.OrderQuantity),
          thousandths(random.integer(1, 50) * 1_000),
        );
        const changed = items.replace(item, {
          OrderQuantity: quantity,
          ...itemAmounts({ ...item, OrderQuantity: quantity }),
        });
        spreadQuantity(changed, { store });
        const LastChangeDateTime = stamp(stampedMsAgo);
        headers.replace(headers.get(item)!, {
          LastChangeDateTime,
          changeStamp: LastChangeDateTime,
        });
        return {
          purchaseOrder: String(item.PurchaseOrder),
          purchaseOrderItem: String(item.PurchaseOrderItem),
          previousQuantity: String(item.OrderQuantity),
          quantity,
        };
      });
    },
    lock: ({ order, user }) => purchaseOrders.lock(order, user),
    unlock: ({ order }) => purchaseOrders.unlock(order),
    archive({ table: name, keys }) {
      const table = store.table(name);
      const rows = table.rows().filter((row) => keys.includes(String(row[archiveKeys[name]])));
      if (rows.length < keys.length)
        throw new TypeError(`keys: not all of them are a ${archiveKeys[name]}`);
      for (const row of rows) table.remove(row);
    },
    revokeRole({ service }) {
      assertService(service);
      revoked.add(service);
    },
    setPassword: ({ user, password }) => system.authentication.setPassword(user, password),
    grantRole({ service }) {
      assertService(service);
      revoked.delete(service);
    },
  };
}

function pick(choice: {
  readonly rows: readonly Row[];
  readonly count: number;
  readonly random: SeededRandom;
  readonly what: string;
}): readonly Row[] {
  const { count, random, what } = choice;
  if (!Number.isInteger(count) || count < 0) throw new TypeError('count: must be a whole number');
  const rows = [...choice.rows];
  if (count > rows.length) {
    throw new RangeError(`count: only ${rows.length} ${what} are left to choose from`);
  }
  for (let index = 0; index < count; index += 1) {
    const other = random.integer(index, rows.length - 1);
    [rows[index], rows[other]] = [rows[other]!, rows[index]!];
  }
  return rows.slice(0, count);
}
