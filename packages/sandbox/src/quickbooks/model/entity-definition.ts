import type { Fields } from './field.ts';

export type EntityName =
  | 'Account'
  | 'Attachable'
  | 'Bill'
  | 'BillPayment'
  | 'Class'
  | 'CompanyInfo'
  | 'CreditMemo'
  | 'Customer'
  | 'Department'
  | 'Employee'
  | 'Estimate'
  | 'Invoice'
  | 'Item'
  | 'JournalEntry'
  | 'Payment'
  | 'PaymentMethod'
  | 'Preferences'
  | 'PurchaseOrder'
  | 'SalesReceipt'
  | 'TaxAgency'
  | 'TaxCode'
  | 'TaxRate'
  | 'Term'
  | 'Vendor'
  | 'VendorCredit';

/** What kind of line details a transaction takes, and which property of them is required. */
type LineDetails = Readonly<Record<string, { readonly required?: string }>>;

/** An entity as data. */
export interface EntityDefinition {
  readonly name: EntityName;
  /**
   * `list` has a name and can be deactivated, `transaction` can be deleted, `single` exists once per
   * company.
   */
  readonly kind: 'list' | 'transaction' | 'single' | 'attachment';
  readonly fields: Fields;
  readonly isReadOnly?: boolean;
  /** The unique name of a list entity. */
  readonly nameField?: 'DisplayName' | 'Name';
  /** Entities with the same scope must not share a name. @default its own name */
  readonly nameScope?: string;
  /** Has ParentRef, Level and FullyQualifiedName. */
  readonly isTree?: boolean;
  readonly lines?: LineDetails;
  /** A SubTotalLineDetail is appended. */
  readonly hasSubTotal?: boolean;
  /** Whether document numbers are unique, and beside which reference. */
  readonly docNumber?: { readonly range?: string; readonly within?: string };
  /** Customer or vendor of a transaction. */
  readonly party?: 'CustomerRef' | 'VendorRef';
  /** Whose LinkedTxn a caller may write, as the type that is pointed at. */
  readonly linksTo?: readonly EntityName[];
  /** How it is voided: by `operation=void` or `operation=update&include=void`. */
  readonly voidBy?: 'operation' | 'include';
  /** @default true */
  readonly hasCdc?: boolean;
  /** @default true */
  readonly hasWebhook?: boolean;
}
