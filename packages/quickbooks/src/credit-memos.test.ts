import { describe, expect, it } from 'vitest';
import { create, newInvoice, openQuickbooks, writeOne } from './open-quickbooks.fixture.ts';

describe('a credit memo', () => {
  it('is none of the invoices, and is used by a payment', async () => {
    await using open = await openQuickbooks();
    const { books, sandbox } = open;
    const invoice = await create(books, 'invoice', newInvoice());
    const memo = await create(books, 'creditMemo', newInvoice());
    expect(await books.get('invoice', memo)).toBeUndefined();
    expect(await books.get('creditMemo', memo)).toMatchObject({
      ...{ isCreditMemo: true, status: 'open', openAmount: '35.50' },
    });
    const settles = (TxnId: string, TxnType: string) => ({
      Amount: 35.5,
      LinkedTxn: [{ TxnId, TxnType }],
    });
    const Line = [settles(invoice, 'Invoice'), settles(memo, 'CreditMemo')];
    const record = { CustomerRef: { value: '1' }, TotalAmt: 0, Line };
    sandbox.actions.create({ entity: 'Payment', record });
    expect(await books.get('creditMemo', memo)).toMatchObject({ status: 'paid' });
    expect(await books.get('invoice', invoice)).toMatchObject({ status: 'paid' });
  });

  it('of a supplier is none of their invoices', async () => {
    await using open = await openQuickbooks();
    const { customer: _, ...fields } = newInvoice();
    const key = await create(open.books, 'vendorCredit', { ...fields, supplier: '1' });
    expect(await open.books.get('supplierInvoice', key)).toBeUndefined();
    expect(await open.books.get('vendorCredit', key)).toMatchObject({ isCreditMemo: true });
  });

  it('is never booked as an invoice, nor an invoice as one', async () => {
    await using open = await openQuickbooks();
    const wrong = [
      ['invoice', { isCreditMemo: true }],
      ['creditMemo', { isCreditMemo: false }],
    ] as const;
    for (const [entity, change] of wrong) {
      const record = newInvoice(change);
      expect(await writeOne(open.books, entity, { op: 'upsert', record })).toMatchObject({
        status: 'failed',
        error: { code: 'ERR_MAPPING', path: 'isCreditMemo' },
      });
    }
    expect(open.sandbox.journal.count({ method: 'POST', path: /invoice|creditmemo/ })).toBe(0);
  });
});
