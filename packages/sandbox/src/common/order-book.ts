import type { SandboxClock } from '../toolkit/sandbox-clock.ts';
import type { SeededRandom } from '../toolkit/seeded-random.ts';
import { conflict, missing } from './common-error.ts';
import type { CommonUpdate, UpdateType } from './erp-update.ts';
import { totalAmount } from './fixed-decimal.ts';
import type { CommonAmendment, CommonPurchaseOrder } from './purchase-order.ts';
import { createSortedIndex, type SortedIndex } from './sorted-index.ts';
import type { UpdateQueue } from './update-queue.ts';

type StoredOrder = Omit<CommonPurchaseOrder, 'erp_sync_status'>;

/** The fields that a client chooses. */
export type OrderContent = Pick<
  CommonPurchaseOrder,
  | 'po_number'
  | 'buyer_company_id'
  | 'seller_company_id'
  | 'product_id'
  | 'quantity'
  | 'unit_price'
  | 'unit'
  | 'delivery_date'
  | 'delivery_location'
  | 'status'
>;

interface AmendmentProposal {
  readonly proposedQuantity: string;
  readonly reason: string | null;
}

/** The purchase orders and the rules of their life. */
export interface OrderBook {
  create(content: OrderContent): CommonPurchaseOrder;
  /** Stamps and raises an update only if something differs. */
  update(orderId: string, content: Partial<OrderContent>): CommonPurchaseOrder;
  confirm(orderId: string): CommonPurchaseOrder;
  propose(orderId: string, proposal: AmendmentProposal): CommonPurchaseOrder;
  decide(orderId: string, approve: boolean, buyerNotes: string | null): CommonPurchaseOrder;
  /** @throws CommonApiError 404 when the company is no party of the order */
  read(orderId: string, companyId: string): CommonPurchaseOrder;
  show(orderId: string): CommonPurchaseOrder;
  /** The order as stored, for filters: without its sync status, which costs a look-up. */
  peek(orderId: string): Omit<CommonPurchaseOrder, 'erp_sync_status'>;
  /** By `(updated_at, id)`; the values are ids. */
  readonly byChange: SortedIndex<string>;
  all(): Iterable<CommonPurchaseOrder>;
  readonly amendments: readonly CommonAmendment[];
  readonly size: number;
}

export interface OrderBookOptions {
  readonly clock: SandboxClock;
  readonly random: SeededRandom;
  readonly updates: UpdateQueue;
  /** Told of every update that was raised, after the change is stored. */
  readonly onUpdate: (update: CommonUpdate, order: CommonPurchaseOrder) => void;
}

const closedStatuses: readonly string[] = ['cancelled', 'declined', 'delivered'];

export function createOrderBook(options: OrderBookOptions): OrderBook {
  const { clock, random, updates, onUpdate } = options;
  const orders = new Map<string, StoredOrder>();
  const byChange = createSortedIndex<string>();
  const amendments: CommonAmendment[] = [];
  const openAmendments = new Map<string, number>();

  const find = (orderId: string): StoredOrder => {
    const order = orders.get(orderId);
    if (!order) throw missing('purchase order');
    return order;
  };

  const show = (orderId: string): CommonPurchaseOrder => {
    const { created_at, updated_at, ...order } = find(orderId);
    return { ...order, erp_sync_status: updates.syncStatus(orderId), created_at, updated_at };
  };

  const store = (order: StoredOrder, type: UpdateType): CommonPurchaseOrder => {
    const previous = orders.get(order.id);
    if (previous) byChange.delete(`${previous.updated_at} ${previous.id}`);
    const updatedAt = new Date(clock.stampWrite()).toISOString();
    const stored: StoredOrder = {
      ...order,
      total_amount: totalAmount(order.quantity, order.unit_price),
      created_at: previous?.created_at ?? updatedAt,
      updated_at: updatedAt,
    };
    orders.set(order.id, stored);
    byChange.set(`${updatedAt} ${order.id}`, order.id);
    const raised = updates.raise({ ...stored, erp_sync_status: 'pending' }, type);
    const shown = show(order.id);
    for (const update of raised) onUpdate(update, shown);
    return shown;
  };

  return {
    create: (content) =>
      store(
        {
          id: random.uuid(),
          po_number: content.po_number,
          buyer_company_id: content.buyer_company_id,
          seller_company_id: content.seller_company_id,
          product_id: content.product_id,
          quantity: content.quantity,
          unit_price: content.unit_price,
          total_amount: '',
          unit: content.unit,
          delivery_date: content.delivery_date,
          delivery_location: content.delivery_location,
          status: content.status,
          amendment_status: 'none',
          proposed_quantity: null,
          amendment_reason: null,
          created_at: '',
          updated_at: '',
        },
        'purchase_order.created',
      ),
    update(orderId, content) {
      const order = find(orderId);
      const isSame = Object.entries(content).every(
        ([field, value]) => order[field as keyof OrderContent] === value,
      );
      return isSame ? show(orderId) : store({ ...order, ...content }, 'purchase_order.updated');
    },
    confirm(orderId) {
      const order = find(orderId);
      if (order.status === 'confirmed') return show(orderId);
      if (order.status !== 'pending') {
        throw conflict(`An order that is ${order.status} cannot be confirmed`);
      }
      return store({ ...order, status: 'confirmed' }, 'purchase_order.updated');
    },
    propose(orderId, { proposedQuantity, reason }) {
      const order = find(orderId);
      if (closedStatuses.includes(order.status)) {
        throw conflict(`An order that is ${order.status} cannot be amended`);
      }
      if (order.amendment_status === 'proposed') {
        const isSame =
          order.proposed_quantity === proposedQuantity && order.amendment_reason === reason;
        if (isSame) return show(orderId);
        throw conflict('Another amendment is proposed already; approve or reject it first');
      }
      const shown = store(
        {
          ...order,
          amendment_status: 'proposed',
          proposed_quantity: proposedQuantity,
          amendment_reason: reason,
        },
        'amendment.proposed',
      );
      openAmendments.set(orderId, amendments.length);
      amendments.push({
        purchase_order_id: orderId,
        po_number: order.po_number,
        previous_quantity: order.quantity,
        proposed_quantity: proposedQuantity,
        proposed_quantity_unit: order.unit,
        amendment_reason: reason,
        proposed_at: shown.updated_at,
        approve: null,
        buyer_notes: null,
        decided_at: null,
      });
      return shown;
    },
    decide(orderId, approve, buyerNotes) {
      const order = find(orderId);
      const at = openAmendments.get(orderId);
      if (order.amendment_status !== 'proposed' || at === undefined) {
        throw conflict('No amendment is proposed');
      }
      const quantity = approve ? order.proposed_quantity! : order.quantity;
      const shown = store(
        { ...order, quantity, amendment_status: approve ? 'approved' : 'rejected' },
        approve ? 'amendment.approved' : 'amendment.rejected',
      );
      openAmendments.delete(orderId);
      const decision = { approve, buyer_notes: buyerNotes, decided_at: shown.updated_at };
      amendments[at] = { ...amendments[at]!, ...decision };
      return shown;
    },
    read(orderId, companyId) {
      const order = orders.get(orderId.toLowerCase());
      const isParty =
        order?.buyer_company_id === companyId || order?.seller_company_id === companyId;
      if (!order || !isParty) throw missing('purchase order');
      return show(order.id);
    },
    show,
    peek: find,
    byChange,
    *all() {
      for (const id of orders.keys()) yield show(id);
    },
    amendments,
    get size() {
      return orders.size;
    },
  };
}
