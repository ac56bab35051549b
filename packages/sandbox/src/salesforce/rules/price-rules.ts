import type { ObjectRules } from '../data/object-rules.ts';
import { badRequest } from '../salesforce-error.ts';
import type { Row, RowReader } from '../schema/object-definition.ts';

const isStandard = (entry: Row, reader: RowReader): boolean =>
  reader.get('Pricebook2', entry.Pricebook2Id)?.IsStandard === true;

const isSameCurrency = (left: Row, right: Row): boolean =>
  (left.CurrencyIsoCode ?? null) === (right.CurrencyIsoCode ?? null);

/** A product has one price per book and currency, and one in the standard book first. */
export const pricebookEntryRules: ObjectRules = {
  check({ row, previous, database }) {
    const others = database
      .children('PricebookEntry', 'Product2Id', String(row.Product2Id))
      .filter((other) => other.Id !== row.Id && isSameCurrency(other, row));
    if (others.some((other) => other.Pricebook2Id === row.Pricebook2Id)) {
      throw badRequest(
        'DUPLICATE_VALUE',
        'This price definition already exists in this price book',
        [],
      );
    }
    const hasStandard = others.some((other) => isStandard(other, database));
    if (previous || isStandard(row, database) || hasStandard) return;
    throw badRequest(
      'STANDARD_PRICE_NOT_DEFINED',
      'No standard price defined for this product',
      [],
    );
  },
};

/** The standard price book comes with the organisation and stays. */
export const pricebookRules: ObjectRules = {
  checkDelete({ row }) {
    if (row.IsStandard !== true) return;
    throw badRequest('DELETE_FAILED', 'The standard price book cannot be deleted.', []);
  },
};
