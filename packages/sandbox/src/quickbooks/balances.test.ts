import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromCents, multiplyToCents, toCents } from './model/cents.ts';
import {
  type Caller,
  callerOf,
  expense,
  faultOf,
  paying,
  type Shown,
  sale,
} from './quickbooks-caller.fixture.ts';
import { type QuickbooksSandbox, startQuickbooksSandbox } from './quickbooks-sandbox.ts';

let sandbox: QuickbooksSandbox;
let caller: Caller;

const start = async (options: Parameters<typeof startQuickbooksSandbox>[0] = {}) => {
  await sandbox?.close();
  sandbox = await startQuickbooksSandbox({ customers: 3, vendors: 2, items: 3, ...options });
  caller = callerOf(sandbox);
};
beforeEach(() => start());
afterEach(() => sandbox.close());

const account = (subType: string): string =>
  String(sandbox.state.records('Account').find((row) => row.AccountSubType === subType)?.Id);
const balanceOf = (subType: string): unknown =>
  sandbox.state.record('Account', account(subType))?.CurrentBalance;
const customer = { CustomerRef: { value: '1' } };
const vendor = { VendorRef: { value: '1' } };
const invoiceOf = (amount: number): Promise<Shown> =>
  caller.create('Invoice', { ...customer, Line: [sale(amount)] });
const billOf = (amount: number, more: object = {}): Promise<Shown> =>
  caller.create('Bill', {
    ...vendor,
    Line: [expense(amount, account('RentOrLeaseOfBuildings'))],
    ...more,
  });

describe('amounts', () => {
  it('are exact to the cent', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (cents) => {
        expect(toCents(fromCents(cents))).toBe(cents);
      }),
    );
    expect(multiplyToCents(3, 0.1)).toBe(30);
    expect(multiplyToCents(1, 1.005)).toBe(101);
    expect(multiplyToCents(-1, 1.005)).toBe(-101);
  });
});

describe('an invoice', () => {
  it('adds its lines up, with a subtotal line at the end', async () => {
    const Line = [sale(0.1), sale(0.2), { DetailType: 'DescriptionOnly', Description: 'x' }];
    const invoice = await caller.create('Invoice', { ...customer, Line });
    expect(invoice).toMatchObject({ TotalAmt: 0.3, Balance: 0.3, TxnDate: '2026-01-05' });
    expect(invoice.Line.at(-1)).toEqual({
      Amount: 0.3,
      DetailType: 'SubTotalLineDetail',
      SubTotalLineDetail: {},
    });
    expect(invoice.Line.map((line: Shown) => line.Id)).toEqual(['1', '2', '3', undefined]);
  });

  it('can be sent back as it was read', async () => {
    const invoice = await invoiceOf(10);
    const { body } = await caller.post('invoice', invoice);
    const { SyncToken, MetaData, ...rest } = body.Invoice;
    expect(SyncToken).toBe('1');
    expect(invoice).toMatchObject(rest);
  });

  it('keeps ids of its lines, gives new ones to new lines', async () => {
    const { Id, Line } = await caller.create('Invoice', { ...customer, Line: [sale(1), sale(2)] });
    const made = { ...sale(5), Id: '77' };
    const change = { Id, SyncToken: '0', sparse: true, Line: [Line[1], made] };
    const { body } = await caller.post('invoice', change);
    expect(body.Invoice.Line.map((line: Shown) => line.Id)).toEqual(['2', '3', undefined]);
    expect(body.Invoice.TotalAmt).toBe(7);
  });

  it('is due by the terms of the customer', async () => {
    const net30 = { DisplayName: 'Acme', SalesTermRef: { value: '1' } };
    const { Id: value } = await caller.create('Customer', net30);
    const invoice = await caller.create('Invoice', { CustomerRef: { value }, Line: [sale(1)] });
    expect(invoice.DueDate).toBe('2026-02-04');
  });

  it('takes discounts off and tax on', async () => {
    const code = sandbox.state.records('TaxCode').find(({ Name }) => Name === 'California');
    const Line = [
      sale(100, { TaxCodeRef: { value: 'TAX' } }),
      sale(50, { TaxCodeRef: { value: 'NON' } }),
      {
        DetailType: 'DiscountLineDetail',
        DiscountLineDetail: { PercentBased: true, DiscountPercent: 10 },
      },
    ];
    const TxnTaxDetail = { TxnTaxCodeRef: { value: code?.Id } };
    const invoice = await caller.create('Invoice', { ...customer, Line, TxnTaxDetail });
    expect(invoice.Line[2].Amount).toBe(15);
    expect(invoice.TxnTaxDetail).toMatchObject({ TotalTax: 8, TaxLine: [{ Amount: 8 }] });
    expect(invoice.TotalAmt).toBe(143);
    expect(balanceOf('GlobalTaxPayable')).toBe(8);
    expect(balanceOf('AccountsReceivable')).toBe(143);
  });

  it('closes the estimate that it comes from', async () => {
    const estimate = await caller.create('Estimate', { ...customer, Line: [sale(5)] });
    expect(estimate.TxnStatus).toBe('Pending');
    const LinkedTxn = [{ TxnId: estimate.Id, TxnType: 'Estimate' }];
    const { Id } = await caller.create('Invoice', { ...customer, Line: [sale(5)], LinkedTxn });
    expect(sandbox.state.record('Estimate', estimate.Id)).toMatchObject({
      TxnStatus: 'Closed',
      LinkedTxn: [{ TxnId: Id, TxnType: 'Invoice' }],
    });
  });
});

describe('a payment', () => {
  it('lowers the balance of its invoices, which change with it', async () => {
    const first = await invoiceOf(30);
    const second = await invoiceOf(20);
    const Line = [paying('Invoice', first.Id, 30), paying('Invoice', second.Id, 5)];
    const payment = await caller.create('Payment', { ...customer, TotalAmt: 40, Line });
    expect(payment).toMatchObject({ TotalAmt: 40, UnappliedAmt: 5 });
    expect(sandbox.state.record('Invoice', first.Id)).toMatchObject({
      Balance: 0,
      SyncToken: '1',
      LinkedTxn: [{ TxnId: payment.Id, TxnType: 'Payment' }],
    });
    expect(sandbox.state.record('Invoice', second.Id)).toMatchObject({ Balance: 15 });
    expect(sandbox.state.record('Customer', '1')).toMatchObject({ Balance: 10 });
    expect(balanceOf('AccountsReceivable')).toBe(10);
    expect(balanceOf('UndepositedFunds')).toBe(40);
  });

  it('gives everything back when it is deleted, and is free when its invoice is', async () => {
    const { Id } = await invoiceOf(30);
    const pay = () =>
      caller.create('Payment', { ...customer, TotalAmt: 30, Line: [paying('Invoice', Id, 30)] });
    const payment = await pay();
    await caller.post('payment?operation=delete', { Id: payment.Id, SyncToken: '0' });
    expect(sandbox.state.record('Invoice', Id)).toMatchObject({ Balance: 30, LinkedTxn: [] });
    const second = await pay();
    const { SyncToken } = sandbox.state.record('Invoice', Id)!;
    await caller.post('invoice?operation=delete', { Id, SyncToken });
    const free = sandbox.state.record('Payment', second.Id);
    expect(free).toMatchObject({ UnappliedAmt: 30, Line: [], SyncToken: '1' });
    expect(sandbox.state.record('Customer', '1')).toMatchObject({ Balance: -30 });
  });

  it.each([
    ['more than the invoice is open', { TotalAmt: 40, amount: 31 }, '6000'],
    ['more than itself', { TotalAmt: 10, amount: 20 }, '6000'],
    [
      'an invoice of another customer',
      { TotalAmt: 10, amount: 10, CustomerRef: { value: '2' } },
      '6000',
    ],
    ['an invoice that is not there', { TotalAmt: 10, amount: 10, id: '99' }, '2500'],
  ])('cannot pay %s', async (_, { amount, id, ...body }: Shown, code) => {
    const invoice = await invoiceOf(30);
    const Line = [paying('Invoice', id ?? invoice.Id, amount)];
    expect(faultOf(await caller.post('payment', { ...customer, Line, ...body })).code).toBe(code);
    expect(sandbox.state.record('Invoice', invoice.Id)).toMatchObject({
      Balance: 30,
      SyncToken: '0',
    });
  });

  it('uses a credit memo', async () => {
    const invoice = await invoiceOf(30);
    const credit = await caller.create('CreditMemo', { ...customer, Line: [sale(12)] });
    const Line = [paying('Invoice', invoice.Id, 30), paying('CreditMemo', credit.Id, 12)];
    const { UnappliedAmt } = await caller.create('Payment', { ...customer, TotalAmt: 18, Line });
    expect(UnappliedAmt).toBe(0);
    expect(sandbox.state.record('CreditMemo', credit.Id)).toMatchObject({ RemainingCredit: 0 });
    expect(sandbox.state.record('Customer', '1')).toMatchObject({ Balance: 0 });
  });
});

describe('purchases', () => {
  const order = () =>
    caller.create('PurchaseOrder', {
      ...vendor,
      Line: [
        expense(10, account('RentOrLeaseOfBuildings')),
        expense(20, account('RentOrLeaseOfBuildings')),
      ],
    });

  it('orders are open and post nothing', async () => {
    const created = await order();
    expect(created).toMatchObject({ POStatus: 'Open', TotalAmt: 30, EmailStatus: 'NotSet' });
    expect(created.APAccountRef.value).toBe(account('AccountsPayable'));
    expect(created.Line[0].AccountBasedExpenseLineDetail).toMatchObject({
      BillableStatus: 'NotBillable',
      TaxCodeRef: { value: 'NON' },
    });
    expect(balanceOf('AccountsPayable')).toBe(0);
  });

  it('orders close when they are billed, and open again without the bill', async () => {
    const { Id } = await order();
    const LinkedTxn = [{ TxnId: Id, TxnType: 'PurchaseOrder' }];
    const bill = await billOf(30, { LinkedTxn });
    expect(sandbox.state.record('PurchaseOrder', Id)).toMatchObject({
      POStatus: 'Closed',
      LinkedTxn: [{ TxnId: bill.Id, TxnType: 'Bill' }],
    });
    await caller.post('bill?operation=delete', { Id: bill.Id, SyncToken: '0' });
    expect(sandbox.state.record('PurchaseOrder', Id)).toMatchObject({ POStatus: 'Open' });
  });

  it('orders that are billed in part stay open', async () => {
    const { Id } = await order();
    const line = (TxnLineId: string) => ({
      ...expense(10, account('RentOrLeaseOfBuildings')),
      LinkedTxn: [{ TxnId: Id, TxnType: 'PurchaseOrder', TxnLineId }],
    });
    await caller.create('Bill', { ...vendor, Line: [line('1')] });
    expect(sandbox.state.record('PurchaseOrder', Id)).toMatchObject({ POStatus: 'Open' });
    await caller.create('Bill', { ...vendor, Line: [line('2')] });
    expect(sandbox.state.record('PurchaseOrder', Id)).toMatchObject({ POStatus: 'Closed' });
  });

  it('bills are paid by bill payments, with a vendor credit along', async () => {
    const bill = await billOf(30);
    const Line = [expense(10, account('RentOrLeaseOfBuildings'))];
    const credit = await caller.create('VendorCredit', { ...vendor, Line });
    expect(sandbox.state.record('Vendor', '1')).toMatchObject({ Balance: 20 });
    const body = {
      ...vendor,
      TotalAmt: 20,
      PayType: 'Check',
      Line: [paying('Bill', bill.Id, 30), paying('VendorCredit', credit.Id, 10)],
    };
    expect(faultOf(await caller.post('billpayment', body))).toMatchObject({
      code: '2020',
      element: 'CheckPayment.BankAccountRef',
    });
    const CheckPayment = { BankAccountRef: { value: account('Checking') } };
    const payment = await caller.create('BillPayment', { ...body, CheckPayment });
    expect(sandbox.state.record('Bill', bill.Id)).toMatchObject({
      Balance: 0,
      LinkedTxn: [{ TxnId: payment.Id, TxnType: 'BillPaymentCheck' }],
    });
    expect(sandbox.state.record('Vendor', '1')).toMatchObject({ Balance: 0 });
    expect(balanceOf('AccountsPayable')).toBe(0);
    expect(balanceOf('Checking')).toBe(-20);
  });
});

describe('a journal entry', () => {
  const line = (PostingType: string, Amount: number, subType: string, more: object = {}) => ({
    Amount,
    DetailType: 'JournalEntryLineDetail',
    JournalEntryLineDetail: { PostingType, AccountRef: { value: account(subType) }, ...more },
  });

  it('moves between accounts; its total reads 0', async () => {
    const Line = [line('Debit', 5, 'Savings'), line('Credit', 5, 'Checking')];
    expect(await caller.create('JournalEntry', { Line })).toMatchObject({ TotalAmt: 0 });
    expect([balanceOf('Savings'), balanceOf('Checking')]).toEqual([5, -5]);
  });

  it('must balance, and names a customer where the account asks for one', async () => {
    const uneven = [line('Debit', 5, 'Savings'), line('Credit', 4, 'Checking')];
    expect(faultOf(await caller.post('journalentry', { Line: uneven })).code).toBe('6000');
    const wrong = [line('Left', 5, 'Savings'), line('Credit', 5, 'Checking')];
    expect(faultOf(await caller.post('journalentry', { Line: wrong })).code).toBe('2170');
    const nobody = [line('Debit', 5, 'AccountsReceivable'), line('Credit', 5, 'Checking')];
    expect(faultOf(await caller.post('journalentry', { Line: nobody })).code).toBe('6000');
    const Entity = { Type: 'Customer', EntityRef: { value: '1' } };
    const somebody = [
      line('Debit', 5, 'AccountsReceivable', { Entity }),
      line('Credit', 5, 'Checking'),
    ];
    const entry = await caller.create('JournalEntry', { Line: somebody });
    expect(entry.Line[0].JournalEntryLineDetail.Entity.EntityRef.name).toBeTypeOf('string');
  });
});

describe('currencies', () => {
  it('are refused where the company has one only', async () => {
    const body = { ...customer, CurrencyRef: { value: 'EUR' }, Line: [sale(1)] };
    expect(faultOf(await caller.post('invoice', body))).toMatchObject({ code: '6000' });
  });

  it('are those of the customer; the books are kept in the home currency', async () => {
    await start({ companies: [{ realmId: '1', multiCurrency: true }] });
    const euro = { DisplayName: 'Acme', CurrencyRef: { value: 'EUR' } };
    const { Id: value } = await caller.create('Customer', euro);
    const body = { CustomerRef: { value }, Line: [sale(100)] };
    const invoice = await caller.create('Invoice', body);
    expect(invoice).toMatchObject({
      CurrencyRef: { value: 'EUR' },
      ExchangeRate: 1.08,
      Balance: 100,
    });
    expect(balanceOf('AccountsReceivable')).toBe(108);
    const dollars = { ...body, CurrencyRef: { value: 'USD' } };
    expect(faultOf(await caller.post('invoice', dollars))).toMatchObject({ code: '6000' });
    const rate = await caller.get('exchangerate?sourcecurrencycode=EUR&asofdate=2026-01-02');
    expect(rate.body.ExchangeRate).toMatchObject({ Rate: 1.08, AsOfDate: '2026-01-02' });
    sandbox.actions.setExchangeRate({ currency: 'EUR', rate: 1.1 });
    expect((await caller.create('Invoice', body)).ExchangeRate).toBe(1.1);
  });
});

describe('the books', () => {
  const step = fc.record({
    what: fc.constantFrom('invoice', 'bill', 'pay', 'void', 'delete', 'change', 'merge'),
    cents: fc.integer({ min: 1, max: 99_999 }),
    pick: fc.nat(20),
  });

  it('balance, whatever is written, changed, voided, deleted or merged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        await start({ companies: [{ realmId: '1', multiCurrency: true }] });
        const { actions, state } = sandbox;
        const euro = { DisplayName: 'Euro', CurrencyRef: { value: 'EUR' } };
        const euroId = actions.create({ entity: 'Customer', record: euro }).Id;
        const rent = account('RentOrLeaseOfBuildings');
        for (const { what, cents, pick } of steps) {
          const entity = (['Invoice', 'Bill', 'Payment'] as const)[pick % 3]!;
          const rows = state.records(entity);
          const id = String(rows[pick % rows.length]?.Id ?? '');
          const value = pick % 4 === 3 ? euroId : String((pick % 3) + 1);
          const Line = [
            sale(cents / 100, { ItemRef: { value: '2' }, Qty: 1 }),
            sale(0.01),
            sale(0.01),
          ];
          if (what === 'invoice') {
            actions.create({ entity: 'Invoice', record: { CustomerRef: { value }, Line } });
          }
          if (what === 'bill') {
            const record = { ...vendor, Line: [expense(cents / 100, rent)] };
            actions.create({ entity: 'Bill', record });
          }
          if (what === 'pay') actions.payInvoices({ count: 1 });
          if (what === 'void' && id && entity !== 'Bill') actions.voidTransaction({ entity, id });
          if (what === 'delete' && id) actions.remove({ entity, id });
          if (what === 'change' && id) actions.change({ entity, id, fields: { PrivateNote: 'x' } });
          const isThere = state.record('Customer', '3') !== undefined;
          if (what === 'merge' && isThere && value !== '3') {
            actions.merge({ entity: 'Customer', fromId: '3', intoId: '1' });
          }
          if (what === 'merge') break;
        }
        const trial = (await caller.get('reports/TrialBalance?end_date=2026-12-31')).body;
        const [, debit, credit] = trial.Rows.Row.at(-1).Summary.ColData;
        expect(debit).toEqual(credit);
        const aged = (await caller.get('reports/AgedPayables')).body;
        const open = Number(aged.Rows.Row.at(-1).Summary.ColData.at(-1).value);
        expect(open).toBe(balanceOf('AccountsPayable'));
        for (const invoice of state.records('Invoice')) {
          const paid = state.records('Payment').flatMap(({ Line }) => Line as Shown[]);
          const linked = paid.filter((line) => line.LinkedTxn[0].TxnId === invoice.Id);
          const cents = linked.reduce((sum, line) => sum + toCents(line.Amount), 0);
          expect(toCents(invoice.Balance)).toBe(toCents(invoice.TotalAmt) - cents);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('reports', () => {
  const totalOf = (report: Shown, group: string): string => {
    const find = (rows: readonly Shown[]): Shown =>
      rows.map((row) => (row.group === group ? row : row.Rows && find(row.Rows.Row))).find(Boolean);
    return find(report.Rows.Row).Summary.ColData.at(-1).value;
  };

  it('add up: the balance sheet balances, whatever happened', async () => {
    await start({ invoices: 12, payments: 4, bills: 7, items: 9, customers: 5 });
    await billOf(12.34);
    const { body } = await caller.get('reports/BalanceSheet?end_date=2026-12-31');
    expect(Number(totalOf(body, 'TotalAssets'))).not.toBe(0);
    expect(totalOf(body, 'TotalAssets')).toBe(totalOf(body, 'TotalLiabilitiesAndEquity'));
    const trial = (await caller.get('reports/TrialBalance?end_date=2026-12-31')).body;
    const [, debit, credit] = trial.Rows.Row.at(-1).Summary.ColData;
    expect(debit).toEqual(credit);
    const receivable = (await caller.get('reports/AgedReceivables')).body;
    expect(totalOf(receivable, 'GrandTotal')).toBe(
      Number(balanceOf('AccountsReceivable')).toFixed(2),
    );
    const payable = (await caller.get('reports/AgedPayables')).body;
    expect(totalOf(payable, 'GrandTotal')).toBe(Number(balanceOf('AccountsPayable')).toFixed(2));
  });

  it('show profit and loss of a period', async () => {
    await caller.create('Invoice', { ...customer, TxnDate: '2026-02-10', Line: [sale(100)] });
    await billOf(30, { TxnDate: '2026-02-11' });
    await billOf(7, { TxnDate: '2026-03-01' });
    const { body } = await caller.get(
      'reports/ProfitAndLoss?start_date=2026-02-01&end_date=2026-02-28',
    );
    expect(body.Header).toMatchObject({
      ReportName: 'ProfitAndLoss',
      StartPeriod: '2026-02-01',
      EndPeriod: '2026-02-28',
      Currency: 'USD',
    });
    expect(totalOf(body, 'Income')).toBe('100.00');
    expect(totalOf(body, 'NetIncome')).toBe('70.00');
  });

  it('list transactions', async () => {
    const { Id } = await invoiceOf(5);
    const { body } = await caller.get(
      'reports/TransactionList?start_date=2026-01-01&end_date=2026-01-31',
    );
    expect(body.Rows.Row[0].ColData).toMatchObject([
      { value: '2026-01-05' },
      { value: 'Invoice', id: Id },
      { value: '1001' },
      { id: '1' },
      {},
      { value: '5.00' },
    ]);
  });

  it('that the sandbox cannot add up are refused, not made up', async () => {
    expect(faultOf(await caller.get('reports/CashFlow'))).toMatchObject({ code: '500' });
    const cash = await caller.get('reports/ProfitAndLoss?accounting_method=Cash');
    expect(faultOf(cash)).toMatchObject({ code: '500' });
  });
});
