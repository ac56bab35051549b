import {
  checkDrift,
  connectorDrift,
  type FieldFacts,
  parseFingerprint,
  type SchemaFingerprint,
} from '@common/connector-core/mapping';
import { describe, expect, it } from 'vitest';
import { openSap } from './open-sap.fixture.ts';
import {
  customerTemplate,
  productTemplate,
  purchaseOrderV2Template,
  purchaseOrderV4Template,
  supplierTemplate,
} from './templates/index.ts';

const partners = [productTemplate, customerTemplate, supplierTemplate];

describe('the fingerprint of SAP', () => {
  it.each([
    ['v2', [...partners, purchaseOrderV2Template]],
    ['v4', [...partners, purchaseOrderV4Template]],
  ] as const)(
    'holds everything that the shipped templates use, over %s',
    async (purchaseOrderApi, templates) => {
      await using sap = await openSap({}, { purchaseOrderApi });
      const { fingerprint, drift } = await connectorDrift(sap.erp, { templates });
      expect(fingerprint.entities.map(({ entity }) => entity)).toEqual([
        'customer',
        'product',
        'purchaseOrder',
        'supplier',
      ]);
      expect(drift).toMatchObject({ safe: [], narrowing: [], breaking: [] });
      // What is left are the lists themselves, which have no type of their own.
      const unchecked = new Set(drift.unchecked.map(({ path }) => path));
      const lists = [...unchecked].filter((path) =>
        fingerprint.entities.some(({ fields }) =>
          Object.keys(fields).some((name) => name.startsWith(`${path}[].`)),
        ),
      );
      // The simulator does not have groups of business partners.
      const groups = ['GroupBusinessPartnerName1', 'GroupBusinessPartnerName2'];
      expect([...unchecked].toSorted()).toEqual([...lists, ...groups].toSorted());
      expect(parseFingerprint(JSON.stringify(fingerprint))).toEqual(fingerprint);
    },
  );
});

describe('the drift of SAP', () => {
  const templates = [purchaseOrderV2Template];

  /** The fingerprint, had a field been another one when it was taken. */
  const earlier = (now: SchemaFingerprint, path: string, facts: Partial<FieldFacts>) => ({
    ...now,
    entities: now.entities.map((entity) => ({
      ...entity,
      fields: { ...entity.fields, [path]: { ...entity.fields[path], ...facts } as FieldFacts },
    })),
  });

  it('is told by the live metadata, lines of documents included', async () => {
    await using sap = await openSap({}, { purchaseOrderApi: 'v2' });
    const described = [await sap.erp.describe('purchaseOrder')];
    const { fingerprint } = await connectorDrift(sap.erp, { templates });
    const drift = (path: string, facts: Partial<FieldFacts>) =>
      checkDrift({ fingerprint: earlier(fingerprint, path, facts), templates, described });

    const quantity = 'to_PurchaseOrderItem[].OrderQuantity';
    // The codec writes 13 digits, which is more than the field has now.
    expect(drift(quantity, { precision: 15 }).narrowing).toMatchObject([
      { entity: 'purchaseOrder', path: quantity, change: 'precision', was: 15, is: 13 },
    ]);
    expect(drift(quantity, { precision: 10 })).toMatchObject({
      safe: [{ path: quantity }],
      narrowing: [],
    });
    expect(drift('PurchaseOrderDate', { type: 'Edm.DateTimeOffset' }).breaking).toMatchObject([
      { path: 'PurchaseOrderDate', change: 'type', is: 'Edm.DateTime' },
    ]);
    expect(drift('LastChangeDateTime', { creatable: true })).toMatchObject({
      safe: [{ path: 'LastChangeDateTime', change: 'creatable' }],
      breaking: [],
    });
  });

  it('needs the template of the service that the connector reads by', async () => {
    await using sap = await openSap({}, { purchaseOrderApi: 'v4' });
    await expect(connectorDrift(sap.erp, { templates })).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      message: expect.stringContaining('A_PurchaseOrder'),
    });
  });
});
