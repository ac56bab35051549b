import type { SeededRandom } from '../../toolkit/seeded-random.ts';
import type { Database, Transaction } from '../data/database.ts';
import type { RecordInput } from '../data/record-input.ts';
import type { Records } from '../data/records.ts';
import { makeId } from '../data/salesforce-id.ts';
import type { SalesforceSandboxOptions } from '../salesforce-options.ts';
import type { Row } from '../schema/object-definition.ts';
import type { ObjectType, Schema } from '../schema/schema.ts';
import {
  companyForms,
  companyWords,
  firstNames,
  lastNames,
  nastyNames,
  nastyText,
  places,
  productWords,
} from './seed-texts.ts';

export const organizationId = makeId('00D', 1);
export const integrationUserId = makeId('005', 1);
/** Somebody who works in the organisation while integrations run. */
export const personUserId = makeId('005', 2);
export const standardPricebookId = makeId('01s', 1);

const dayMs = 24 * 60 * 60 * 1_000;
const padded = (number: number, digits = 6): string => String(number).padStart(digits, '0');
const cents = (random: SeededRandom, maximum: number): string =>
  `${random.integer(1, maximum)}.${padded(random.integer(0, 99), 2)}`;

/** What is there before anybody did anything. */
function seedSetup(system: SeedSystem): void {
  const { schema, database, now, options } = system;
  const type = (name: string): ObjectType => schema.object(name)!;
  const audit = {
    IsDeleted: false,
    CreatedDate: now - 400 * dayMs,
    CreatedById: integrationUserId,
    LastModifiedDate: now - 400 * dayMs,
    LastModifiedById: integrationUserId,
    SystemModstamp: now - 400 * dayMs,
  };
  const put = (objectName: string, row: Row): void => {
    database.nextNumber(objectName);
    database.overwrite(type(objectName), { ...audit, ...row });
  };
  put('Organization', {
    Id: organizationId,
    Name: 'Sandbox Industries',
    InstanceName: 'SBX1',
    IsSandbox: options.isSandboxOrganization ?? false,
    OrganizationType: 'Enterprise Edition',
    LanguageLocaleKey: 'en_US',
    TimeZoneSidKey: 'GMT',
    DefaultLocaleSidKey: 'en_US',
  });
  const locale = { LanguageLocaleKey: 'en_US', LocaleSidKey: 'en_US', TimeZoneSidKey: 'GMT' };
  put('User', {
    Id: integrationUserId,
    Username: options.username ?? 'integration@sandbox.example',
    FirstName: 'Integration',
    LastName: 'User',
    Email: 'integration@sandbox.example',
    IsActive: true,
    ...locale,
  });
  put('User', {
    Id: personUserId,
    Username: 'grace@sandbox.example',
    FirstName: 'Grace',
    LastName: 'Hopper',
    Email: 'grace@sandbox.example',
    IsActive: true,
    ...locale,
  });
  put('Pricebook2', {
    Id: standardPricebookId,
    Name: 'Standard Price Book',
    IsActive: true,
    IsStandard: true,
  });
}

export interface SeedSystem {
  readonly schema: Schema;
  readonly database: Database;
  readonly records: Records;
  readonly random: SeededRandom;
  readonly now: number;
  readonly options: SalesforceSandboxOptions;
}

/**
 * Fills the organisation. Records are stamped over the last day before the start, three with the
 * same time: a page border falls between equal stamps sooner or later.
 */
export function seedOrganization(system: SeedSystem): void {
  seedSetup(system);
  const { schema, database, records, options, now } = system;
  const { accounts = 20, contacts = 20, products = 20, orders = 10 } = options;
  const { opportunities = 5, purchaseOrders = 5, invoices = 5 } = options;
  const invoiceCount = options.invoicing ? invoices : 0;
  const total =
    accounts + contacts + products * 2 + orders * 8 + opportunities + purchaseOrders * 4;
  const stepMs = Math.max(1, Math.floor(dayMs / Math.ceil((total + invoiceCount * 4) / 3 + 1)));
  let written = 0;
  const begin = (): Transaction => {
    written += 1;
    const stamp = now - dayMs + Math.floor(written / 3) * stepMs;
    return database.begin({ userId: integrationUserId }, Math.min(stamp, now - 1));
  };
  const insert = (objectName: string, input: RecordInput): Row =>
    records.insert(begin(), schema.object(objectName)!, input);
  const idOf = (keyPrefix: string, number: number): string => makeId(keyPrefix, number);
  const dateOf = (days: number): string => new Date(now + days * dayMs).toISOString().slice(0, 10);

  for (let number = 1; number <= accounts; number += 1) {
    const random = system.random.fork(`account-${number}`);
    const place = random.pick(places);
    const plain = `${random.pick(companyWords)} ${padded(number)} ${random.pick(companyForms)}`;
    const isSupplier = number % 4 === 0;
    insert('Account', {
      Name: nastyNames[number - 1] ?? plain,
      Type: isSupplier ? 'Vendor' : 'Customer - Direct',
      Industry: random.pick(['Chemicals', 'Manufacturing', 'Retail']),
      AccountNumber: `${isSupplier ? 'S' : 'C'}-${padded(number)}`,
      Phone: `+49 40 ${random.integer(100_000, 999_999)}`,
      Website: `https://company-${number}.example`,
      BillingStreet: number % 3 === 0 ? 'Hafenstraße 1\r\nGate 4' : `Main Street ${number}`,
      BillingCity: place.City,
      BillingPostalCode: place.PostalCode,
      BillingState: place.State,
      BillingCountry: place.Country,
      ShippingCity: place.City,
      ShippingCountry: place.Country,
      NumberOfEmployees: random.integer(1, 50_000),
      AnnualRevenue: random.integer(10_000, 900_000_000),
      Credit_Limit__c: cents(random, 1_000_000),
      Discount__c: `${random.integer(0, 30)}.${random.integer(0, 99)}`,
      Tier__c: random.pick(['Gold', 'Silver', 'Bronze']),
      Customer_Since__c: dateOf(-random.integer(10, 4_000)),
      Description: number % 5 === 0 ? nastyText : null,
    });
  }
  const accountId = (random: SeededRandom): string =>
    idOf('001', random.integer(1, Math.max(1, accounts)));

  for (let number = 1; number <= contacts && accounts > 0; number += 1) {
    const random = system.random.fork(`contact-${number}`);
    insert('Contact', {
      AccountId: accountId(random),
      Salutation: random.pick(['Ms.', 'Mr.', 'Dr.']),
      FirstName: random.pick(firstNames),
      LastName: random.pick(lastNames),
      Email: `contact-${number}@company.example`,
      Phone: `+49 30 ${random.integer(100_000, 999_999)}`,
    });
  }

  for (let number = 1; number <= products; number += 1) {
    const random = system.random.fork(`product-${number}`);
    const { Id } = insert('Product2', {
      Name: `${random.pick(productWords)} ${number % 7 === 0 ? '½" ø40' : padded(number, 4)}`,
      ProductCode: `P-${padded(number)}`,
      StockKeepingUnit: `SKU${padded(number)}`,
      Description: number % 6 === 0 ? nastyText : `Product number ${number}`,
      IsActive: number % 10 !== 0,
      Family: random.pick(['Hardware', 'Software', 'Services']),
      QuantityUnitOfMeasure: random.pick(['Each', 'Kilogram']),
      Weight__c: `${random.integer(0, 99)}.${padded(random.integer(0, 999), 3)}`,
    });
    insert('PricebookEntry', {
      Pricebook2Id: standardPricebookId,
      Product2Id: Id,
      UnitPrice: cents(random, 5_000),
      IsActive: true,
    });
  }

  const lines = (random: SeededRandom): readonly number[] =>
    Array.from({ length: random.integer(1, 3) }, () => random.integer(1, products));

  for (let number = 1; number <= orders && accounts > 0 && products > 0; number += 1) {
    const random = system.random.fork(`order-${number}`);
    const { Id } = insert('Order', {
      AccountId: accountId(random),
      Pricebook2Id: standardPricebookId,
      EffectiveDate: dateOf(-random.integer(1, 60)),
      Status: 'Draft',
      Name: `Order ${padded(number)}`,
      PoNumber: `PO/${number}`,
      BillingCity: random.pick(places).City,
    });
    for (const product of lines(random)) {
      insert('OrderItem', {
        OrderId: Id,
        PricebookEntryId: idOf('01u', product),
        Quantity: random.integer(1, 40),
        UnitPrice: cents(random, 4_000),
        Description: `Line for product ${product}`,
      });
    }
    if (number % 3 !== 0) continue;
    records.update(begin(), schema.object('Order')!, Id, { Status: 'Activated' });
  }

  for (let number = 1; number <= opportunities && accounts > 0; number += 1) {
    const random = system.random.fork(`opportunity-${number}`);
    insert('Opportunity', {
      AccountId: accountId(random),
      Name: `Opportunity ${number}`,
      StageName: random.pick(['Prospecting', 'Proposal', 'Closed Won']),
      CloseDate: dateOf(random.integer(-30, 90)),
      Amount: cents(random, 100_000),
    });
  }

  for (let number = 1; number <= purchaseOrders && accounts > 0 && products > 0; number += 1) {
    const random = system.random.fork(`purchase-order-${number}`);
    const { Id } = insert('Purchase_Order__c', {
      Supplier__c: idOf(
        '001',
        Math.min(accounts, 4 * random.integer(1, Math.max(1, Math.floor(accounts / 4)))),
      ),
      Order_Date__c: dateOf(-random.integer(1, 60)),
      Delivery_Date__c: dateOf(random.integer(1, 60)),
      Currency__c: 'EUR',
      Notes__c: number % 2 === 0 ? 'Deliver to "Dock 4", please; ring twice' : null,
    });
    for (const [index, product] of lines(random).entries()) {
      insert('Purchase_Order_Line__c', {
        Purchase_Order__c: Id,
        Line_Number__c: (index + 1) * 10,
        Product__c: idOf('01t', product),
        Quantity__c: `${random.integer(1, 500)}.5`,
        Unit_Price__c: cents(random, 900),
        Unit__c: 'EA',
      });
    }
  }

  for (let number = 1; number <= invoiceCount && accounts > 0 && products > 0; number += 1) {
    const random = system.random.fork(`invoice-${number}`);
    const { Id } = insert('Invoice', {
      InvoiceNumber: `INV-${padded(number)}`,
      BillingAccountId: accountId(random),
      InvoiceDate: dateOf(-random.integer(1, 30)),
      DueDate: dateOf(random.integer(1, 30)),
      Status: 'Posted',
    });
    for (const product of lines(random)) {
      const [quantity, price] = [random.integer(1, 9), random.integer(1, 900)];
      insert('InvoiceLine', {
        InvoiceId: Id,
        Product2Id: idOf('01t', product),
        Quantity: quantity,
        UnitPrice: price,
        LineAmount: quantity * price,
      });
    }
  }
}
