import { addDecimals, multiplyDecimals } from '../data/decimal.ts';
import {
  autoNumber,
  computed,
  erpId,
  field,
  money,
  owner,
  picklist,
  reference,
  text,
} from './define.ts';
import type { ObjectDefinition } from './object-definition.ts';

const lineAmount = (row: { readonly [name: string]: unknown }): string =>
  multiplyDecimals(String(row.Quantity__c ?? '0'), String(row.Unit_Price__c ?? '0'), 2);

/** Salesforce has no purchase order of its own: this is what a customer's own object looks like. */
export const purchaseOrderObjects: readonly ObjectDefinition[] = [
  {
    name: 'Purchase_Order__c',
    keyPrefix: 'a00',
    label: 'Purchase Order',
    fields: [
      { ...autoNumber('Name', 6, 'PO-'), nameField: true, label: 'Purchase Order Number' },
      reference('Supplier__c', 'Account', {
        required: true,
        childRelationshipName: 'Purchase_Orders__r',
        onParentDelete: 'restrict',
      }),
      picklist('Status__c', ['Open', 'Confirmed', 'Received', 'Cancelled'], {
        restricted: true,
        defaultValue: 'Open',
      }),
      field('Order_Date__c', 'date'),
      field('Delivery_Date__c', 'date'),
      text('Currency__c', 3),
      text('Notes__c', 255),
      computed(money('Total__c'), (row, reader) =>
        reader
          .children('Purchase_Order_Line__c', 'Purchase_Order__c', row.Id)
          .reduce((total, line) => addDecimals(total, lineAmount(line)), '0'),
      ),
      owner(),
      erpId(),
    ],
  },
  {
    name: 'Purchase_Order_Line__c',
    keyPrefix: 'a01',
    label: 'Purchase Order Line',
    fields: [
      { ...autoNumber('Name', 8, 'POL-'), nameField: true },
      reference('Purchase_Order__c', 'Purchase_Order__c', {
        required: true,
        updateable: false,
        childRelationshipName: 'Lines__r',
        onParentDelete: 'cascade',
      }),
      field('Line_Number__c', 'int', { precision: 6 }),
      reference('Product__c', 'Product2', { onParentDelete: 'restrict' }),
      field('Quantity__c', 'double', { precision: 18, scale: 3, required: true }),
      money('Unit_Price__c', { required: true }),
      picklist('Unit__c', ['EA', 'KGM', 'LTR', 'MTR']),
      computed(money('Amount__c'), lineAmount),
      erpId(),
    ],
  },
];

/** Objects that only organisations with a billing licence have. */
export const invoiceObjects: readonly ObjectDefinition[] = [
  {
    name: 'Invoice',
    keyPrefix: '3tt',
    fields: [
      text('InvoiceNumber', 255, { nameField: true }),
      reference('BillingAccountId', 'Account', {
        required: true,
        relationshipName: 'BillingAccount',
        childRelationshipName: 'Invoices',
        onParentDelete: 'restrict',
      }),
      reference('ReferenceEntityId', 'Order', { relationshipName: 'ReferenceEntity' }),
      field('InvoiceDate', 'date', { required: true }),
      field('DueDate', 'date'),
      picklist('Status', ['Draft', 'Posted', 'Canceled'], {
        defaultValue: 'Draft',
        restricted: true,
      }),
      text('Description', 255),
      computed(money('TotalAmount'), (row, reader) =>
        reader
          .children('InvoiceLine', 'InvoiceId', row.Id)
          .reduce((total, line) => addDecimals(total, String(line.LineAmount ?? '0')), '0'),
      ),
      erpId(),
    ],
  },
  {
    name: 'InvoiceLine',
    keyPrefix: '5TV',
    fields: [
      { ...autoNumber('InvoiceLineNumber', 8), nameField: true },
      reference('InvoiceId', 'Invoice', {
        required: true,
        updateable: false,
        childRelationshipName: 'InvoiceLines',
        onParentDelete: 'cascade',
      }),
      reference('Product2Id', 'Product2', { onParentDelete: 'restrict' }),
      field('Quantity', 'double', { precision: 18, scale: 2 }),
      money('UnitPrice'),
      money('LineAmount', { required: true }),
      text('Description', 255),
      erpId(),
    ],
  },
];
