import { describe, expect, it } from 'vitest';
import { openSap } from '../open-sap.fixture.ts';

describe.each(['customer', 'supplier'] as const)('a %s', (entity) => {
  const record = {
    name: 'Miller & Sons',
    addresses: [{ street: "O'Neil Street", city: 'Berlin', postalCode: '10115', country: 'DE' }],
    vatNumber: 'DE123456789',
    companyCodes: [{ companyCode: '1010', paymentTerms: '0001' }],
    custom: { YY1_CommonCompanyId_BP: '2026-01-01' },
  };

  it('is created with its business partner and roles, found, and changed', async () => {
    await using sap = await openSap();
    const [created] = await sap.erp.write(entity, [
      { op: 'upsert', record: { ...record, externalReference: 'CRM-1' } },
    ]);
    expect(created).toMatchObject({ status: 'created' });
    const key = created!.key!;
    expect(await sap.erp.get(entity, key)).toMatchObject({ ...record, kind: 'organization' });
    const found = await sap.erp.find(entity, { externalReference: 'CRM-1' });
    expect(found.map(({ source }) => source?.key)).toEqual([key]);
    const [changed] = await sap.erp.write(entity, [
      { op: 'upsert', key, record: { ...record, name: 'Miller' } },
    ]);
    expect(changed).toMatchObject({ status: 'updated', key });
    expect((await sap.erp.get(entity, key))?.name).toBe('Miller');
  });

  it('that is a person stays one, and is renamed where persons have their names', async () => {
    await using sap = await openSap();
    const person = { ...record, kind: 'person', name: 'Lovelace', name2: 'Ada' } as const;
    const [created] = await sap.erp.write(entity, [{ op: 'upsert', record: person }]);
    const key = created!.key!;
    const [renamed] = await sap.erp.write(entity, [
      { op: 'upsert', key, record: { name: 'King' } },
    ]);
    expect(renamed).toMatchObject({ status: 'updated' });
    expect(await sap.erp.get(entity, key)).toMatchObject({
      kind: 'person',
      name: 'King',
      name2: 'Ada',
      vatNumber: 'DE123456789',
    });
    const organization = { ...record, kind: 'organization', name: 'King & Co' } as const;
    expect(
      await sap.erp.write(entity, [{ op: 'upsert', key, record: organization }]),
    ).toMatchObject([{ status: 'failed', error: { code: 'ERR_VALIDATION', path: 'kind' } }]);
  });
});
