import type { LineShape, Row } from '../quickbooks-entity.ts';
import { mergeRow } from './merge-row.ts';

const listOf = (value: unknown): readonly Row[] =>
  Array.isArray(value) ? (value as readonly Row[]) : [];

const linkedOf = (line: Row): Row | undefined => listOf(line.LinkedTxn)[0];

const isOurs = ({ detailTypes, linkedType }: LineShape, line: Row): boolean =>
  detailTypes === undefined
    ? linkedOf(line)?.TxnType === linkedType
    : detailTypes.includes(String(line.DetailType));

/** The lines that the template maps, numbered where QuickBooks does not. */
export function readLines(shape: LineShape, row: Row): readonly Row[] {
  return listOf(row.Line)
    .filter((line) => isOurs(shape, line))
    .map((line, index) => ({
      ...line,
      ...(line.LineNum === undefined ? { LineNum: index + 1 } : {}),
      ...(shape.isSigned ? { SignedAmount: signedAmount(line) } : {}),
    }));
}

/**
 * The lines to write: those of the template, each over the stored one of its number, and the stored
 * ones that the template does not know (discounts, groups, credits), which a write without them would
 * delete.
 */
export function writeLines(
  shape: LineShape,
  lines: readonly Row[],
  stored: Row | undefined,
): readonly Row[] {
  const before = stored === undefined ? [] : readLines(shape, stored);
  const others = listOf(stored?.Line).filter(
    (line) => !isOurs(shape, line) && !shape.computedTypes?.includes(String(line.DetailType)),
  );
  const ours = lines.map((line) => {
    const match = before.find((candidate) => isSame(shape, candidate, line));
    return unsigned(match === undefined ? line : mergeRow(match, line));
  });
  return [...ours, ...others];
}

const isSame = ({ detailTypes }: LineShape, stored: Row, line: Row): boolean =>
  detailTypes === undefined
    ? linkedOf(stored)?.TxnId === linkedOf(line)?.TxnId
    : String(stored.LineNum) === String(line.LineNum) && stored.DetailType === line.DetailType;

function signedAmount({ Amount, JournalEntryLineDetail: detail }: Row): unknown {
  const isCredit = (detail as Row | undefined)?.PostingType === 'Credit';
  if (Amount === undefined || !isCredit) return Amount;
  const amount = String(Amount);
  if (/^-?0*(?:\.0*)?$/.test(amount)) return amount;
  return amount.startsWith('-') ? amount.slice(1) : `-${amount}`;
}

/** Debit and credit in place of a sign. `Entity` comes from `custom` of the line. */
function unsigned(line: Row): Row {
  const { SignedAmount, Entity, JournalEntryLineDetail: detail, ...rest } = line;
  if (SignedAmount === undefined) return line;
  const amount = String(SignedAmount);
  const isCredit = amount.startsWith('-');
  return {
    ...rest,
    Amount: isCredit ? amount.slice(1) : amount,
    JournalEntryLineDetail: {
      ...(detail as Row | undefined),
      ...(Entity === undefined ? {} : { Entity }),
      PostingType: isCredit ? 'Credit' : 'Debit',
    },
  };
}
