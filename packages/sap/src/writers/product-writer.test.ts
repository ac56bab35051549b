import { describe, expect, it } from 'vitest';
import { openSap } from '../open-sap.fixture.ts';

describe('a product', () => {
  const record = {
    productNumber: 'NEW/1 A',
    description: 'New part',
    productType: 'FERT',
    productGroup: 'L001',
    baseUnit: { code: 'C62', vendorCode: 'PC' },
    grossWeight: '1.250',
    weightUnit: { code: 'KGM', vendorCode: 'KG' },
  };

  it('is created once, however often it is written', async () => {
    await using sap = await openSap();
    const write = async (change: object = {}) =>
      (await sap.erp.write('product', [{ op: 'upsert', record: { ...record, ...change } }]))[0];
    expect(await write()).toMatchObject({ status: 'created', key: 'NEW/1 A' });
    expect(await write()).toMatchObject({ status: 'unchanged', key: 'NEW/1 A' });
    expect(await write({ grossWeight: '1.500', description: 'New text' })).toMatchObject({
      status: 'updated',
    });
    expect(await sap.erp.get('product', 'NEW/1 A')).toMatchObject({
      grossWeight: '1.500',
      description: 'New text',
    });
  });

  it('keeps texts in other languages when one is written', async () => {
    await using sap = await openSap();
    const key = 'MZ-FG-000001';
    const before = await sap.erp.get('product', key);
    const change = { productNumber: key, description: 'Toothed wheel' };
    await sap.erp.write('product', [{ op: 'upsert', key, record: change }]);
    const after = await sap.erp.get('product', key);
    expect(after?.description).toBe('Toothed wheel');
    expect(after?.descriptions?.[0]).toEqual(before?.descriptions?.[0]);
  });

  it('carries customer fields of every type, in both directions', async () => {
    await using sap = await openSap();
    const custom = {
      YY1_ReleasedOn_PRD: '1969-12-31',
      YY1_Sustainability_PRD: '2026-02-01',
      YY1_Margin_PRD: '-3.50',
      YY1_LegacyNumber_PRD: '9007199254740993',
    };
    const write = async (change: Readonly<Record<string, string>>) =>
      (
        await sap.erp.write('product', [{ op: 'upsert', record: { ...record, custom: change } }])
      )[0];
    expect(await write(custom)).toMatchObject({ status: 'created' });
    expect((await sap.erp.get('product', 'NEW/1 A'))?.custom).toMatchObject(custom);
    expect(await write(custom)).toMatchObject({ status: 'unchanged' });
    const later = { ...custom, YY1_ReleasedOn_PRD: '2026-02-02' };
    expect(await write(later)).toMatchObject({ status: 'updated' });
    expect((await sap.erp.get('product', 'NEW/1 A'))?.custom).toMatchObject(later);
    const metadata = sap.sandbox.journal.entries({ path: /\$metadata/ });
    expect(metadata).toHaveLength(1);
  });

  it('is not deleted, but marked', async () => {
    await using sap = await openSap();
    const key = 'MZ-FG-000001';
    const change = { productNumber: key, isMarkedForDeletion: true };
    expect(
      await sap.erp.write('product', [
        { op: 'delete', key },
        { op: 'upsert', key, record: change },
      ]),
    ).toMatchObject([
      { status: 'failed', error: { category: 'unsupported', message: /isMarkedForDeletion/ } },
      { status: 'updated' },
    ]);
    expect((await sap.erp.get('product', key))?.isMarkedForDeletion).toBe(true);
  });
});
