import { businessRule, missing } from '../fault/refusals.ts';
import { fromCents, scaleCents, toCents } from '../model/cents.ts';
import type { EntityDefinition } from '../model/entity-definition.ts';
import { type JsonObject, listAt, objectAt, referenceAt, textAt } from '../model/json-object.ts';
import type { Company } from './company.ts';
import { checkJournal, completeLines } from './transaction-lines.ts';

/** Where a transaction is written. */
export interface TransactionContext {
  readonly company: Company;
  readonly definition: EntityDefinition;
  readonly before: JsonObject | undefined;
  /** `2026-01-05`. */
  readonly today: string;
}

const defaults: Readonly<Record<string, JsonObject>> = {
  Invoice: { PrintStatus: 'NeedToPrint', EmailStatus: 'NotSet', ApplyTaxAfterDiscount: false },
  Estimate: { TxnStatus: 'Pending', PrintStatus: 'NeedToPrint', EmailStatus: 'NotSet' },
  SalesReceipt: { PrintStatus: 'NeedToPrint', EmailStatus: 'NotSet' },
  CreditMemo: { PrintStatus: 'NeedToPrint', EmailStatus: 'NotSet' },
  PurchaseOrder: { POStatus: 'Open', EmailStatus: 'NotSet' },
  JournalEntry: { Adjustment: false },
  Payment: { ProcessPayment: false },
};

const payable = { field: 'APAccountRef', subType: 'AccountsPayable' };
const deposit = { field: 'DepositToAccountRef', subType: 'UndepositedFunds' };
const defaultAccounts: Readonly<
  Record<string, { readonly field: string; readonly subType: string }>
> = {
  PurchaseOrder: payable,
  Bill: payable,
  VendorCredit: payable,
  Payment: deposit,
  SalesReceipt: deposit,
};

const dayMs = 86_400_000;
const addDays = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10);

function dueDate({ company, definition }: TransactionContext, record: JsonObject, day: string) {
  const party = partyOf(company, definition, record);
  const termId =
    referenceAt(record, 'SalesTermRef') ??
    (party && (referenceAt(party, 'SalesTermRef') ?? referenceAt(party, 'TermRef')));
  const days = Number(company.live('Term', termId)?.record.DueDays ?? 0);
  return addDays(day, days);
}

function partyOf(
  company: Company,
  { party }: EntityDefinition,
  record: JsonObject,
): JsonObject | undefined {
  if (party === undefined) return undefined;
  const entity = party === 'CustomerRef' ? 'Customer' : 'Vendor';
  return company.live(entity, referenceAt(record, party))?.record;
}

function currencyOf(context: TransactionContext, record: JsonObject): JsonObject {
  const { company, definition } = context;
  const party = partyOf(company, definition, record);
  const partyCurrency = party && referenceAt(party, 'CurrencyRef');
  const currency = referenceAt(record, 'CurrencyRef') ?? partyCurrency ?? company.homeCurrency;
  const CurrencyRef = { value: currency };
  if (!company.settings.multiCurrency) {
    if (currency !== company.homeCurrency) {
      throw businessRule('Multi-currency is not enabled for this company', 'CurrencyRef');
    }
    return { CurrencyRef };
  }
  if (partyCurrency !== undefined && partyCurrency !== currency) {
    throw businessRule(`The currency of the customer or vendor is ${partyCurrency}`, 'CurrencyRef');
  }
  const isHome = currency === company.homeCurrency;
  const rate = isHome ? 1 : (record.ExchangeRate ?? company.exchangeRates.get(currency) ?? 1);
  return { CurrencyRef, ExchangeRate: rate };
}

/** The tax that was given, or that of the tax code over the taxable lines. */
function taxOf(company: Company, record: JsonObject, lines: readonly JsonObject[]): JsonObject {
  const given = objectAt(record, 'TxnTaxDetail');
  const code = company.live('TaxCode', referenceAt(given, 'TxnTaxCodeRef'));
  if (!code) return { ...given, TotalTax: fromCents(toCents(given.TotalTax)) };
  let taxableCents = 0;
  for (const line of lines) {
    const detail = objectAt(line, String(line.DetailType));
    const taxCode = referenceAt(detail, 'TaxCodeRef');
    if (taxCode !== undefined && taxCode !== 'NON') taxableCents += toCents(line.Amount);
  }
  let totalCents = 0;
  const TaxLine = listAt(objectAt(code.record, 'SalesTaxRateList'), 'TaxRateDetail').map((rate) => {
    const id = referenceAt(rate, 'TaxRateRef');
    const percent = Number(company.live('TaxRate', id)?.record.RateValue ?? 0);
    const cents = scaleCents(taxableCents, percent / 100);
    totalCents += cents;
    return {
      Amount: fromCents(cents),
      DetailType: 'TaxLineDetail',
      TaxLineDetail: {
        TaxRateRef: { value: id },
        PercentBased: true,
        TaxPercent: percent,
        NetAmountTaxable: fromCents(taxableCents),
      },
    };
  });
  return { ...given, TotalTax: fromCents(totalCents), TaxLine };
}

function checkPaymentLines(record: JsonObject): void {
  for (const line of listAt(record, 'Line')) {
    if (line.Amount === undefined) throw missing('Line.Amount');
    const links = listAt(line, 'LinkedTxn');
    if (links.length !== 1) throw missing('Line.LinkedTxn');
    for (const name of ['TxnId', 'TxnType']) {
      if (textAt(links[0]!, name) === undefined) throw missing(`Line.LinkedTxn.${name}`);
    }
  }
}

function requireDetail(record: JsonObject): void {
  const isCheck = record.PayType === 'Check';
  const detail = isCheck ? 'CheckPayment' : 'CreditCardPayment';
  const account = isCheck ? 'BankAccountRef' : 'CCAccountRef';
  if (referenceAt(objectAt(record, detail), account) === undefined) {
    throw missing(`${detail}.${account}`);
  }
}

/** Fills in what QuickBooks fills in: dates, numbers, currency, lines, tax, totals. */
export function completeTransaction(context: TransactionContext, input: JsonObject): JsonObject {
  const { company, definition, before, today } = context;
  const record: Record<string, unknown> = {
    ...defaults[definition.name],
    TxnDate: today,
    ...input,
  };
  Object.assign(record, currencyOf(context, record));
  if ('DueDate' in definition.fields)
    record.DueDate ??= dueDate(context, record, record.TxnDate as string);

  if (definition.name === 'Payment' || definition.name === 'BillPayment') {
    checkPaymentLines(record);
    if (definition.name === 'BillPayment') requireDetail(record);
    if (toCents(record.TotalAmt) < 0) throw businessRule('TotalAmt must not be negative');
    record.Line ??= [];
  } else {
    const { lines, subTotalCents, discountCents } = completeLines(definition, record, before);
    record.Line = lines;
    if (definition.name === 'JournalEntry') {
      checkJournal(lines, (id) => textAt(company.live('Account', id)?.record ?? {}, 'AccountType'));
      // As recorded: the total of a journal entry reads 0.
      record.TotalAmt = 0;
    } else {
      const tax = taxOf(company, record, lines);
      if (definition.hasSubTotal || record.TxnTaxDetail !== undefined) record.TxnTaxDetail = tax;
      record.TotalAmt = fromCents(subTotalCents - discountCents + toCents(tax.TotalTax));
    }
  }
  const account = defaultAccounts[definition.name];
  const accountId = account && company.accountBySubType(account.subType);
  if (accountId && company.live('Account', accountId)) {
    record[account.field] ??= { value: accountId };
  }
  const { docNumber } = definition;
  // Numbers of bills are the vendor's own: only ranges of the company are counted on.
  const isNumbered = docNumber !== undefined && docNumber.within === undefined;
  if (isNumbered && record.DocNumber === undefined && !company.settings.customNumbers) {
    record.DocNumber =
      (before && textAt(before, 'DocNumber')) ??
      company.nextNumber(docNumber.range ?? definition.name);
  }
  return record;
}
