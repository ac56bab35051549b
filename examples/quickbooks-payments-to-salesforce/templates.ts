import { defineTemplate } from '@common/connector-core/mapping';

/** A payment of QuickBooks as a record of `Payment__c`; the account by the link of its customer. */
export const paymentToObject = defineTemplate({
  id: 'example.payment-to-object',
  version: 1,
  vendor: { system: 'quickbooks', entity: 'payment' },
  canonical: { entity: 'payment' },
  fields: [
    {
      vendor: 'partner',
      canonical: 'custom.Account__c',
      codec: { kind: 'reference', entity: 'customer' },
      required: true,
    },
    {
      vendor: 'amount',
      canonical: 'custom.Amount__c',
      codec: { kind: 'decimal', minScale: 0 }, // as Salesforce writes it: 120.5
      required: true,
    },
    { vendor: 'paymentDate', canonical: 'custom.Date__c', required: true },
  ],
});
