import { z } from 'zod';
import { purchaseOrderFieldNames } from './templates/purchase-order-template.ts';

/** An API name: `Account`, `ERP_Id__c`, with a namespace `acme__Part__c`. */
const apiName = z
  .string()
  .regex(/^[A-Za-z]\w{0,79}$/, 'must be an API name, for example "Account" or "ERP_Id__c"');
const relationshipName = apiName.describe('Name of the child relationship, for example OrderItems');
const externalIdName = apiName.or(z.literal('none'));

const address = (what: string) =>
  z
    .url({ protocol: /^https?$/, error: `must be ${what}`, abort: true })
    .refine((url) => new URL(url).pathname === '/', {
      error: 'must be the host alone, without a path',
    })
    .refine((url) => !/\.lightning\.force\.com$/i.test(new URL(url).hostname), {
      error:
        'is the address of the pages for people. Take the one of My Domain: https://acme.my.salesforce.com in place of https://acme.lightning.force.com',
    })
    .refine(
      (url) => !/\.(?:setup|visualforce)\.com$|\.vf\.force\.com$/i.test(new URL(url).hostname),
      {
        error: 'is an address of pages. Take the one of My Domain: https://acme.my.salesforce.com',
      },
    );

/** Canonical field → field of the custom object; `null` leaves one out. */
const fieldsOf = <Name extends string>(names: readonly Name[]) =>
  z.partialRecord(
    z.enum(names, { error: `must be one of ${names.join(', ')}` }),
    apiName.nullable(),
  );

/** A custom object for purchase orders: Salesforce has none of its own. */
const purchaseOrderSettings = z.strictObject({
  object: apiName.default('Purchase_Order__c'),
  lineObject: apiName.default('Purchase_Order_Line__c'),
  parentField: apiName
    .default('Purchase_Order__c')
    .describe('Field of the line that names its order'),
  lineRelationship: relationshipName.default('Lines__r'),
  fields: fieldsOf(purchaseOrderFieldNames.fields)
    .default({})
    .describe('Canonical field → field of the order'),
  lineFields: fieldsOf(purchaseOrderFieldNames.lineFields)
    .default({})
    .describe('Canonical field → field of the line'),
});

/** Any object as an entity whose fields are all in `custom`. */
const objectSettings = z.strictObject({
  object: apiName.describe('API name, for example Asset or Machine__c'),
  externalIdField: externalIdName.optional(),
});

const orNever = (records: number) => z.int().min(1).or(z.literal('never')).default(records);

/** From how many records on the Bulk API 2.0 does the work: it takes seconds at least, and few requests. */
const bulkSettings = z.strictObject({
  writeFrom: orNever(2_000).describe('New, changed or deleted records of one write, or "never"'),
  queryFrom: orNever(50_000).describe('Records that a list has still to read, or "never"'),
});

/** Settings as plain data. */
export const salesforceSettingsSchema = z.strictObject({
  instanceUrl: address('the address of the org, for example "https://acme.my.salesforce.com"')
    .optional()
    .describe('Address of the org; without one the sign-in tells it'),
  loginUrl: address(
    'where users sign in: "https://login.salesforce.com", "https://test.salesforce.com" or the My Domain of the org',
  )
    .default('https://login.salesforce.com')
    .describe('Names the connection until the sign-in has told the address of the org'),
  apiVersion: z
    .string()
    .regex(/^\d{2,3}\.0$/, 'must be a version, for example "67.0"')
    .refine((version) => Number(version) >= 60, 'must be 60.0 or newer')
    .default('67.0')
    .describe('Version of the API'),
  clientName: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'must be letters, digits, points and dashes')
    .default('common-connector')
    .describe('Name of this app in the change events that its writes cause'),
  pageSize: z.int().min(1).max(2000).default(2000).describe('Records in a page'),
  safetyLagMs: z
    .int()
    .min(0)
    .default(5 * 60_000)
    .describe('How far a new search for changes reaches back: longer than the longest transaction'),
  allOrNone: z
    .boolean()
    .default(false)
    .describe('Whether one bad record takes back all that are sent with it (200 at most)'),
  bulk: bulkSettings.prefault({}).describe('When the Bulk API 2.0 is used'),
  eventChannel: z
    .string()
    .regex(/^\/(?:data|event)\/\w{1,80}$/, 'must be a channel, for example "/data/ChangeEvents"')
    .default('/data/ChangeEvents')
    .describe('Channel of events: all objects of Change Data Capture, one of them, or your own'),
  externalIdField: externalIdName
    .default('ERP_Id__c')
    .describe('External id field that holds references and idempotency keys, or "none"'),
  externalIdFields: z
    .record(z.string(), externalIdName)
    .default({})
    .describe('The same for single entities, by their name'),
  fields: z
    .record(z.string(), z.array(apiName))
    .default({})
    .describe(
      'Standard fields that travel in custom, by entity, for example { customer: ["Industry"] }',
    ),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code, for example "EUR"')
    .optional()
    .describe('Currency of an org that has one only; others tell it with each record'),
  countryPicklists: z
    .boolean()
    .default(false)
    .describe('Whether the org has State and Country/Territory Picklists switched on'),
  priceBook: z
    .string()
    .regex(/^01s[a-zA-Z0-9]{12}(?:[a-zA-Z0-9]{3})?$/, 'must be the id of a Pricebook2 (01s…)')
    .optional()
    .describe('Price book of new orders; without one the standard price book'),
  orderLineNumberField: apiName
    .default('OrderItemNumber')
    .describe('Field of OrderItem with the number of the line'),
  activateOrders: z.boolean().default(false).describe('Whether new orders are activated at once'),
  invoice: z
    .boolean()
    .default(false)
    .describe('Whether the org has the object Invoice (Revenue Cloud, Billing)'),
  purchaseOrder: purchaseOrderSettings
    .optional()
    .describe('Custom objects for purchase orders; {} for the default names'),
  objects: z
    .record(
      z.string().regex(/^[a-z]\w{0,63}$/, 'must begin with a small letter, for example "asset"'),
      objectSettings,
    )
    .default({})
    .describe('More objects as entities, by the name of the entity'),
});

/** Settings with their defaults. */
export type SalesforceConfiguration = z.output<typeof salesforceSettingsSchema>;

/** From how many records on a job writes them; absent: never. A job knows no "all or none". */
export const bulkWriteFrom = ({ allOrNone, bulk }: SalesforceConfiguration): number | undefined =>
  allOrNone || bulk.writeFrom === 'never' ? undefined : bulk.writeFrom;
