import type { EntityDescription, FieldDescription } from '../contract/entity-description.ts';
import type { CommonEntities } from './common-entities.ts';

// The API has no metadata; this is its documentation as data. c: can be set on create, u: on update.
type Row = readonly [name: string, type: string, access: '' | 'c' | 'cu', canonical?: string];

const tables: {
  readonly [E in keyof CommonEntities]: {
    readonly nativeName: string;
    readonly rows: readonly Row[];
  };
} = {
  purchaseOrder: {
    nativeName: 'purchase_order',
    rows: [
      ['id', 'uuid', '', 'source.key'],
      ['po_number', 'string', 'cu', 'orderNumber'],
      ['buyer_company_id', 'uuid', 'c', 'buyer'],
      ['seller_company_id', 'uuid', 'cu', 'supplier'],
      ['product_id', 'uuid', 'cu', 'lines[0].product'],
      ['quantity', 'decimal(15,3)', 'cu', 'lines[0].quantity'],
      ['unit', 'string', 'cu', 'lines[0].unit'],
      ['unit_price', 'decimal(15,2)', 'cu', 'lines[0].unitPrice'],
      ['total_amount', 'decimal(15,2)', '', 'totalAmount'],
      ['delivery_date', 'date', 'cu', 'lines[0].deliveryDate'],
      ['delivery_location', 'string', 'cu', 'lines[0].deliveryLocation'],
      ['status', 'enum', 'cu', 'status'],
      ['amendment_status', 'enum', ''],
      ['proposed_quantity', 'decimal(15,3)', ''],
      ['amendment_reason', 'string', ''],
      ['erp_sync_status', 'enum', ''],
      ['created_at', 'instant', ''],
      ['updated_at', 'instant', '', 'changedAt'],
    ],
  },
  amendment: {
    nativeName: 'purchase_order',
    rows: [
      ['id', 'uuid', 'c', 'purchaseOrder'],
      ['amendment_status', 'enum', 'cu', 'status'],
      ['proposed_quantity', 'decimal(15,3)', 'c', 'proposedQuantity'],
      ['proposed_quantity_unit', 'string', 'c', 'unit'],
      ['amendment_reason', 'string', 'c', 'reason'],
      ['buyer_notes', 'string', 'cu', 'notes'],
      ['updated_at', 'instant', '', 'changedAt'],
    ],
  },
  company: {
    nativeName: 'company',
    rows: [
      ['id', 'uuid', '', 'source.key'],
      ['name', 'string', '', 'name'],
      ['company_type', 'enum', '', 'role'],
      ['country', 'string', '', 'country'],
      ['external_id', 'string', '', 'externalReference'],
      ['created_at', 'instant', ''],
      ['updated_at', 'instant', '', 'changedAt'],
    ],
  },
  businessRelationship: {
    nativeName: 'business_relationship',
    rows: [
      ['id', 'uuid', '', 'source.key'],
      ['buyer_company_id', 'uuid', '', 'buyer'],
      ['seller_company_id', 'uuid', '', 'seller'],
      ['status', 'enum', '', 'status'],
      ['invited_email', 'string', '', 'invitedEmail'],
      ['created_at', 'instant', ''],
      ['updated_at', 'instant', '', 'changedAt'],
    ],
  },
};

const mandatory = new Set([
  'id',
  'po_number',
  'buyer_company_id',
  'seller_company_id',
  'product_id',
  'quantity',
  'unit',
  'unit_price',
  'delivery_date',
  'status',
  'name',
]);

/** The fields of an entity as the API's documentation has them. */
export function describeCommon(entity: keyof CommonEntities): EntityDescription {
  const { nativeName, rows } = tables[entity];
  return { entity, nativeName, key: ['id'], fields: rows.map(toField) };
}

function toField([name, type, access, canonical]: Row): FieldDescription {
  const [, precision, scale] = /\((\d+),(\d+)\)/.exec(type) ?? [];
  return {
    name,
    type: type.replace(/\(.*/, ''),
    ...(canonical !== undefined && { canonical }),
    ...(precision !== undefined && { precision: Number(precision), scale: Number(scale) }),
    nullable: !mandatory.has(name),
    creatable: access !== '',
    updatable: access === 'cu',
    custom: false,
  };
}
