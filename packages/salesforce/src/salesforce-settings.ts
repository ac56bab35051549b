import { parseSettings } from '@common/connector-core';
import {
  type SalesforceConfiguration,
  salesforceSettingsSchema,
} from './salesforce-settings-schema.ts';

export type { SalesforceConfiguration };

/** An object of the org as an entity: all its fields travel in `custom`. */
export interface SalesforceObjectSettings {
  /** API name, for example `Asset`, `Machine__c`. */
  readonly object: string;
  /** @default as `externalIdField` of the connection */
  readonly externalIdField?: string | undefined;
}

/** Custom objects that hold purchase orders; Salesforce has none of its own. */
export interface SalesforcePurchaseOrderSettings {
  /** @default 'Purchase_Order__c' */
  readonly object?: string | undefined;
  /** @default 'Purchase_Order_Line__c' */
  readonly lineObject?: string | undefined;
  /** Field of the line that names its order. @default 'Purchase_Order__c' */
  readonly parentField?: string | undefined;
  /** How the order names its lines in a query. @default 'Lines__r' */
  readonly lineRelationship?: string | undefined;
  /**
   * Canonical field → field of the order; `null` leaves one out.
   * @example { orderType: 'Type__c', totalAmount: null }
   */
  readonly fields?: Readonly<Record<string, string | null | undefined>> | undefined;
  /**
   * Canonical field → field of the line.
   * @example { deliveryDate: 'Delivery_Date__c' }
   */
  readonly lineFields?: Readonly<Record<string, string | null | undefined>> | undefined;
}

/** From how many records on the Bulk API 2.0 does the work: it takes seconds at least, and few requests. */
export interface SalesforceBulkSettings {
  /** New, changed or deleted records of one write. @default 2000 */
  readonly writeFrom?: number | 'never' | undefined;
  /** Records that a list has still to read. @default 50000 */
  readonly queryFrom?: number | 'never' | undefined;
}

/** Settings of a connection, without its sign-in. */
export interface SalesforceSettings {
  /**
   * Address of the org: My Domain, without a path. Needed where the sign-in does not tell it.
   * @example 'https://acme.my.salesforce.com'
   */
  readonly instanceUrl?: string | undefined;
  /**
   * Where users sign in; names the connection until the sign-in has told the address of the org. With
   * several orgs in one token store give each its My Domain, or a `connection` of its own.
   * @default 'https://login.salesforce.com'
   */
  readonly loginUrl?: string | undefined;
  /** Version of the API, 60.0 or newer. @default '67.0' */
  readonly apiVersion?: string | undefined;
  /**
   * Name of this app in the change events that its writes cause (`Sforce-Call-Options`), so that a
   * listener can tell its own echo.
   * @default 'common-connector'
   */
  readonly clientName?: string | undefined;
  /** Records in a page, at most 2000. @default 2000 */
  readonly pageSize?: number | undefined;
  /**
   * How far a new search for changes reaches back behind the last change that was seen, in milliseconds,
   * until nothing newer has come for that long. A change that takes longer to commit may be missed.
   * @default 300000
   */
  readonly safetyLagMs?: number | undefined;
  /**
   * Whether one bad record takes back all that are sent with it, 200 at most.
   * @default false
   */
  readonly allOrNone?: boolean | undefined;
  /** When the Bulk API 2.0 is used. */
  readonly bulk?: SalesforceBulkSettings | undefined;
  /**
   * Channel of events: all objects that are selected under Change Data Capture, one object
   * (`/data/AccountChangeEvent`), or platform events (`/event/Shipped__e`).
   * @default '/data/ChangeEvents'
   */
  readonly eventChannel?: string | undefined;
  /**
   * External id field that holds `externalReference` and idempotency keys, on every object that is
   * written; make it unique. `none`: lost answers stay unknown.
   * @default 'ERP_Id__c'
   */
  readonly externalIdField?: string | undefined;
  /** The same for single entities. @example { contact: 'none', product: 'SKU__c' } */
  readonly externalIdFields?: Readonly<Record<string, string>> | undefined;
  /** Standard fields that travel in `custom`, by entity. @example { customer: ['Industry'] } */
  readonly fields?: Readonly<Record<string, readonly string[]>> | undefined;
  /**
   * Currency of an org that has one only. Orgs with several tell it with each record.
   * @example 'EUR'
   */
  readonly currency?: string | undefined;
  /**
   * Whether the org has State and Country/Territory Picklists switched on: then codes have fields of
   * their own.
   * @default false
   */
  readonly countryPicklists?: boolean | undefined;
  /** Id of the price book of new orders. @default the standard price book */
  readonly priceBook?: string | undefined;
  /**
   * Field of OrderItem that holds the number of the line. With the default Salesforce numbers lines
   * itself, and an update cannot add any.
   * @default 'OrderItemNumber'
   */
  readonly orderLineNumberField?: string | undefined;
  /** Whether new orders are activated at once, which locks their lines. @default false */
  readonly activateOrders?: boolean | undefined;
  /** Whether the org has the object Invoice (Revenue Cloud, Billing). @default false */
  readonly invoice?: boolean | undefined;
  /** Makes `purchaseOrder` an entity. `{}` stands for the default names. @default there is none */
  readonly purchaseOrder?: SalesforcePurchaseOrderSettings | undefined;
  /** More objects as entities, by name. @default none */
  readonly objects?: Readonly<Record<string, SalesforceObjectSettings>> | undefined;
}

/** @throws ConnectorError `ERR_CONFIGURATION` naming every bad setting, and those that do not exist */
export function readSalesforceSettings(settings: object): SalesforceConfiguration {
  return parseSettings(salesforceSettingsSchema, settings, 'salesforce');
}
