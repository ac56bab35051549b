import type { Behaviours } from '../odata/behaviour.ts';
import { multiplyDecimals } from '../odata/decimal.ts';
import type { Row, Value } from '../odata/model.ts';
import { createNumberRange } from './number-range.ts';
import { purchaseOrderHeader } from './purchase-order-header.ts';
import { purchaseOrderItem } from './purchase-order-item.ts';
import {
  purchaseOrderAccountAssignment,
  purchaseOrderNote,
  purchaseOrderScheduleLine,
} from './purchase-order-parts.ts';

export interface PurchaseOrderOptions {
  /**
   * Whether LastChangeDateTime of the header moves when only an item, schedule line or account
   * assignment was changed. Real systems do not always do it.
   * @default true
   */
  readonly headerTimestampOnItemChange?: boolean | undefined;
  /** Days from today to the delivery date of a schedule line that comes without one. @default 14 */
  readonly defaultDeliveryDays?: number | undefined;
}

/** The purchasing application. */
export interface PurchaseOrders {
  nextNumber(): string;
  /** Net, gross and effective amount of an item, at three places. */
  amountsOf(item: Row): Readonly<Record<string, Value>>;
  /** Keeps others from changing an order, as a person does who has it open. */
  lock(order: string, user?: string): void;
  unlock(order: string): void;
  readonly behaviours: Behaviours;
}

/** What the parts of the application know of each other. */
export interface PurchasingContext {
  readonly headerTimestampOnItemChange: boolean;
  readonly defaultDeliveryDays: number;
  /** Order number to the user who has it open. */
  readonly locks: ReadonlyMap<string, string>;
  readonly nextNumber: () => string;
}

const firstOrderNumber = 4_500_000_000;

/** `quantity × price ÷ price unit`. Taxes are not simulated: gross is net. */
export function itemAmounts(item: Row): Readonly<Record<string, Value>> {
  const amount = multiplyDecimals(String(item.OrderQuantity), String(item.NetPriceAmount), {
    divisor: String(item.NetPriceQuantity),
    scale: 2,
  });
  return { NetAmount: `${amount}0`, GrossAmount: `${amount}0`, EffectiveAmount: `${amount}0` };
}

export function createPurchaseOrders(options: PurchaseOrderOptions): PurchaseOrders {
  const numbers = createNumberRange(firstOrderNumber);
  const locks = new Map<string, string>();
  const context: PurchasingContext = {
    headerTimestampOnItemChange: options.headerTimestampOnItemChange ?? true,
    defaultDeliveryDays: options.defaultDeliveryDays ?? 14,
    locks,
    nextNumber: numbers.next,
  };
  return {
    nextNumber: numbers.next,
    amountsOf: itemAmounts,
    lock: (order, user = 'MZ_BUYER') => void locks.set(order, user),
    unlock: (order) => void locks.delete(order),
    behaviours: {
      purchaseOrder: purchaseOrderHeader(context),
      purchaseOrderItem: purchaseOrderItem(context),
      purchaseOrderScheduleLine: purchaseOrderScheduleLine(context),
      purchaseOrderAccountAssignment: purchaseOrderAccountAssignment(context),
      purchaseOrderNote: purchaseOrderNote(context),
      purchaseOrderItemNote: purchaseOrderNote(context),
    },
  };
}
