import type { Clock, ConnectorEvent, JsonValue, Logger } from '@common/connector-core';
import {
  createWebhookReceiver,
  type DeliveryLog,
  intuitWebhooks,
  type SharedSecrets,
  type WebhookReceiver,
} from '@common/connector-core/webhooks';

/** How Intuit's webhooks come in. */
export interface QuickbooksWebhookOptions {
  /** "Verifier token" of the app's webhooks page; several while it is being changed. */
  readonly verifierTokens: SharedSecrets;
  /**
   * Where delivered events are remembered.
   * @default in memory
   */
  readonly deliveries?: DeliveryLog | undefined;
  /** What stands for a sales order, as in the settings. @default 'estimate' */
  readonly salesOrderAs?: 'estimate' | 'salesReceipt' | undefined;
  readonly clock?: Clock | undefined;
  /** @default silent */
  readonly logger?: Logger | undefined;
}

/**
 * Receives the webhooks of an app, which has one endpoint for all its companies: each event's `tenant`
 * is the realm it belongs to, to be passed to the connection of that company and to no other. Reads
 * CloudEvents and the form of before. Events bring no data: read the record.
 *
 * `entity` is the connector's name; of what the connector does not have there is none, only the `type`.
 */
export function quickbooksWebhooks(options: QuickbooksWebhookOptions): WebhookReceiver {
  const { verifierTokens, deliveries, clock, logger, salesOrderAs = 'estimate' } = options;
  const receive = createWebhookReceiver({
    scheme: intuitWebhooks({ verifierTokens }),
    scope: 'quickbooks',
    ...{ deliveries, clock, logger },
  });
  return async (request, call) => {
    const receipt = await receive(request, call);
    return { ...receipt, events: receipt.events.flatMap((event) => eventsOf(event, salesOrderAs)) };
  };
}

// CloudEvents have the names in lower case.
const entityNames: Readonly<Record<string, string>> = {
  customer: 'customer',
  vendor: 'supplier',
  item: 'product',
  invoice: 'invoice',
  creditmemo: 'creditMemo',
  bill: 'supplierInvoice',
  vendorcredit: 'vendorCredit',
  payment: 'payment',
  billpayment: 'billPayment',
  purchaseorder: 'purchaseOrder',
  journalentry: 'journalEntry',
  account: 'account',
  companyinfo: 'company',
  taxcode: 'tax',
};

function eventsOf(
  event: ConnectorEvent,
  salesOrderAs: 'estimate' | 'salesReceipt',
): readonly ConnectorEvent[] {
  const name = (event.entity ?? '').toLowerCase();
  const entity = name === salesOrderAs.toLowerCase() ? 'salesOrder' : entityNames[name];
  const own = { ...event, entity };
  // A merge changes one record and ends another.
  const gone = mergedKey(event.data);
  return gone === undefined
    ? [own]
    : [own, { ...own, id: `${event.id}#deleted`, key: gone, op: 'delete' }];
}

function mergedKey(data: JsonValue | undefined): string | undefined {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined;
  const members = data as { readonly [name: string]: JsonValue };
  const key = members.deletedId ?? members.deletedid;
  return typeof key === 'string' && key !== '' ? key : undefined;
}
