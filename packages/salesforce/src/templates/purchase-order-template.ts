import type { FieldMapping, MappingTemplate } from '@common/connector-core/mapping';
import { amount, changedAt, custom, date, id, quantity, text } from './salesforce-codecs.ts';

/** Which fields of the custom objects hold what; `null` leaves one out. */
export interface PurchaseOrderFields {
  readonly object: string;
  readonly lineRelationship: string;
  /** Canonical field → field of the order. */
  readonly fields: Readonly<Record<string, string | null | undefined>>;
  /** Canonical field → field of the line. */
  readonly lineFields: Readonly<Record<string, string | null | undefined>>;
  readonly externalIdField?: string | undefined;
}

type Shape = Omit<Extract<FieldMapping, { readonly codec?: unknown }>, 'vendor' | 'canonical'> & {
  /** Where the field is unless the settings say another; absent: only where they name one. */
  readonly field?: string;
};

const head: Readonly<Record<string, Shape>> = {
  orderNumber: { field: 'Name', codec: text(80), direction: 'decode' },
  orderType: { codec: text(255) },
  companyCode: { codec: text(255) },
  supplier: { field: 'Supplier__c', codec: id, required: true },
  currency: { field: 'Currency__c', codec: { kind: 'currency' } },
  orderDate: { field: 'Order_Date__c', codec: date },
  paymentTerms: { codec: text(255) },
  incoterms: { codec: text(255) },
  status: {
    field: 'Status__c',
    codec: {
      kind: 'enum',
      values: {
        Open: 'pending',
        Draft: 'draft',
        Confirmed: 'confirmed',
        'In Transit': 'in_transit',
        Received: 'delivered',
        Cancelled: 'cancelled',
        Declined: 'declined',
      },
    },
  },
  totalAmount: { field: 'Total__c', codec: amount, direction: 'decode' },
};

const line: Readonly<Record<string, Shape>> = {
  lineNumber: {
    field: 'Line_Number__c',
    codec: { kind: 'text', vendorType: 'integer' },
    required: true,
  },
  product: { field: 'Product__c', codec: id },
  description: { codec: text(255) },
  quantity: { field: 'Quantity__c', codec: quantity, required: true },
  unit: { field: 'Unit__c', codec: { kind: 'unit', unknown: 'keep' } },
  unitPrice: { field: 'Unit_Price__c', codec: amount },
  netAmount: { field: 'Amount__c', codec: amount, direction: 'decode' },
  deliveryDate: { codec: date },
  plant: { codec: text(255) },
  taxCode: { codec: text(255) },
};

/** Canonical fields that can have a field of the custom objects. */
export const purchaseOrderFieldNames = {
  fields: Object.keys(head),
  lineFields: Object.keys(line),
} as const;

/** A custom object with lines ↔ purchaseOrder. */
export function purchaseOrderTemplateFor(options: PurchaseOrderFields): MappingTemplate {
  const { object, lineRelationship, externalIdField } = options;
  return {
    id: 'salesforce.purchaseOrder',
    version: 1,
    vendor: { system: 'salesforce', entity: object },
    canonical: { entity: 'purchaseOrder' },
    fields: [
      ...mapped(head, options.fields),
      ...(externalIdField === undefined
        ? []
        : [{ vendor: externalIdField, canonical: 'externalReference', codec: text(255) }]),
      {
        vendor: lineRelationship,
        canonical: 'lines',
        each: mapped(line, options.lineFields),
        custom,
      },
      changedAt,
    ],
    custom,
  };
}

/** The field of a line that holds its number. */
export function lineNumberFieldOf({ lineFields }: Pick<PurchaseOrderFields, 'lineFields'>): string {
  return lineFields.lineNumber ?? line.lineNumber?.field ?? 'Line_Number__c';
}

function mapped(
  shapes: Readonly<Record<string, Shape>>,
  chosen: Readonly<Record<string, string | null | undefined>>,
): readonly FieldMapping[] {
  return Object.entries(shapes).flatMap(([canonical, { field, ...rest }]): FieldMapping[] => {
    const own = Object.hasOwn(chosen, canonical) ? chosen[canonical] : undefined;
    const vendor = own === undefined ? field : own;
    return vendor ? [{ vendor, canonical, ...rest }] : [];
  });
}
