import { type CallOptions, ConnectorError } from '@common/connector-core';
import type { ObjectDescription } from './object-description.ts';
import { pageOf, type SalesforceRow } from './run-query.ts';
import type { EntityLines } from './salesforce-entity.ts';
import type { SalesforceTarget } from './salesforce-target.ts';
import { selectionOf } from './select-fields.ts';
import { type Soql, soql } from './soql/soql.ts';

/** Rows that belong together, with what the org says about their object. */
export interface RowPage {
  readonly rows: readonly SalesforceRow[];
  readonly description: ObjectDescription;
  /** By the clock of Salesforce, milliseconds since the epoch, where it tells. */
  readonly serverTime?: number | undefined;
}

/** Where and how much to read. */
export interface RowQuery {
  /** What follows `FROM Account`: ` WHERE … ORDER BY … LIMIT 200`. */
  readonly tail: Soql;
  readonly all?: boolean | undefined;
}

/**
 * Reads rows with their lines. When the org has lost a field since it was asked, it is asked again.
 *
 * @throws ConnectorError, classified
 */
export async function* readRows(
  target: SalesforceTarget,
  { tail, all = false }: RowQuery,
  call: CallOptions,
): AsyncGenerator<RowPage> {
  const { session, entity } = target;
  for (let attempt = 0; ; attempt += 1) {
    const { head, description } = await selectionOf(target, { ...call, all });
    let isBegun = false;
    try {
      for await (const page of session.query(soql`${head}${tail}`, {
        ...call,
        all,
        operation: 'query',
        entity: entity.name,
      })) {
        isBegun = true;
        yield {
          rows: await withLines(target, page.records, call),
          description,
          serverTime: page.serverTime,
        };
      }
      return;
    } catch (error) {
      const isOutdated =
        ConnectorError.isInstance(error) && error.vendorCode === 'INVALID_FIELD' && attempt === 0;
      if (isBegun || !isOutdated) throw error;
      session.forgetDescriptions();
    }
  }
}

/** Most ids in one query, whose address must not grow too long. */
const idsAtOnce = 200;

/** The rows of these ids that exist, by id of 18 characters. */
export async function readByIds(
  target: SalesforceTarget,
  ids: readonly string[],
  call: CallOptions,
): Promise<{
  readonly rows: ReadonlyMap<string, SalesforceRow>;
  readonly description: ObjectDescription;
}> {
  const rows = new Map<string, SalesforceRow>();
  let description = await target.session.describe(target.entity.object, call);
  for (let at = 0; at < ids.length; at += idsAtOnce) {
    const tail = soql` WHERE Id IN ${ids.slice(at, at + idsAtOnce)}`;
    for await (const page of readRows(target, { tail }, call)) {
      description = page.description;
      for (const row of page.rows) rows.set(String(row.Id), row);
    }
  }
  return { rows, description };
}

/** Whether a text has the form of an id; nothing else can be the key of a record. */
export const isId = (text: string): boolean => /^[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?$/.test(text);

/** The row of an id of 15 or 18 characters. */
export function rowOf(
  rows: ReadonlyMap<string, SalesforceRow>,
  id: string,
): SalesforceRow | undefined {
  const found = rows.get(id);
  if (found !== undefined || id.length === 18) return found;
  // The first 15 characters are the id, upper and lower case apart; the rest is a checksum.
  return [...rows.values()].find((row) => String(row.Id).slice(0, 15) === id);
}

/** A nested result becomes a list, to its end: it has pages of its own. */
async function withLines(
  { entity, session }: SalesforceTarget,
  records: readonly SalesforceRow[],
  call: CallOptions,
): Promise<readonly SalesforceRow[]> {
  const { lines } = entity;
  if (lines === undefined) return records;
  const whole: SalesforceRow[] = [];
  for (const record of records) {
    const result = record[lines.relationship] ?? undefined;
    const nested = result === undefined ? undefined : pageOf(result);
    const found = [...(nested?.records ?? [])];
    if (nested?.nextRecordsUrl !== undefined) {
      for await (const page of session.queryMore(nested.nextRecordsUrl, call)) {
        found.push(...page.records);
      }
    }
    whole.push({ ...record, [lines.relationship]: found.map((line) => numbered(line, lines)) });
  }
  return whole;
}

/** A line without a number of its own goes by that of Salesforce: `#137`. */
function numbered(
  line: SalesforceRow,
  { numberField, ownNumberField }: EntityLines,
): SalesforceRow {
  const own = line[numberField];
  if (ownNumberField === undefined || (own !== null && own !== undefined)) return line;
  return { ...line, [numberField]: `#${String(line[ownNumberField]).replace(/^0+(?=\d)/, '')}` };
}
