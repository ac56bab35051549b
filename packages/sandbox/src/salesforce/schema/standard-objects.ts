import { addDecimals, multiplyDecimals } from '../data/decimal.ts';
import {
  address,
  autoNumber,
  computed,
  erpId,
  field,
  flag,
  joined,
  longText,
  money,
  owner,
  picklist,
  reference,
  text,
} from './define.ts';
import type { ObjectDefinition, Row } from './object-definition.ts';

const name = (length: number) => text('Name', length, { required: true, nameField: true });
const quantity = (fieldName = 'Quantity') =>
  field(fieldName, 'double', { precision: 18, scale: 2, required: true });
const lineTotal = (row: Row): string =>
  multiplyDecimals(String(row.Quantity ?? '0'), String(row.UnitPrice ?? '0'), 2);

const account: ObjectDefinition = {
  name: 'Account',
  keyPrefix: '001',
  fields: [
    name(255),
    picklist('Type', ['Prospect', 'Customer - Direct', 'Customer - Channel', 'Vendor', 'Other']),
    reference('ParentId', 'Account', { childRelationshipName: 'ChildAccounts' }),
    ...address('BillingAddress'),
    ...address('ShippingAddress'),
    field('Phone', 'phone'),
    field('Fax', 'phone'),
    field('Website', 'url'),
    picklist('Industry', ['Agriculture', 'Chemicals', 'Manufacturing', 'Retail', 'Other']),
    money('AnnualRevenue', { scale: 0 }),
    field('NumberOfEmployees', 'int', { precision: 8 }),
    longText('Description'),
    text('AccountNumber', 40),
    text('Site', 80),
    owner(),
    erpId(),
    text('Legacy_Id__c', 40, { externalId: true }),
    picklist('Tier__c', ['Gold', 'Silver', 'Bronze'], { restricted: true }),
    field('Regions__c', 'multipicklist', { picklist: ['North', 'South', 'East', 'West'] }),
    money('Credit_Limit__c', { precision: 18, scale: 2 }),
    field('Discount__c', 'percent', { precision: 5, scale: 2 }),
    field('Rating_Factor__c', 'double', { precision: 18, scale: 6 }),
    field('Customer_Since__c', 'date'),
    field('Last_Synced__c', 'datetime'),
    field('Invoice_Email__c', 'email'),
    flag('Blocked__c'),
    text('Tax_Number__c', 30),
  ],
};

const contact: ObjectDefinition = {
  name: 'Contact',
  keyPrefix: '003',
  fields: [
    reference('AccountId', 'Account', {
      childRelationshipName: 'Contacts',
      onParentDelete: 'cascade',
    }),
    computed(text('Name', 121, { nameField: true }), (row) => joined(row.FirstName, row.LastName)),
    picklist('Salutation', ['Mr.', 'Ms.', 'Mrs.', 'Dr.', 'Prof.'], { compoundFieldName: 'Name' }),
    text('FirstName', 40, { compoundFieldName: 'Name' }),
    text('LastName', 80, { required: true, compoundFieldName: 'Name' }),
    text('Title', 128),
    text('Department', 80),
    field('Email', 'email'),
    field('Phone', 'phone'),
    field('MobilePhone', 'phone'),
    field('Birthdate', 'date'),
    ...address('MailingAddress'),
    longText('Description'),
    owner(),
    erpId(),
  ],
};

const product: ObjectDefinition = {
  name: 'Product2',
  keyPrefix: '01t',
  label: 'Product',
  fields: [
    name(255),
    text('ProductCode', 255),
    longText('Description', 4_000),
    flag('IsActive'),
    picklist('Family', ['Hardware', 'Software', 'Services', 'None']),
    text('ExternalId', 255),
    picklist('QuantityUnitOfMeasure', ['Each', 'Kilogram', 'Litre', 'Metre']),
    text('StockKeepingUnit', 180, { label: 'Product SKU' }),
    field('DisplayUrl', 'url', { length: 1_000 }),
    erpId(),
    field('Weight__c', 'double', { precision: 16, scale: 3 }),
  ],
};

const pricebook: ObjectDefinition = {
  name: 'Pricebook2',
  keyPrefix: '01s',
  label: 'Price Book',
  fields: [
    name(255),
    text('Description', 255),
    flag('IsActive'),
    flag('IsStandard', false, { createable: false, updateable: false }),
    erpId(),
  ],
};

const pricebookEntry: ObjectDefinition = {
  name: 'PricebookEntry',
  keyPrefix: '01u',
  label: 'Price Book Entry',
  labelPlural: 'Price Book Entries',
  fields: [
    computed(
      text('Name', 255, { nameField: true }),
      (row, reader) => reader.get('Product2', row.Product2Id)?.Name ?? null,
    ),
    reference('Pricebook2Id', 'Pricebook2', {
      required: true,
      updateable: false,
      childRelationshipName: 'PricebookEntries',
      onParentDelete: 'restrict',
    }),
    reference('Product2Id', 'Product2', {
      required: true,
      updateable: false,
      childRelationshipName: 'PricebookEntries',
      onParentDelete: 'cascade',
    }),
    money('UnitPrice', { required: true }),
    flag('IsActive'),
    flag('UseStandardPrice'),
    computed(
      text('ProductCode', 255),
      (row, reader) => reader.get('Product2', row.Product2Id)?.ProductCode ?? null,
    ),
    erpId(),
  ],
};

const order: ObjectDefinition = {
  name: 'Order',
  keyPrefix: '801',
  fields: [
    reference('AccountId', 'Account', {
      required: true,
      childRelationshipName: 'Orders',
      onParentDelete: 'restrict',
    }),
    reference('ContractId', 'Contract', { childRelationshipName: 'Orders' }),
    reference('Pricebook2Id', 'Pricebook2', { onParentDelete: 'restrict' }),
    { ...autoNumber('OrderNumber', 8), nameField: true },
    text('Name', 80, { label: 'Order Name' }),
    field('EffectiveDate', 'date', { required: true, label: 'Order Start Date' }),
    field('EndDate', 'date'),
    picklist('Status', ['Draft', 'Activated'], {
      required: true,
      restricted: true,
      defaultValue: 'Draft',
    }),
    computed(picklist('StatusCode', ['Draft', 'Activated']), (row) =>
      row.Status === 'Activated' ? 'Activated' : 'Draft',
    ),
    picklist('Type', ['New', 'Renewal']),
    computed(money('TotalAmount', { label: 'Order Amount' }), (row, reader) =>
      reader
        .children('OrderItem', 'OrderId', row.Id)
        .reduce((total, item) => addDecimals(total, lineTotal(item)), '0'),
    ),
    text('PoNumber', 80, { label: 'PO Number' }),
    field('PoDate', 'date'),
    longText('Description'),
    ...address('BillingAddress'),
    ...address('ShippingAddress'),
    owner(),
    erpId(),
  ],
};

const orderItem: ObjectDefinition = {
  name: 'OrderItem',
  keyPrefix: '802',
  label: 'Order Product',
  fields: [
    reference('OrderId', 'Order', {
      required: true,
      updateable: false,
      childRelationshipName: 'OrderItems',
      onParentDelete: 'cascade',
    }),
    reference('PricebookEntryId', 'PricebookEntry', {
      required: true,
      updateable: false,
      onParentDelete: 'restrict',
    }),
    reference('Product2Id', 'Product2', { updateable: false, onParentDelete: 'restrict' }),
    { ...autoNumber('OrderItemNumber', 10), nameField: true },
    quantity(),
    money('UnitPrice', { required: true }),
    money('ListPrice', { createable: false, updateable: false }),
    computed(money('TotalPrice'), lineTotal),
    field('ServiceDate', 'date'),
    field('EndDate', 'date'),
    text('Description', 255),
    erpId(),
  ],
};

const contract: ObjectDefinition = {
  name: 'Contract',
  keyPrefix: '800',
  fields: [
    reference('AccountId', 'Account', {
      required: true,
      childRelationshipName: 'Contracts',
      onParentDelete: 'restrict',
    }),
    { ...autoNumber('ContractNumber', 8), nameField: true },
    picklist('Status', ['Draft', 'In Approval Process', 'Activated'], {
      required: true,
      defaultValue: 'Draft',
    }),
    field('StartDate', 'date'),
    field('ContractTerm', 'int', { precision: 8 }),
    owner(),
  ],
};

const opportunity: ObjectDefinition = {
  name: 'Opportunity',
  keyPrefix: '006',
  labelPlural: 'Opportunities',
  fields: [
    reference('AccountId', 'Account', {
      childRelationshipName: 'Opportunities',
      onParentDelete: 'cascade',
    }),
    name(120),
    picklist('StageName', ['Prospecting', 'Proposal', 'Closed Won', 'Closed Lost'], {
      required: true,
    }),
    field('CloseDate', 'date', { required: true }),
    money('Amount'),
    computed(flag('IsClosed'), (row) => String(row.StageName).startsWith('Closed')),
    computed(flag('IsWon'), (row) => row.StageName === 'Closed Won'),
    owner(),
    erpId(),
  ],
};

const user: ObjectDefinition = {
  name: 'User',
  keyPrefix: '005',
  deletable: false,
  replicateable: true,
  fields: [
    text('Username', 80, { required: true, unique: true }),
    computed(text('Name', 121, { nameField: true }), (row) => joined(row.FirstName, row.LastName)),
    text('FirstName', 40),
    text('LastName', 80, { required: true }),
    field('Email', 'email', { required: true, length: 128 }),
    flag('IsActive', true),
    text('LanguageLocaleKey', 40),
    text('LocaleSidKey', 40),
    text('TimeZoneSidKey', 40),
  ],
};

const organization: ObjectDefinition = {
  name: 'Organization',
  keyPrefix: '00D',
  createable: false,
  deletable: false,
  replicateable: false,
  triggerable: false,
  fields: [
    name(80),
    text('InstanceName', 5),
    flag('IsSandbox', false, { createable: false, updateable: false }),
    text('OrganizationType', 40, { createable: false, updateable: false }),
    text('LanguageLocaleKey', 40),
    text('TimeZoneSidKey', 40),
    text('DefaultLocaleSidKey', 40),
  ],
};

/** What every organisation has, with a few custom fields as customers add them. */
export const standardObjects: readonly ObjectDefinition[] = [
  account,
  contact,
  product,
  pricebook,
  pricebookEntry,
  order,
  orderItem,
  contract,
  opportunity,
  user,
  organization,
];
