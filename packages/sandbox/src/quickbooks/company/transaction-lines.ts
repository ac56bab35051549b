import { businessRule, invalidEnumeration, missing, wrongAmount } from '../fault/refusals.ts';
import { fromCents, multiplyToCents, scaleCents, toCents } from '../model/cents.ts';
import type { EntityDefinition } from '../model/entity-definition.ts';
import { type JsonObject, listAt, objectAt, referenceAt, textAt } from '../model/json-object.ts';

/** Lines in the stored form, and what they come to. */
export interface CompletedLines {
  readonly lines: readonly JsonObject[];
  readonly subTotalCents: number;
  readonly discountCents: number;
}

const subTotal = 'SubTotalLineDetail';
const withoutAmount = new Set(['DescriptionOnly', 'DescriptionLineDetail']);
const defaultDetail: Readonly<Record<string, JsonObject>> = {
  SalesItemLineDetail: { TaxCodeRef: { value: 'NON' } },
  ItemBasedExpenseLineDetail: { TaxCodeRef: { value: 'NON' }, BillableStatus: 'NotBillable' },
  AccountBasedExpenseLineDetail: { TaxCodeRef: { value: 'NON' }, BillableStatus: 'NotBillable' },
};

function checkAmount(line: JsonObject, detail: JsonObject): void {
  const { Qty, UnitPrice } = detail;
  if (Qty === undefined || UnitPrice === undefined) return;
  const expected = multiplyToCents(Number(Qty), Number(UnitPrice));
  if (toCents(line.Amount) !== expected) {
    throw wrongAmount(Number(line.Amount), fromCents(expected));
  }
}

function completeLine(definition: EntityDefinition, line: JsonObject): JsonObject {
  const type = textAt(line, 'DetailType');
  if (type === undefined) throw missing('Line.DetailType');
  const known = definition.lines?.[type];
  if (!known) throw invalidEnumeration('Line.DetailType', type);
  if (withoutAmount.has(type)) return line;
  if (line[type] === undefined) throw missing(`Line.${type}`);
  const detail = { ...defaultDetail[type], ...objectAt(line, type) };
  if (known.required !== undefined && referenceAt(detail, known.required) === undefined) {
    throw missing(`Line.${type}.${known.required}`);
  }
  if (line.Amount === undefined && detail.PercentBased !== true) throw missing('Line.Amount');
  if (!Number.isFinite(Number(line.Amount ?? 0))) throw businessRule('Line.Amount is no number');
  checkAmount(line, detail);
  return { ...line, [type]: detail };
}

/** Ids that lines have stay; others get the next free one. */
function numberLines(lines: readonly JsonObject[], before: readonly JsonObject[]): JsonObject[] {
  const known = new Set(before.map((line) => textAt(line, 'Id')));
  let last = Math.max(0, ...before.map((line) => Number(textAt(line, 'Id') ?? 0)));
  return lines.map((line, index) => {
    const id = textAt(line, 'Id');
    const Id = id !== undefined && known.has(id) ? id : String(++last);
    return { ...line, Id, LineNum: index + 1 };
  });
}

/** Checks and completes the lines of a sale, an expense or a journal entry. */
export function completeLines(
  definition: EntityDefinition,
  record: JsonObject,
  before: JsonObject | undefined,
): CompletedLines {
  // Clients send back what they read: the subtotal is ours.
  const given = listAt(record, 'Line').filter((line) => line.DetailType !== subTotal);
  if (given.length === 0) throw missing('Line');
  const completed = given.map((line) => completeLine(definition, line));

  let subTotalCents = 0;
  for (const line of completed) {
    if (line.DetailType !== 'DiscountLineDetail') subTotalCents += toCents(line.Amount);
  }
  let discountCents = 0;
  const withDiscount = completed.map((line) => {
    if (line.DetailType !== 'DiscountLineDetail') return line;
    const { PercentBased, DiscountPercent } = objectAt(line, 'DiscountLineDetail');
    const cents =
      PercentBased === true
        ? scaleCents(subTotalCents, Number(DiscountPercent ?? 0) / 100)
        : toCents(line.Amount);
    discountCents += cents;
    return { ...line, Amount: fromCents(cents) };
  });

  const old = before ? listAt(before, 'Line').filter((line) => line.DetailType !== subTotal) : [];
  const lines = numberLines(withDiscount, old);
  if (definition.hasSubTotal) {
    lines.push({ Amount: fromCents(subTotalCents), DetailType: subTotal, [subTotal]: {} });
  }
  return { lines, subTotalCents, discountCents };
}

/** A journal entry balances, and has a customer or vendor where the account asks for one. */
export function checkJournal(
  lines: readonly JsonObject[],
  accountTypeOf: (accountId: string | undefined) => string | undefined,
): void {
  let cents = 0;
  for (const line of lines) {
    if (line.DetailType !== 'JournalEntryLineDetail') continue;
    const detail = objectAt(line, 'JournalEntryLineDetail');
    const posting = textAt(detail, 'PostingType');
    if (posting === undefined) throw missing('Line.JournalEntryLineDetail.PostingType');
    if (posting !== 'Debit' && posting !== 'Credit') {
      throw invalidEnumeration('Line.JournalEntryLineDetail.PostingType', posting);
    }
    cents += toCents(line.Amount) * (posting === 'Debit' ? 1 : -1);
    const type = accountTypeOf(referenceAt(detail, 'AccountRef'));
    const isParty = type === 'Accounts Receivable' || type === 'Accounts Payable';
    if (isParty && referenceAt(objectAt(detail, 'Entity'), 'EntityRef') === undefined) {
      throw businessRule(`A line on an account of type ${type} needs a customer or vendor`);
    }
  }
  if (cents !== 0) throw businessRule('The debits and credits of a journal entry must be equal');
}
