import { ConnectorError } from '@common/connector-core';
import type { ObjectDescription } from '../object-description.ts';
import type { SalesforceRow } from '../run-query.ts';
import type { EntityLines, SalesforceFields } from '../salesforce-entity.ts';
import { changedFields } from './changed-fields.ts';

/** A line as it is wanted, and as Salesforce has it. */
interface PlannedLine {
  readonly id: string;
  readonly fields: SalesforceFields;
}

/** What has to be done so that a document becomes as wanted. */
export interface DocumentPlan {
  readonly head: SalesforceFields;
  readonly added: readonly SalesforceFields[];
  readonly changed: readonly PlannedLine[];
  /** Ids. */
  readonly removed: readonly string[];
}

/** The list of lines out of encoded fields; absent: lines stay as they are. */
export function splitLines(
  fields: SalesforceFields,
  lines: EntityLines,
): { readonly head: SalesforceFields; readonly lines: readonly SalesforceFields[] | undefined } {
  const { [lines.relationship]: list, ...head } = fields;
  return { head, lines: Array.isArray(list) ? list : undefined };
}

/**
 * Compares a document with what it should be. The list of lines is the whole list: lines that it does
 * not have are removed. A line of another product is a new one, for Salesforce never changes the product
 * of a line.
 *
 * @throws ConnectorError `ERR_VALIDATION` when a line cannot be told apart, or is new where Salesforce numbers lines
 */
export function planDocument(options: {
  readonly wanted: SalesforceFields;
  readonly current: SalesforceRow;
  readonly lines: EntityLines;
  readonly description: ObjectDescription;
  readonly lineDescription: ObjectDescription;
}): DocumentPlan {
  const { wanted, current, lines, description, lineDescription } = options;
  const split = splitLines(wanted, lines);
  const head = changedFields(split.head, current, description);
  if (split.lines === undefined) return { head, added: [], changed: [], removed: [] };
  const { numberField } = lines;
  const known = (current[lines.relationship] ?? []) as readonly SalesforceRow[];
  const byNumber = new Map(known.map((line) => [numberOf(line[numberField]), line]));
  const added: SalesforceFields[] = [];
  const changed: PlannedLine[] = [];
  const kept = new Set<unknown>();
  for (const line of split.lines) {
    const number = numberOf(line[numberField]);
    const stored = byNumber.get(number);
    if (kept.has(stored?.Id) && stored !== undefined) throw twice(number, numberField);
    if (stored !== undefined && !isOtherProduct(line, stored)) {
      kept.add(stored.Id);
      const { [numberField]: _, Product2Id, ...fields } = line;
      const difference = changedFields(fields, stored, lineDescription);
      if (Object.keys(difference).length > 0) {
        changed.push({ id: String(stored.Id), fields: difference });
      }
      continue;
    }
    if (stored === undefined && lines.isNumbered) throw unknownLine(number);
    added.push(line);
  }
  const removed = known.filter(({ Id }) => !kept.has(Id)).map(({ Id }) => String(Id));
  return { head, added, changed, removed };
}

export const isNothing = ({ head, added, changed, removed }: DocumentPlan): boolean =>
  Object.keys(head).length + added.length + changed.length + removed.length === 0;

/** `0000000010`, `10` and 10 are one number. */
const numberOf = (value: unknown): string => String(value ?? '').replace(/^0+(?=\d)/, '');

const isOtherProduct = (line: SalesforceFields, stored: SalesforceRow): boolean =>
  typeof line.Product2Id === 'string' &&
  typeof stored.Product2Id === 'string' &&
  line.Product2Id.slice(0, 15) !== stored.Product2Id.slice(0, 15);

function twice(number: string, field: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_VALIDATION',
    category: 'validation',
    message: `Two lines have the number ${number} (${field}). Give each line a number of its own.`,
    system: 'salesforce',
    path: 'lines',
  });
}

function unknownLine(number: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_VALIDATION',
    category: 'validation',
    message: `The order has no line ${number}. Salesforce numbers lines itself (OrderItemNumber), so new lines cannot be told from unknown ones. Make a field for the numbers of the lines on OrderItem and set orderLineNumberField to it.`,
    system: 'salesforce',
    path: 'lines',
  });
}
