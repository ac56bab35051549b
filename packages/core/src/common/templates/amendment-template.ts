import { defineTemplate } from '../../mapping/index.ts';

/** The amendment of a purchase order of Common ↔ canonical amendment. */
export const commonAmendmentTemplate = defineTemplate({
  id: 'common.amendment',
  version: 1,
  vendor: { system: 'common', entity: 'purchase_order' },
  canonical: { entity: 'amendment' },
  fields: [
    { vendor: 'id', canonical: 'purchaseOrder', required: true },
    {
      vendor: 'amendment_status',
      canonical: 'status',
      codec: {
        kind: 'enum',
        values: { proposed: 'proposed', approved: 'approved', rejected: 'rejected' },
      },
      required: true,
    },
    {
      vendor: 'proposed_quantity',
      canonical: 'proposedQuantity',
      codec: { kind: 'decimal', scale: 3 },
      required: true,
    },
    { vendor: 'proposed_quantity_unit', canonical: 'unit', codec: { kind: 'unit' } },
    { vendor: 'amendment_reason', canonical: 'reason' },
    { vendor: 'buyer_notes', canonical: 'notes' },
    {
      vendor: 'updated_at',
      canonical: 'changedAt',
      codec: { kind: 'instant' },
      direction: 'decode',
    },
  ],
});
