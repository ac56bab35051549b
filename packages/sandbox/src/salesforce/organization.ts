import type { SandboxClock } from '../toolkit/sandbox-clock.ts';
import type { Organization } from './call.ts';
import { type Author, type Change, createDatabase } from './data/database.ts';
import { createRecords } from './data/records.ts';
import { orderItemRules, orderRules } from './rules/order-rules.ts';
import { pricebookEntryRules, pricebookRules } from './rules/price-rules.ts';
import type { SalesforceSandboxOptions } from './salesforce-options.ts';
import { invoiceObjects, purchaseOrderObjects } from './schema/custom-objects.ts';
import { picklist } from './schema/define.ts';
import type { ObjectDefinition } from './schema/object-definition.ts';
import { createSchema, type Schema } from './schema/schema.ts';
import { standardObjects } from './schema/standard-objects.ts';
import { createQueryLocators } from './soql/query-locators.ts';

const objectsWithCurrency = new Set([
  'Account',
  'Contact',
  'Product2',
  'PricebookEntry',
  'Order',
  'OrderItem',
  'Contract',
  'Opportunity',
  'Invoice',
  'InvoiceLine',
  'Purchase_Order__c',
  'Purchase_Order_Line__c',
]);

function buildSchema(options: SalesforceSandboxOptions): Schema {
  const { currencies, objects = [], fields = {}, invoicing = false } = options;
  const definitions: readonly ObjectDefinition[] = [
    ...standardObjects,
    ...purchaseOrderObjects,
    ...(invoicing ? invoiceObjects : []),
    ...objects,
  ];
  const schema = createSchema(definitions);
  for (const [objectName, added] of Object.entries(fields)) {
    for (const field of added) schema.addField(objectName, field);
  }
  for (const { name } of currencies ? definitions : []) {
    if (!objectsWithCurrency.has(name)) continue;
    schema.addField(
      name,
      picklist('CurrencyIsoCode', currencies!, { restricted: true, defaultValue: currencies![0] }),
    );
  }
  return schema;
}

/** Makes an empty organisation. */
export function createOrganization(
  options: SalesforceSandboxOptions,
  context: {
    readonly clock: SandboxClock;
    readonly onCommit: (changes: readonly Change[], author: Author, stampMs: number) => void;
  },
): Organization {
  const schema = buildSchema(options);
  const database = createDatabase({
    schema,
    stampPrecisionMs: options.stampPrecisionMs ?? 1,
    ...context,
  });
  const records = createRecords({
    schema,
    database,
    rules: {
      Order: orderRules,
      OrderItem: orderItemRules,
      Pricebook2: pricebookRules,
      PricebookEntry: pricebookEntryRules,
    },
    validationRules: options.validationRules ?? [],
    duplicateRules: options.duplicateRules ?? [],
  });
  return { schema, database, records, locators: createQueryLocators(context.clock) };
}
