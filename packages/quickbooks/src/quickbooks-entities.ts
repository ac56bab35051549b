import type {
  Company,
  Customer,
  EntityCapabilities,
  Invoice,
  JournalEntry,
  Payment,
  Product,
  PurchaseOrder,
  SalesOrder,
  Supplier,
  SupplierInvoice,
} from '@common/connector-core';
import type { QueryField, QuickbooksEntity } from './quickbooks-entity.ts';
import { maxBatchItems } from './quickbooks-limits.ts';
import type { QuickbooksConfiguration } from './quickbooks-settings.ts';
import type { Account } from './records/account.ts';
import type { BillPayment } from './records/bill-payment.ts';
import type { Tax } from './records/tax.ts';
import { companyTemplate } from './templates/company-template.ts';
import {
  accountTemplate,
  journalEntryTemplate,
  taxTemplate,
} from './templates/ledger-templates.ts';
import { customerTemplate, supplierTemplate } from './templates/partner-templates.ts';
import { billPaymentTemplate, paymentTemplate } from './templates/payment-templates.ts';
import { productTemplate } from './templates/product-template.ts';
import {
  purchaseOrderTemplate,
  supplierInvoiceTemplate,
  vendorCreditTemplate,
} from './templates/purchase-templates.ts';
import {
  creditMemoTemplate,
  estimateTemplate,
  invoiceTemplate,
  salesReceiptTemplate,
} from './templates/sales-templates.ts';

/** The entities of the connector. */
export type QuickbooksEntities = {
  readonly customer: Customer;
  readonly supplier: Supplier;
  readonly product: Product;
  readonly invoice: Invoice;
  /** Money given back to a customer; `isCreditMemo` is true. */
  readonly creditMemo: Invoice;
  readonly supplierInvoice: SupplierInvoice;
  /** Money that a supplier gives back; `isCreditMemo` is true. */
  readonly vendorCredit: SupplierInvoice;
  readonly payment: Payment;
  readonly billPayment: BillPayment;
  readonly purchaseOrder: PurchaseOrder;
  readonly salesOrder: SalesOrder;
  readonly journalEntry: JournalEntry;
  readonly company: Company;
  readonly account: Account;
  readonly tax: Tax;
};

const shared: EntityCapabilities = {
  list: true,
  get: true,
  create: true,
  update: true,
  delete: true,
  changes: 'timestamp',
  deletesVisible: false,
  filterable: [],
  maxPageSize: 1000,
  maxBatchSize: maxBatchItems,
  idempotency: 'native',
};

const changedAt: QueryField = { property: 'MetaData.LastUpdatedTime', kind: 'instant' };
const inactive: QueryField = { property: 'Active', kind: 'inactive' };
const text = (property: string): QueryField => ({ property, kind: 'text' });
const date = (property: string): QueryField => ({ property, kind: 'date' });

type Given = Pick<QuickbooksEntity, 'name' | 'resource' | 'template'> &
  Partial<
    Pick<
      QuickbooksEntity,
      'natural' | 'lines' | 'hasCurrency' | 'orderProperty' | 'hasCdc' | 'voidBy'
    >
  > & {
    readonly filterable?: QuickbooksEntity['filterable'];
    readonly capabilities?: Partial<EntityCapabilities>;
  };

function entity(kind: 'list' | 'transaction', given: Given): QuickbooksEntity {
  const filterable = {
    ...(given.natural ? { [given.natural.canonical]: text(given.natural.property) } : {}),
    ...given.filterable,
    ...(kind === 'list' ? { isMarkedForDeletion: inactive } : {}),
    changedAt,
  };
  return {
    hasCurrency: kind === 'transaction',
    hasCdc: true,
    ...given,
    kind,
    filterable,
    capabilities: {
      ...shared,
      deletesVisible: kind === 'transaction',
      filterable: Object.keys(filterable),
      ...(given.natural ? { findBy: [given.natural.canonical] } : {}),
      ...given.capabilities,
    },
  };
}

const salesLines = {
  detailTypes: ['SalesItemLineDetail'],
  computedTypes: ['SubTotalLineDetail'],
} as const;
const purchaseLines = {
  detailTypes: ['ItemBasedExpenseLineDetail', 'AccountBasedExpenseLineDetail'],
} as const;
const docNumber = (canonical: string) => ({ canonical, property: 'DocNumber' });
const customer = text('CustomerRef');
const supplier = text('VendorRef');

/** The entities as this connection reads them. */
export function quickbooksEntities({
  salesOrderAs,
}: Pick<QuickbooksConfiguration, 'salesOrderAs'>): {
  readonly [Name in keyof QuickbooksEntities]: QuickbooksEntity;
} {
  const isEstimate = salesOrderAs === 'estimate';
  return {
    customer: entity('list', {
      name: 'customer',
      resource: 'Customer',
      template: customerTemplate,
      natural: { canonical: 'name', property: 'DisplayName' },
    }),
    supplier: entity('list', {
      name: 'supplier',
      resource: 'Vendor',
      template: supplierTemplate,
      natural: { canonical: 'name', property: 'DisplayName' },
    }),
    product: entity('list', {
      name: 'product',
      resource: 'Item',
      template: productTemplate,
      natural: { canonical: 'productNumber', property: 'Name' },
      filterable: { productType: text('Type') },
    }),
    invoice: entity('transaction', {
      name: 'invoice',
      resource: 'Invoice',
      template: invoiceTemplate,
      natural: docNumber('invoiceNumber'),
      filterable: { customer, invoiceDate: date('TxnDate'), dueDate: date('DueDate') },
      lines: salesLines,
      voidBy: 'operation',
    }),
    creditMemo: entity('transaction', {
      name: 'creditMemo',
      resource: 'CreditMemo',
      template: creditMemoTemplate,
      natural: docNumber('invoiceNumber'),
      filterable: { customer, invoiceDate: date('TxnDate') },
      lines: salesLines,
    }),
    supplierInvoice: entity('transaction', {
      name: 'supplierInvoice',
      resource: 'Bill',
      template: supplierInvoiceTemplate,
      natural: docNumber('invoiceNumber'),
      filterable: { supplier, invoiceDate: date('TxnDate'), dueDate: date('DueDate') },
      lines: purchaseLines,
    }),
    vendorCredit: entity('transaction', {
      name: 'vendorCredit',
      resource: 'VendorCredit',
      template: vendorCreditTemplate,
      natural: docNumber('invoiceNumber'),
      filterable: { supplier, invoiceDate: date('TxnDate') },
      lines: purchaseLines,
    }),
    payment: entity('transaction', {
      name: 'payment',
      resource: 'Payment',
      template: paymentTemplate,
      natural: { canonical: 'paymentNumber', property: 'PaymentRefNum' },
      filterable: { partner: customer, paymentDate: date('TxnDate') },
      lines: { linkedType: 'Invoice' },
      voidBy: 'include',
    }),
    billPayment: entity('transaction', {
      name: 'billPayment',
      resource: 'BillPayment',
      template: billPaymentTemplate,
      natural: docNumber('paymentNumber'),
      filterable: { supplier, paymentDate: date('TxnDate') },
      lines: { linkedType: 'Bill' },
      voidBy: 'include',
    }),
    purchaseOrder: entity('transaction', {
      name: 'purchaseOrder',
      resource: 'PurchaseOrder',
      template: purchaseOrderTemplate,
      natural: docNumber('orderNumber'),
      filterable: { supplier, orderDate: date('TxnDate') },
      lines: purchaseLines,
    }),
    salesOrder: entity('transaction', {
      name: 'salesOrder',
      resource: isEstimate ? 'Estimate' : 'SalesReceipt',
      template: isEstimate ? estimateTemplate : salesReceiptTemplate,
      natural: docNumber('orderNumber'),
      filterable: { customer, orderDate: date('TxnDate') },
      lines: salesLines,
      ...(isEstimate ? {} : { voidBy: 'include' as const }),
    }),
    journalEntry: entity('transaction', {
      name: 'journalEntry',
      resource: 'JournalEntry',
      template: journalEntryTemplate,
      natural: docNumber('entryNumber'),
      filterable: { postingDate: date('TxnDate') },
      lines: { detailTypes: ['JournalEntryLineDetail'], isSigned: true },
    }),
    company: {
      name: 'company',
      resource: 'CompanyInfo',
      kind: 'single',
      template: companyTemplate,
      filterable: {},
      hasCurrency: false,
      hasCdc: false,
      capabilities: {
        ...shared,
        ...{ list: false, create: false, update: false, delete: false },
        ...{ changes: 'none', idempotency: 'none', maxPageSize: 1, maxBatchSize: 1 },
      },
    },
    account: entity('list', {
      name: 'account',
      resource: 'Account',
      template: accountTemplate,
      natural: { canonical: 'name', property: 'Name' },
      filterable: { accountType: text('AccountType') },
      hasCurrency: true,
    }),
    tax: entity('list', {
      name: 'tax',
      resource: 'TaxCode',
      template: taxTemplate,
      orderProperty: 'Name',
      natural: { canonical: 'name', property: 'Name' },
      hasCdc: false,
      capabilities: { create: false, update: false, delete: false, idempotency: 'none' },
    }),
  };
}
