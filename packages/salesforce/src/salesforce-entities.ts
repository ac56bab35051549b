import type {
  Customer,
  EntityCapabilities,
  ErpRecord,
  Invoice,
  Product,
  PurchaseOrder,
  SalesOrder,
} from '@common/connector-core';
import type { MappingTemplate } from '@common/connector-core/mapping';
import { withAddressKinds } from './address-kinds.ts';
import type { Contact } from './contact.ts';
import type { Price } from './price.ts';
import type { SalesforceEntity } from './salesforce-entity.ts';
import { bulkWriteFrom, type SalesforceConfiguration } from './salesforce-settings-schema.ts';
import { contactTemplateFor } from './templates/contact-template.ts';
import { customerTemplateFor } from './templates/customer-template.ts';
import { invoiceTemplate } from './templates/invoice-template.ts';
import { priceTemplate } from './templates/price-template.ts';
import { productTemplate } from './templates/product-template.ts';
import {
  lineNumberFieldOf,
  purchaseOrderTemplateFor,
} from './templates/purchase-order-template.ts';
import { salesOrderTemplateFor } from './templates/sales-order-template.ts';
import { collectionSize } from './write/collections.ts';

/** A record of any object: all its fields are in `custom`, by their API names. */
export type SalesforceRecord = ErpRecord;

/** The entities of the connector; `invoice` and `purchaseOrder` where the settings name them. */
export type SalesforceEntities = {
  readonly customer: Customer;
  readonly contact: Contact;
  readonly product: Product;
  readonly price: Price;
  readonly salesOrder: SalesOrder;
  readonly invoice: Invoice;
  readonly purchaseOrder: PurchaseOrder;
};

const readable = {
  list: true,
  get: true,
  create: false,
  update: false,
  delete: false,
  changes: 'timestamp',
  deletesVisible: true,
  maxPageSize: 2000,
} as const;

const writable = { ...readable, create: true, update: true, delete: true } as const;

/** Written by sObject Collections, 200 records in a request, or by a job of the Bulk API. */
const collected = { ...writable, maxBatchSize: collectionSize } as const;

/** Written one by one, each with its lines in one transaction. */
const document = { ...writable, maxBatchSize: 1 } as const;

/**
 * Records in one job of a sync: some ten requests in place of 25, and no more than fits into memory
 * twice. Whoever gives `write` more gets larger jobs.
 */
const jobSize = 5_000;

/** What the connection has, by name. */
export function salesforceEntities(
  settings: SalesforceConfiguration,
): ReadonlyMap<string, SalesforceEntity> {
  const { externalIdFields, fields, countryPicklists, orderLineNumberField } = settings;
  const externalIdOf = (entity: string, given?: string): string | undefined => {
    const own = Object.hasOwn(externalIdFields, entity) ? externalIdFields[entity] : given;
    const name = own ?? settings.externalIdField;
    return name === 'none' ? undefined : name;
  };
  const bulkFrom = bulkWriteFrom(settings);
  const extra = (entity: string): readonly string[] =>
    (Object.hasOwn(fields, entity) && fields[entity]) || [];

  const entity = (
    name: string,
    about: Omit<SalesforceEntity, 'name' | 'capabilities' | 'externalIdField' | 'findBy'> & {
      readonly capabilities: Omit<EntityCapabilities, 'idempotency' | 'findBy' | 'filterable'>;
      readonly findBy?: Readonly<Record<string, string>>;
      readonly externalIdField?: string | undefined;
      /** Whether `externalReference` is the external id. */
      readonly isReferenced?: boolean;
    },
  ): SalesforceEntity => {
    const { capabilities, isReferenced = false, ...rest } = about;
    const externalIdField = capabilities.create ? about.externalIdField : undefined;
    // A job tells late, or never, what became of its records: they have to be known again.
    const isForBulk =
      about.lines === undefined && externalIdField !== undefined && bulkFrom !== undefined;
    const byExternalId =
      externalIdField === undefined
        ? {}
        : {
            ...(isReferenced ? { externalReference: externalIdField } : {}),
            idempotencyKey: externalIdField,
          };
    const findBy = { ...about.findBy, ...byExternalId };
    const filterable = {
      ...about.filterable,
      ...(isReferenced && externalIdField !== undefined
        ? { externalReference: externalIdField }
        : {}),
    };
    return {
      ...rest,
      name,
      externalIdField,
      findBy,
      filterable,
      template: about.template && withFields(about.template, extra(name)),
      capabilities: {
        ...capabilities,
        ...(isForBulk ? { maxBatchSize: Math.max(jobSize, bulkFrom), bulkFrom } : {}),
        filterable: Object.keys(filterable),
        findBy: Object.keys(findBy),
        ...(isReferenced && externalIdField !== undefined ? { upsertBy: 'externalReference' } : {}),
        idempotency:
          externalIdField === undefined
            ? 'none'
            : about.lines === undefined
              ? 'native'
              : 'external-reference',
      },
    };
  };

  const list: SalesforceEntity[] = [
    entity('customer', {
      object: 'Account',
      externalIdField: externalIdOf('customer'),
      isReferenced: true,
      template: customerTemplateFor({
        countryPicklists,
        externalIdField: externalIdOf('customer'),
      }),
      prepareRecord: withAddressKinds,
      filterable: { customerNumber: 'AccountNumber', name: 'Name', changedAt: 'SystemModstamp' },
      findBy: { customerNumber: 'AccountNumber' },
      capabilities: collected,
    }),
    entity('contact', {
      object: 'Contact',
      externalIdField: externalIdOf('contact'),
      isReferenced: true,
      template: contactTemplateFor({ countryPicklists, externalIdField: externalIdOf('contact') }),
      filterable: {
        customer: 'AccountId',
        lastName: 'LastName',
        email: 'Email',
        changedAt: 'SystemModstamp',
      },
      findBy: { email: 'Email' },
      capabilities: collected,
    }),
    entity('product', {
      object: 'Product2',
      externalIdField: externalIdOf('product'),
      template: productTemplate,
      filterable: {
        productNumber: 'ProductCode',
        productGroup: 'Family',
        changedAt: 'SystemModstamp',
      },
      findBy: { productNumber: 'ProductCode' },
      prepareCreate: (record) => ({ ...record, Name: record.Name ?? record.ProductCode }),
      capabilities: collected,
    }),
    entity('price', {
      object: 'PricebookEntry',
      externalIdField: externalIdOf('price'),
      template: priceTemplate,
      filterable: {
        priceBook: 'Pricebook2Id',
        product: 'Product2Id',
        isActive: 'IsActive',
        changedAt: 'SystemModstamp',
      },
      capabilities: collected,
    }),
    entity('salesOrder', {
      object: 'Order',
      externalIdField: externalIdOf('salesOrder'),
      template: salesOrderTemplateFor({ lineNumberField: orderLineNumberField }),
      lines: {
        object: 'OrderItem',
        parentField: 'OrderId',
        relationship: 'OrderItems',
        numberField: orderLineNumberField,
        isNumbered: orderLineNumberField === 'OrderItemNumber',
        ownNumberField: 'OrderItemNumber',
      },
      filterable: {
        orderNumber: 'OrderNumber',
        externalReference: 'PoNumber',
        customer: 'AccountId',
        orderDate: 'EffectiveDate',
        changedAt: 'SystemModstamp',
      },
      findBy: { orderNumber: 'OrderNumber', externalReference: 'PoNumber' },
      capabilities: document,
    }),
  ];
  if (settings.invoice) {
    list.push(
      entity('invoice', {
        object: 'Invoice',
        template: invoiceTemplate,
        lines: {
          object: 'InvoiceLine',
          parentField: 'InvoiceId',
          relationship: 'InvoiceLines',
          numberField: 'InvoiceLineNumber',
          isNumbered: true,
        },
        filterable: {
          invoiceNumber: 'InvoiceNumber',
          customer: 'BillingAccountId',
          invoiceDate: 'InvoiceDate',
          changedAt: 'SystemModstamp',
        },
        findBy: { invoiceNumber: 'InvoiceNumber' },
        // Orgs with taxes have both amounts; in others the total is the whole.
        prepareRow: (row) => ({
          ...row,
          TotalAmountWithTax: row.TotalAmountWithTax ?? row.TotalAmount,
        }),
        capabilities: { ...readable, maxBatchSize: 1 },
      }),
    );
  }
  if (settings.purchaseOrder !== undefined) {
    const { object, lineObject, parentField, lineRelationship, ...names } = settings.purchaseOrder;
    const externalIdField = externalIdOf('purchaseOrder');
    const template = purchaseOrderTemplateFor({
      object,
      lineRelationship,
      ...names,
      externalIdField,
    });
    const filterable = Object.fromEntries(
      template.fields.flatMap((field) =>
        'canonical' in field &&
        'vendor' in field &&
        ['orderNumber', 'supplier', 'orderDate', 'changedAt'].includes(field.canonical)
          ? [[field.canonical, field.vendor]]
          : [],
      ),
    );
    const { orderNumber } = filterable;
    list.push(
      entity('purchaseOrder', {
        object,
        externalIdField,
        isReferenced: true,
        template,
        lines: {
          object: lineObject,
          parentField,
          relationship: lineRelationship,
          numberField: lineNumberFieldOf(names),
          isNumbered: false,
        },
        filterable,
        findBy: orderNumber === undefined ? {} : { orderNumber },
        capabilities: document,
      }),
    );
  }
  for (const [name, { object, externalIdField }] of Object.entries(settings.objects)) {
    list.push(
      entity(name, {
        object,
        externalIdField: externalIdOf(name, externalIdField),
        filterable: {},
        capabilities: collected,
      }),
    );
  }
  return new Map(list.map((one) => [one.name, one]));
}

/** More fields of the vendor that travel in `custom`. */
function withFields(template: MappingTemplate, names: readonly string[]): MappingTemplate {
  return names.length === 0 ? template : { ...template, custom: { ...template.custom, names } };
}
