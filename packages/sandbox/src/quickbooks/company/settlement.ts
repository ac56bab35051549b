import { businessRule, invalidReference } from '../fault/refusals.ts';
import { fromCents, toCents } from '../model/cents.ts';
import type { EntityDefinition, EntityName } from '../model/entity-definition.ts';
import { type JsonObject, listAt, referenceAt, textAt } from '../model/json-object.ts';
import type { Company } from './company.ts';
import type { IncomingLink, Link } from './link-book.ts';
import type { Row } from './row.ts';

interface Settling {
  /** What a payment settles, as it is added up. */
  readonly debts: readonly EntityName[];
  /** What pays along. */
  readonly credits: readonly EntityName[];
}

const settling: Readonly<Record<string, Settling>> = {
  Payment: { debts: ['Invoice'], credits: ['CreditMemo'] },
  BillPayment: { debts: ['Bill'], credits: ['VendorCredit'] },
};

/** The transactions that a record points at, by its lines or, where callers may set it, LinkedTxn. */
export function linksOf({ name, linksTo = [] }: EntityDefinition, record: JsonObject): Link[] {
  const { debts = [], credits = [] } = settling[name] ?? {};
  const wanted: readonly string[] = [...debts, ...credits, ...linksTo];
  const read = (linked: JsonObject, cents: number): Link[] => {
    const type = textAt(linked, 'TxnType');
    const id = textAt(linked, 'TxnId');
    if (type === undefined || id === undefined || !wanted.includes(type)) return [];
    return [{ type: type as EntityName, id, cents, lineId: textAt(linked, 'TxnLineId') }];
  };
  return [
    ...listAt(record, 'LinkedTxn').flatMap((linked) => read(linked, 0)),
    ...listAt(record, 'Line').flatMap((line) =>
      listAt(line, 'LinkedTxn').flatMap((linked) => read(linked, toCents(line.Amount))),
    ),
  ];
}

const sumOf = (links: readonly { readonly cents: number }[]): number =>
  links.reduce((sum, { cents }) => sum + cents, 0);

/** What is left of an amount after what was applied to it. */
function openCents(company: Company, row: Row, without?: Row): number {
  const { definition, id, record } = row;
  const applied = company.links.to(definition.name, id).filter(({ source }) => source !== without);
  return toCents(record.TotalAmt) - toCents(record.Deposit) - sumOf(applied);
}

/**
 * Refuses links to what is gone, to another party, or for more than is open.
 * @throws QuickbooksFault 2500 or 6000
 */
export function checkLinks(
  company: Company,
  definition: EntityDefinition,
  record: JsonObject,
  self: Row | undefined,
): void {
  const links = linksOf(definition, record);
  const appliedTo = new Map<Row, number>();
  for (const { type, id, cents } of links) {
    const target = company.live(type, id);
    if (!target) throw invalidReference('LinkedTxn', id);
    const party = definition.party!;
    if (referenceAt(target.record, party) !== referenceAt(record, party)) {
      throw businessRule(
        `${type} ${id} is of another ${party === 'CustomerRef' ? 'customer' : 'vendor'}`,
      );
    }
    appliedTo.set(target, (appliedTo.get(target) ?? 0) + cents);
  }
  for (const [target, cents] of appliedTo) {
    if (settling[definition.name] && cents > openCents(company, target, self)) {
      throw businessRule(`The amount applied to ${target.key} is more than its balance`);
    }
  }
  if (settling[definition.name] && unappliedCents(definition, record) < 0) {
    throw businessRule('The amounts applied are more than the total');
  }
}

function unappliedCents(definition: EntityDefinition, record: JsonObject): number {
  const { credits } = settling[definition.name]!;
  let cents = toCents(record.TotalAmt);
  for (const link of linksOf(definition, record)) {
    cents += credits.includes(link.type) ? link.cents : -link.cents;
  }
  return cents;
}

function isFullyLinked(record: JsonObject, incoming: readonly IncomingLink[]): boolean {
  if (incoming.length === 0) return false;
  const billed = new Set(incoming.map(({ lineId }) => lineId));
  return (
    billed.has(undefined) || listAt(record, 'Line').every((line) => billed.has(textAt(line, 'Id')))
  );
}

const linkType = ({ definition, record }: Row): string => {
  if (definition.name !== 'BillPayment') return definition.name;
  return record.PayType === 'Check' ? 'BillPaymentCheck' : 'BillPaymentCreditCard';
};

function allLinks(company: Company, row: Row): readonly JsonObject[] {
  const own = linksOf(row.definition, { LinkedTxn: row.record.LinkedTxn });
  const incoming = company.links.to(row.definition.name, row.id);
  const linked = new Map<string, JsonObject>();
  for (const { type, id } of own) linked.set(`${type}/${id}`, { TxnId: id, TxnType: type });
  for (const { source } of incoming) {
    linked.set(source.key, { TxnId: source.id, TxnType: linkType(source) });
  }
  return [...linked.values()];
}

/** The record with what follows from the links: balance, status, LinkedTxn. */
export function settle(company: Company, row: Row): JsonObject {
  const { definition, record } = row;
  if (definition.kind !== 'transaction') return record;
  const incoming = company.links.to(definition.name, row.id);
  const settled: Record<string, unknown> = { ...record, LinkedTxn: allLinks(company, row) };
  switch (definition.name) {
    case 'Invoice':
    case 'Bill':
    case 'VendorCredit':
      settled.Balance = fromCents(openCents(company, row));
      break;
    case 'CreditMemo':
      settled.Balance = fromCents(openCents(company, row));
      settled.RemainingCredit = settled.Balance;
      break;
    case 'SalesReceipt':
      settled.Balance = 0;
      break;
    case 'Payment':
      settled.UnappliedAmt = fromCents(unappliedCents(definition, record));
      break;
    case 'PurchaseOrder':
      if (isFullyLinked(record, incoming)) settled.POStatus = 'Closed';
      else if (incoming.length === 0 && listAt(record, 'LinkedTxn').length > 0) {
        settled.POStatus = 'Open';
      }
      break;
    case 'Estimate':
      if (incoming.length > 0) settled.TxnStatus = 'Closed';
      else if (listAt(record, 'LinkedTxn').length > 0) settled.TxnStatus = 'Pending';
      break;
    default:
  }
  return settled;
}

/** A record without its links to one transaction, which is gone or void. */
export function withoutLinksTo(record: JsonObject, type: string, id: string): JsonObject {
  const isOther = (linked: JsonObject): boolean =>
    textAt(linked, 'TxnType') !== type || textAt(linked, 'TxnId') !== id;
  const next: Record<string, unknown> = {
    ...record,
    LinkedTxn: listAt(record, 'LinkedTxn').filter(isOther),
  };
  if (record.Line !== undefined) {
    const isPayment = (line: JsonObject): boolean => line.DetailType === undefined;
    next.Line = listAt(record, 'Line')
      .map((line) =>
        line.LinkedTxn === undefined
          ? line
          : { ...line, LinkedTxn: listAt(line, 'LinkedTxn').filter(isOther) },
      )
      .filter((line) => !isPayment(line) || listAt(line, 'LinkedTxn').length > 0);
  }
  return next;
}
