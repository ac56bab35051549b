import type { Row } from '../company/row.ts';
import { scaleCents, toCents } from '../model/cents.ts';
import type { EntityName } from '../model/entity-definition.ts';
import { textAt } from '../model/json-object.ts';
import { type Asked, partyCell, type Report } from './report.ts';
import { type Cell, dataRow, money } from './report-table.ts';

const ages = ['Current', '1 - 30', '31 - 60', '61 - 90', '91 and over'] as const;

/** What is open by party and days past due. */
export function agedBalances(
  asked: Asked,
  debt: EntityName,
  credits: readonly EntityName[],
): Report {
  const { company, end } = asked;
  const byParty = new Map<string, { readonly cell: Cell; readonly cents: number[] }>();
  const add = (row: Row, open: number, age: number): void => {
    const cell = partyCell(row);
    const known = byParty.get(cell.id ?? '') ?? { cell, cents: ages.map(() => 0) };
    known.cents[age]! += scaleCents(open, Number(row.record.ExchangeRate ?? 1));
    byParty.set(cell.id ?? '', known);
  };
  for (const row of company.rows(debt)) {
    const open = toCents(row.record.Balance);
    if (row.isDeleted || open === 0) continue;
    const due = textAt(row.record, 'DueDate') ?? String(row.record.TxnDate);
    const days = Math.floor((Date.parse(end) - Date.parse(due)) / 86_400_000);
    add(row, open, days <= 0 ? 0 : Math.min(4, Math.ceil(days / 30)));
  }
  for (const credit of credits) {
    for (const row of company.rows(credit)) {
      const open = toCents(row.record.UnappliedAmt ?? row.record.Balance);
      if (!row.isDeleted && open !== 0) add(row, -open, 0);
    }
  }
  const sum = (cents: readonly number[]): number => cents.reduce((total, part) => total + part, 0);
  const cells = (cents: readonly number[]): Cell[] =>
    [...cents, sum(cents)].map((amount) => ({ value: money(amount) }));
  const totals = ages.map((_, age) => sum([...byParty.values()].map(({ cents }) => cents[age]!)));
  const rows = [...byParty.values()].map(({ cell, cents }) => dataRow(cell, ...cells(cents)));
  rows.push({
    Summary: { ColData: [{ value: 'TOTAL' }, ...cells(totals)] },
    type: 'Section',
    group: 'GrandTotal',
  });
  const columns: (readonly [string, string])[] = [
    ['', debt === 'Invoice' ? 'Customer' : 'Vendor'],
    ...[...ages, 'Total'].map((title) => [title, 'Money'] as const),
  ];
  return { columns, rows };
}
