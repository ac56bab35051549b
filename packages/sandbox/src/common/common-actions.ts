import type { SandboxClock } from '../toolkit/sandbox-clock.ts';
import type { SeededRandom } from '../toolkit/seeded-random.ts';
import type { CompanyDirectory } from './company-directory.ts';
import { formatScaled, toScaled } from './fixed-decimal.ts';
import { nameUuid } from './name-uuid.ts';
import type { OrderBook } from './order-book.ts';
import type { CommonPurchaseOrder } from './purchase-order.ts';
import type { CommonWebhook, WebhookNotifier } from './webhook-notifier.ts';

/** A product that seeded orders may be about. */
export interface SeedProduct {
  /** The ERP's number; the product id is the UUIDv5 of it in the namespace of the company id. */
  readonly product_number: string;
  /** @default 'EA' */
  readonly unit?: string | undefined;
}

export interface SeedOrdersInput {
  readonly count: number;
  /** @default 'CO-' */
  readonly prefix?: string | undefined;
  /** Numbers of products that exist in the ERP. Without them product ids are random. */
  readonly product_numbers?: readonly (string | SeedProduct)[] | undefined;
  /** Supplier numbers to choose sellers from. @default all sellers */
  readonly supplier_numbers?: readonly string[] | undefined;
}

/** Which orders an action chooses from. */
export interface AmendInput {
  readonly count: number;
  /** Only orders whose number starts so. */
  readonly po_number_prefix?: string | undefined;
  /** @default 'Demand changed' */
  readonly reason?: string | undefined;
}

/** What happened to one order. */
export interface AmendedOrder {
  readonly id: string;
  readonly po_number: string;
  readonly previous_quantity: string;
  readonly proposed_quantity: string;
}

/** What people do in Common while an ERP syncs with it. */
export interface CommonActions {
  /** Creates orders `CO-000001…`; more calls count on. */
  seedOrders(input: SeedOrdersInput): { readonly created: number; readonly ids: readonly string[] };
  /** Proposes a new quantity on that many distinct orders without an open amendment, chosen by the seed. */
  proposeAmendments(input: AmendInput): readonly AmendedOrder[];
  /** Decides open amendments, all unless told how many. */
  approveProposed(input?: {
    readonly approve?: boolean | undefined;
    readonly count?: number | undefined;
    readonly po_number_prefix?: string | undefined;
  }): readonly AmendedOrder[];
  /** Proposes and approves. Answers fewer than asked for when there are not enough orders. */
  approveAmendments(input: AmendInput): readonly AmendedOrder[];
  /** Sellers confirm that many pending orders. */
  confirmOrders(input: { readonly count: number }): { readonly confirmed: number };
  /** Sets, replaces or (without url) removes the webhook. */
  setWebhook(input: Partial<CommonWebhook>): { readonly url: string | null };
  /** Keeps webhooks back, so that `releaseWebhooks` can send them out of order. */
  holdWebhooks(): void;
  releaseWebhooks(input?: { readonly order?: 'sent' | 'reversed' }): void;
  /** Sends a webhook again under the same id. */
  redeliverWebhook(input: { readonly update_id: string }): void;
}

export interface CommonActionsOptions {
  readonly clock: SandboxClock;
  readonly random: SeededRandom;
  readonly companyId: string;
  readonly companies: CompanyDirectory;
  readonly orders: OrderBook;
  readonly webhooks: WebhookNotifier;
}

const closedStatuses: readonly string[] = ['cancelled', 'declined', 'delivered'];
const dayMs = 24 * 60 * 60 * 1_000;
const locations = ['Hamburg, Dock 4', 'Walldorf, Gate 1', 'Rotterdam, Maasvlakte', null] as const;

function shuffle<Value>(values: readonly Value[], random: SeededRandom): Value[] {
  const shuffled = [...values];
  for (let at = shuffled.length - 1; at > 0; at -= 1) {
    const other = random.integer(0, at);
    [shuffled[at], shuffled[other]] = [shuffled[other]!, shuffled[at]!];
  }
  return shuffled;
}

function assertCount(count: unknown): void {
  if (!Number.isInteger(count) || (count as number) < 0) {
    throw new RangeError(`count: must be a whole number of 0 or more, not ${String(count)}`);
  }
}

export function createCommonActions(options: CommonActionsOptions): CommonActions {
  const { clock, companyId, companies, orders, webhooks } = options;
  const seedRandom = options.random.fork('seedOrders');
  const amendRandom = options.random.fork('amendments');
  const seeded = new Map<string, number>();

  const isAmendable = (order: CommonPurchaseOrder, prefix = ''): boolean =>
    order.po_number.startsWith(prefix) &&
    order.amendment_status !== 'proposed' &&
    !closedStatuses.includes(order.status);

  const chooseSellers = (numbers: readonly string[] | undefined): readonly string[] => {
    const sellers = companies
      .sellersOf(companyId)
      .filter(({ external_id }) => !numbers || numbers.includes(external_id ?? ''));
    if (sellers.length === 0) throw new RangeError('There is no seller to order from');
    return sellers.map(({ id }) => id);
  };

  const proposeAmendments: CommonActions['proposeAmendments'] = (input) => {
    assertCount(input.count);
    const { count, po_number_prefix: prefix, reason = 'Demand changed' } = input;
    const amendable = [...orders.all()].filter((order) => isAmendable(order, prefix));
    return shuffle(amendable, amendRandom)
      .slice(0, count)
      .map((order) => {
        const more = BigInt(amendRandom.integer(1, 50)) * 1_000n;
        const proposedQuantity = formatScaled(toScaled(order.quantity) + more, 3);
        orders.propose(order.id, { proposedQuantity, reason });
        return {
          id: order.id,
          po_number: order.po_number,
          previous_quantity: order.quantity,
          proposed_quantity: proposedQuantity,
        };
      });
  };

  return {
    seedOrders({ count, prefix = 'CO-', product_numbers: products, supplier_numbers }) {
      assertCount(count);
      const sellers = chooseSellers(supplier_numbers);
      const first = (seeded.get(prefix) ?? 0) + 1;
      seeded.set(prefix, first - 1 + count);
      const ids = Array.from({ length: count }, (_, index) => {
        const number = first + index;
        const dice = seedRandom.fork(`${prefix}${number}`);
        const product = products?.length ? dice.pick(products) : dice.uuid();
        const { product_number: name, unit = 'EA' } =
          typeof product === 'string' ? { product_number: product } : product;
        const deliveryDate = new Date(clock.now() + dice.integer(14, 90) * dayMs);
        return orders.create({
          po_number: `${prefix}${String(number).padStart(6, '0')}`,
          buyer_company_id: companyId,
          seller_company_id: dice.pick(sellers),
          product_id: products?.length ? nameUuid(name, companyId) : name,
          quantity: `${dice.integer(1, 500)}.000`,
          unit_price: formatScaled(BigInt(dice.integer(100, 99_999)), 2),
          unit,
          delivery_date: deliveryDate.toISOString().slice(0, 10),
          delivery_location: dice.pick(locations),
          status: 'pending',
        }).id;
      });
      return { created: ids.length, ids };
    },
    proposeAmendments,
    approveProposed({ approve = true, count, po_number_prefix: prefix = '' } = {}) {
      return [...orders.all()]
        .filter((order) => order.amendment_status === 'proposed')
        .filter((order) => order.po_number.startsWith(prefix))
        .slice(0, count)
        .map((order) => {
          orders.decide(order.id, approve, null);
          return {
            id: order.id,
            po_number: order.po_number,
            previous_quantity: order.quantity,
            proposed_quantity: order.proposed_quantity!,
          };
        });
    },
    approveAmendments(input) {
      const proposed = proposeAmendments(input);
      for (const { id } of proposed) orders.decide(id, true, null);
      return proposed;
    },
    confirmOrders({ count }) {
      assertCount(count);
      const pending = [...orders.all()].filter(({ status }) => status === 'pending');
      for (const { id } of pending.slice(0, count)) orders.confirm(id);
      return { confirmed: Math.min(count, pending.length) };
    },
    setWebhook({ url, secret, ...rest }) {
      if (url !== undefined && secret === undefined) throw new TypeError('secret: is required');
      webhooks.configure(url === undefined ? undefined : { ...rest, url, secret: secret! });
      return { url: url ?? null };
    },
    holdWebhooks: () => webhooks.sender?.hold(),
    releaseWebhooks: ({ order } = {}) => webhooks.sender?.release(order),
    redeliverWebhook: ({ update_id }) => webhooks.sender?.redeliver(update_id),
  };
}
