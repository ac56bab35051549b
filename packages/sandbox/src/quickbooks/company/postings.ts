import { multiplyToCents, scaleCents, toCents } from '../model/cents.ts';
import { type JsonObject, listAt, objectAt, referenceAt } from '../model/json-object.ts';
import type { Company } from './company.ts';
import type { Row } from './row.ts';
import type { Part } from './running-totals.ts';

/** What a row does to accounts, stock, customers and vendors. */
interface Postings {
  /** Debits in cents of the home currency. */
  readonly accounts: readonly Part[];
  readonly stock: readonly Part[];
  readonly parties: readonly Part[];
}

const nothing: Postings = { accounts: [], stock: [], parties: [] };
const stockScale = 1_000;

/** Debits that add up to nothing, with the other side on one account. */
function balanced(parts: readonly Part[], against: string): readonly Part[] {
  const sum = parts.reduce((total, { amount }) => total + amount, 0);
  return [...parts, { target: against, amount: -sum }];
}

function forSale(company: Company, record: JsonObject, against: string, sign: 1 | -1): Postings {
  const parts: Part[] = [];
  const stock: Part[] = [];
  const income = company.accountBySubType('SalesOfProductIncome');
  for (const line of listAt(record, 'Line')) {
    const cents = toCents(line.Amount);
    if (line.DetailType === 'DiscountLineDetail') {
      const given = referenceAt(objectAt(line, 'DiscountLineDetail'), 'DiscountAccountRef');
      const target = given ?? company.accountBySubType('DiscountsRefundsGiven');
      parts.push({ target, amount: sign * cents });
    }
    if (line.DetailType !== 'SalesItemLineDetail') continue;
    const detail = objectAt(line, 'SalesItemLineDetail');
    const itemId = referenceAt(detail, 'ItemRef');
    const item = company.find('Item', itemId ?? '')?.record ?? {};
    const target = referenceAt(item, 'IncomeAccountRef') ?? income;
    parts.push({ target, amount: -sign * cents });
    if (item.Type !== 'Inventory' || itemId === undefined) continue;
    const quantity = Number(detail.Qty ?? 0);
    const costCents = multiplyToCents(quantity, Number(item.PurchaseCost ?? 0));
    stock.push({ target: itemId, amount: -sign * Math.round(quantity * stockScale) });
    parts.push({ target: referenceAt(item, 'ExpenseAccountRef')!, amount: sign * costCents });
    parts.push({ target: referenceAt(item, 'AssetAccountRef')!, amount: -sign * costCents });
  }
  const taxCents = toCents(objectAt(record, 'TxnTaxDetail').TotalTax);
  if (taxCents !== 0) {
    parts.push({ target: company.accountBySubType('GlobalTaxPayable'), amount: -sign * taxCents });
  }
  return { ...nothing, accounts: balanced(parts, against), stock };
}

function forPurchase(company: Company, record: JsonObject, sign: 1 | -1): Postings {
  const parts: Part[] = [];
  const stock: Part[] = [];
  for (const line of listAt(record, 'Line')) {
    const amount = sign * toCents(line.Amount);
    const byItem = objectAt(line, 'ItemBasedExpenseLineDetail');
    const byAccount = objectAt(line, 'AccountBasedExpenseLineDetail');
    const itemId = referenceAt(byItem, 'ItemRef');
    const item = company.find('Item', itemId ?? '')?.record ?? {};
    const isStock = item.Type === 'Inventory' && itemId !== undefined;
    const account =
      referenceAt(byAccount, 'AccountRef') ??
      (isStock ? referenceAt(item, 'AssetAccountRef') : referenceAt(item, 'ExpenseAccountRef')) ??
      company.accountBySubType('SuppliesMaterialsCogs');
    parts.push({ target: account, amount });
    if (isStock) {
      stock.push({
        target: itemId,
        amount: sign * Math.round(Number(byItem.Qty ?? 0) * stockScale),
      });
    }
  }
  const payable =
    referenceAt(record, 'APAccountRef') ?? company.accountBySubType('AccountsPayable');
  return { ...nothing, accounts: balanced(parts, payable), stock };
}

function forJournal(record: JsonObject): Postings {
  const accounts = listAt(record, 'Line').flatMap((line) => {
    const detail = objectAt(line, 'JournalEntryLineDetail');
    const target = referenceAt(detail, 'AccountRef');
    if (target === undefined) return [];
    const sign = detail.PostingType === 'Debit' ? 1 : -1;
    return [{ target, amount: sign * toCents(line.Amount) }];
  });
  return { ...nothing, accounts };
}

function postingsInCurrency(company: Company, { definition, id, record }: Row): Postings {
  const receivable = () =>
    referenceAt(record, 'ARAccountRef') ?? company.accountBySubType('AccountsReceivable');
  const total = toCents(record.TotalAmt);
  const deposit = () =>
    referenceAt(record, 'DepositToAccountRef') ?? company.accountBySubType('UndepositedFunds');
  const party = (sign: 1 | -1, open: unknown): readonly Part[] => {
    const name = definition.party === 'CustomerRef' ? 'Customer' : 'Vendor';
    const target = `${name}/${referenceAt(record, definition.party!)}`;
    return [{ target, amount: sign * toCents(open) }];
  };
  switch (definition.name) {
    case 'Invoice':
      return { ...forSale(company, record, receivable(), 1), parties: party(1, record.Balance) };
    case 'CreditMemo':
      return { ...forSale(company, record, receivable(), -1), parties: party(-1, record.Balance) };
    case 'SalesReceipt':
      return forSale(company, record, deposit(), 1);
    case 'Payment':
      return {
        ...nothing,
        accounts: balanced([{ target: deposit(), amount: total }], receivable()),
        parties: party(-1, record.UnappliedAmt),
      };
    case 'Bill':
      return { ...forPurchase(company, record, 1), parties: party(1, record.Balance) };
    case 'VendorCredit':
      return { ...forPurchase(company, record, -1), parties: party(-1, record.Balance) };
    case 'BillPayment': {
      const account =
        referenceAt(objectAt(record, 'CheckPayment'), 'BankAccountRef') ??
        referenceAt(objectAt(record, 'CreditCardPayment'), 'CCAccountRef')!;
      const payable =
        referenceAt(record, 'APAccountRef') ?? company.accountBySubType('AccountsPayable');
      return { ...nothing, accounts: balanced([{ target: payable, amount: total }], account) };
    }
    case 'JournalEntry':
      return forJournal(record);
    case 'Item': {
      if (record.Type !== 'Inventory') return nothing;
      // What others moved is theirs: the item stands for its opening stock.
      const opening = Number(record.QtyOnHand ?? 0);
      const cents = multiplyToCents(opening, Number(record.PurchaseCost ?? 0));
      const asset = referenceAt(record, 'AssetAccountRef')!;
      return {
        ...nothing,
        stock: [{ target: id, amount: Math.round(opening * stockScale) }],
        accounts: balanced(
          [{ target: asset, amount: cents }],
          company.accountBySubType('OpeningBalanceEquity'),
        ),
      };
    }
    default:
      return nothing;
  }
}

const inHomeCurrency = (parts: readonly Part[], rate: number): readonly Part[] => {
  if (rate === 1) return parts;
  const converted = parts.map(({ target, amount }) => ({
    target,
    amount: scaleCents(amount, rate),
  }));
  // Rounding part by part may leave a cent over: the last part takes it.
  const over = converted.reduce((sum, { amount }) => sum + amount, 0);
  const last = converted.at(-1);
  return last ? [...converted.slice(0, -1), { ...last, amount: last.amount - over }] : converted;
};

/** Books a row anew; a deleted one books nothing. */
export function post(company: Company, row: Row): void {
  const { accounts, stock, parties } = row.isDeleted ? nothing : postingsInCurrency(company, row);
  const rate = Number(row.record.ExchangeRate ?? 1);
  company.accounts.set(row.key, inHomeCurrency(accounts, rate));
  company.stock.set(row.key, stock);
  company.parties.set(row.key, parties);
}

/** Quantity on hand. */
export const quantityOnHand = (company: Company, itemId: string): number =>
  company.stock.totalOf(itemId) / stockScale;
