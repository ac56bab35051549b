import type { Company } from '../company/company.ts';
import type { Row } from '../company/row.ts';
import { businessRule, unsupported } from '../fault/refusals.ts';
import { toCents } from '../model/cents.ts';
import type { EntityName } from '../model/entity-definition.ts';
import { type JsonObject, textAt } from '../model/json-object.ts';
import type { VendorTime } from '../model/vendor-time.ts';
import { agedBalances } from './aged-balances.ts';
import { type Asked, partyCell, type Report } from './report.ts';
import { dataRow, money, reportTable, section } from './report-table.ts';

const postingEntities: readonly EntityName[] = [
  'Invoice',
  'CreditMemo',
  'SalesReceipt',
  'Payment',
  'Bill',
  'VendorCredit',
  'BillPayment',
  'JournalEntry',
];

function* transactions({ company, start, end }: Asked): Iterable<Row> {
  for (const entity of postingEntities) {
    for (const row of company.rows(entity)) {
      const date = textAt(row.record, 'TxnDate') ?? '';
      if (!row.isDeleted && date >= start && date <= end) yield row;
    }
  }
}

/** Debits by account over a period; opening stock has no date and counts for every end. */
function debits(asked: Asked, withOpening: boolean): ReadonlyMap<string, number> {
  const { company } = asked;
  const sums = new Map<string, number>();
  const add = (key: string): void => {
    for (const { target, amount } of company.accounts.partsOf(key)) {
      sums.set(target, (sums.get(target) ?? 0) + amount);
    }
  };
  for (const { key } of transactions(asked)) add(key);
  if (withOpening) for (const { key } of company.rows('Item')) add(key);
  return sums;
}

function accountsOf(company: Company, ...types: readonly string[]): readonly Row[] {
  return [...company.rows('Account')].filter(({ record }) =>
    types.includes(String(record.AccountType)),
  );
}

const nameOf = ({ record }: Row): string => textAt(record, 'FullyQualifiedName') ?? '';

interface Group {
  readonly row: JsonObject;
  readonly cents: number;
}

function groupOf(
  company: Company,
  sums: ReadonlyMap<string, number>,
  input: {
    readonly title: string;
    readonly group: string;
    readonly types: readonly string[];
    readonly sign: 1 | -1;
    readonly extra?: readonly (readonly [title: string, cents: number])[];
  },
): Group {
  let cents = 0;
  const rows: JsonObject[] = [];
  for (const account of accountsOf(company, ...input.types)) {
    const amount = input.sign * (sums.get(account.id) ?? 0);
    if (amount === 0) continue;
    cents += amount;
    rows.push(dataRow({ value: nameOf(account), id: account.id }, { value: money(amount) }));
  }
  for (const [title, amount] of input.extra ?? []) {
    cents += amount;
    rows.push(dataRow({ value: title }, { value: money(amount) }));
  }
  const total = [{ value: `Total ${input.title}` }, { value: money(cents) }];
  return { row: section({ title: input.title, group: input.group, rows, total }), cents };
}

const summary = (title: string, group: string, cents: number): JsonObject => ({
  Summary: { ColData: [{ value: title }, { value: money(cents) }] },
  type: 'Section',
  group,
});

const moneyColumns = [
  ['', 'Account'],
  ['Total', 'Money'],
] as const;

const incomeTypes = ['Income'];
const costTypes = ['Cost of Goods Sold'];
const expenseTypes = ['Expense'];

function netIncome(company: Company, sums: ReadonlyMap<string, number>): number {
  const types = [...incomeTypes, 'Other Income', ...costTypes, ...expenseTypes, 'Other Expense'];
  return accountsOf(company, ...types).reduce((net, { id }) => net - (sums.get(id) ?? 0), 0);
}

function profitAndLoss(asked: Asked): Report {
  const { company } = asked;
  const sums = debits(asked, false);
  const group = (title: string, name: string, types: readonly string[], sign: 1 | -1) =>
    groupOf(company, sums, { title, group: name, types, sign });
  const income = group('Income', 'Income', incomeTypes, -1);
  const cost = group('Cost of Goods Sold', 'COGS', costTypes, 1);
  const expenses = group('Expenses', 'Expenses', expenseTypes, 1);
  const otherIncome = group('Other Income', 'OtherIncome', ['Other Income'], -1);
  const otherExpenses = group('Other Expenses', 'OtherExpenses', ['Other Expense'], 1);
  const gross = income.cents - cost.cents;
  const rows = [
    income.row,
    cost.row,
    summary('Gross Profit', 'GrossProfit', gross),
    expenses.row,
    summary('Net Operating Income', 'NetOperatingIncome', gross - expenses.cents),
    otherIncome.row,
    otherExpenses.row,
    summary('Net Income', 'NetIncome', netIncome(company, sums)),
  ];
  return { columns: moneyColumns, rows };
}

function balanceSheet(asked: Asked): Report {
  const { company } = asked;
  // Balances are of all time up to the end.
  const sums = debits({ ...asked, start: '' }, true);
  const assets = groupOf(company, sums, {
    title: 'ASSETS',
    group: 'TotalAssets',
    types: ['Bank', 'Accounts Receivable', 'Other Current Asset', 'Fixed Asset', 'Other Asset'],
    sign: 1,
  });
  const liabilities = groupOf(company, sums, {
    title: 'Liabilities',
    group: 'Liabilities',
    types: ['Accounts Payable', 'Credit Card', 'Other Current Liability', 'Long Term Liability'],
    sign: -1,
  });
  const equity = groupOf(company, sums, {
    title: 'Equity',
    group: 'Equity',
    types: ['Equity'],
    sign: -1,
    extra: [['Net Income', netIncome(company, sums)]],
  });
  const other = section({
    title: 'LIABILITIES AND EQUITY',
    group: 'TotalLiabilitiesAndEquity',
    rows: [liabilities.row, equity.row],
    total: [
      { value: 'TOTAL LIABILITIES AND EQUITY' },
      { value: money(liabilities.cents + equity.cents) },
    ],
  });
  return { columns: moneyColumns, rows: [assets.row, other] };
}

function trialBalance(asked: Asked): Report {
  const sums = debits({ ...asked, start: '' }, true);
  let debitCents = 0;
  let creditCents = 0;
  const rows: JsonObject[] = [];
  for (const account of asked.company.rows('Account')) {
    const amount = sums.get(account.id) ?? 0;
    if (amount === 0) continue;
    if (amount > 0) debitCents += amount;
    else creditCents -= amount;
    const name = { value: nameOf(account), id: account.id };
    const cells =
      amount > 0
        ? [{ value: money(amount) }, { value: '' }]
        : [{ value: '' }, { value: money(-amount) }];
    rows.push(dataRow(name, ...cells));
  }
  rows.push({
    Summary: {
      ColData: [{ value: 'TOTAL' }, { value: money(debitCents) }, { value: money(creditCents) }],
    },
    type: 'Section',
    group: 'GrandTotal',
  });
  const columns = [
    ['', 'Account'],
    ['Debit', 'Money'],
    ['Credit', 'Money'],
  ] as const;
  return { columns, rows };
}

function transactionList(asked: Asked): Report {
  const rows = [...transactions(asked)]
    .sort((left, right) => String(left.record.TxnDate).localeCompare(String(right.record.TxnDate)))
    .map((row) =>
      dataRow(
        { value: String(row.record.TxnDate) },
        { value: row.definition.name, id: row.id },
        { value: textAt(row.record, 'DocNumber') ?? '' },
        partyCell(row),
        { value: textAt(row.record, 'PrivateNote') ?? '' },
        { value: money(toCents(row.record.TotalAmt)) },
      ),
    );
  const columns = [
    ['Date', 'Date'],
    ['Transaction Type', 'String'],
    ['Num', 'String'],
    ['Name', 'String'],
    ['Memo/Description', 'String'],
    ['Amount', 'Money'],
  ] as const;
  return { columns, rows };
}

const reports: Readonly<Record<string, (asked: Asked) => Report>> = {
  ProfitAndLoss: profitAndLoss,
  BalanceSheet: balanceSheet,
  TrialBalance: trialBalance,
  TransactionList: transactionList,
  AgedReceivables: (asked) => agedBalances(asked, 'Invoice', ['CreditMemo', 'Payment']),
  AgedPayables: (asked) => agedBalances(asked, 'Bill', ['VendorCredit']),
};

const isDate = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));

/**
 * Adds a report up, by accrual.
 * @throws QuickbooksFault 500 for a report that the sandbox does not have, or on a cash basis
 */
export function runReport(
  company: Company,
  asked: { readonly name: string; readonly query: URLSearchParams; readonly now: number },
  time: VendorTime,
): JsonObject {
  const { name, query, now } = asked;
  const known = Object.keys(reports).find((report) => report.toLowerCase() === name.toLowerCase());
  if (known === undefined) throw unsupported(`report ${name}`);
  const method = query.get('accounting_method') ?? 'Accrual';
  if (method !== 'Accrual') throw unsupported(`accounting_method ${method}`);
  const today = time.toDate(now);
  const end = query.get('end_date') ?? today;
  const start = query.get('start_date') ?? `${end.slice(0, 4)}-01-01`;
  if (!isDate(start) || !isDate(end)) throw businessRule('start_date and end_date are dates');
  const { columns, rows } = reports[known]!({ company, start, end });
  const header = {
    Time: time.toSecond(now),
    ReportName: known,
    ReportBasis: method,
    StartPeriod: start,
    EndPeriod: end,
    Currency: company.homeCurrency,
    Option: [{ Name: 'NoReportData', Value: String(rows.length === 0) }],
  };
  return reportTable({ header, columns, rows });
}
