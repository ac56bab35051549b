import type { ObjectRules } from '../data/object-rules.ts';
import { badRequest } from '../salesforce-error.ts';
import type { Row, RowReader } from '../schema/object-definition.ts';

// Codes and texts of these refusals are not verified against a live organisation.

const isActivated = (order: Row | undefined): boolean => order?.Status === 'Activated';

const itemsOf = (order: Row, reader: RowReader): readonly Row[] =>
  reader.children('OrderItem', 'OrderId', order.Id);

function assertUnlocked(order: Row | undefined): void {
  if (isActivated(order)) {
    throw badRequest(
      'ENTITY_IS_LOCKED',
      'The order is activated; its order products cannot be added, edited or deleted.',
      [],
    );
  }
}

const frozenFields = [
  'AccountId',
  'Pricebook2Id',
  'ContractId',
  'CurrencyIsoCode',
  'EffectiveDate',
];

/** Orders start as a draft; an activated one keeps its lines. */
export const orderRules: ObjectRules = {
  check({ row, previous, database }) {
    if (!previous) {
      if (!isActivated(row)) return;
      throw badRequest(
        'FAILED_ACTIVATION',
        'An order must be in Draft status when it is created.',
        ['Status'],
      );
    }
    const items = itemsOf(row, database);
    if (isActivated(row) && !isActivated(previous) && items.length === 0) {
      throw badRequest('FAILED_ACTIVATION', 'An order must have at least one product.', ['Status']);
    }
    const changed = frozenFields.filter((name) => (row[name] ?? null) !== (previous[name] ?? null));
    const [frozen] = isActivated(previous) && isActivated(row) ? changed : [];
    if (frozen !== undefined) {
      throw badRequest(
        'FIELD_INTEGRITY_EXCEPTION',
        `field integrity exception: ${frozen} (cannot be changed on an activated order)`,
        [frozen],
      );
    }
    if (changed.includes('Pricebook2Id') && items.length > 0) {
      throw badRequest(
        'FIELD_INTEGRITY_EXCEPTION',
        'field integrity exception: Pricebook2Id (cannot be changed while the order has products)',
        ['Pricebook2Id'],
      );
    }
  },
  checkDelete({ row }) {
    if (!isActivated(row)) return;
    throw badRequest('DELETE_FAILED', 'An activated order cannot be deleted.', []);
  },
};

/** A line takes product and list price from its price book entry, which must fit the order. */
export const orderItemRules: ObjectRules = {
  prepare({ row, database }) {
    const entry = database.get('PricebookEntry', row.PricebookEntryId);
    return entry
      ? { Product2Id: entry.Product2Id ?? null, ListPrice: entry.UnitPrice ?? null }
      : {};
  },
  check({ row, previous, database }) {
    const order = database.get('Order', row.OrderId);
    assertUnlocked(order);
    if (previous) return;
    const entry = database.get('PricebookEntry', row.PricebookEntryId);
    const refuse = (reason: string) =>
      badRequest(
        'FIELD_INTEGRITY_EXCEPTION',
        `field integrity exception: PricebookEntryId (${reason})`,
        ['PricebookEntryId'],
      );
    if ((order?.Pricebook2Id ?? null) !== (entry?.Pricebook2Id ?? null)) {
      throw refuse(
        'pricebook entry is in a different pricebook than the one assigned to the order',
      );
    }
    if (entry?.IsActive !== true) throw refuse('pricebook entry is inactive');
    if ((order?.CurrencyIsoCode ?? null) !== (entry.CurrencyIsoCode ?? null)) {
      throw refuse('pricebook entry currency code does not match order currency code');
    }
  },
  checkDelete: ({ row, database }) => assertUnlocked(database.get('Order', row.OrderId)),
};
