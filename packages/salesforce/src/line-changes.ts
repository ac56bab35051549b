import type { CallOptions } from '@common/connector-core';
import { conditionsOf, positionOf, type StreamPosition } from './change-position.ts';
import { repeated, whereOf } from './salesforce-list.ts';
import { type RowPage, readByIds } from './salesforce-read.ts';
import type { SalesforceTarget } from './salesforce-target.ts';
import { soql, soqlName } from './soql/soql.ts';

/**
 * Documents whose lines have changed. Not every document takes the change time of its lines, so they are
 * searched too; the documents come as they are now.
 */
export async function* readChangedLines(
  target: SalesforceTarget,
  from: StreamPosition,
  call: CallOptions,
): AsyncGenerator<RowPage & { readonly last: StreamPosition }> {
  const { entity, session, settings } = target;
  const { lines } = entity;
  if (lines === undefined || from.until === undefined) return;
  const size = settings.pageSize;
  let place = from;
  for (;;) {
    const query = soql`SELECT Id, SystemModstamp, ${soqlName(lines.parentField)} FROM ${soqlName(lines.object)}${whereOf(conditionsOf(place, settings.safetyLagMs))} ORDER BY SystemModstamp, Id LIMIT ${size}`;
    let count = 0;
    for await (const page of session.query(query, { ...call, all: true, entity: entity.name })) {
      const next = positionOf(page.records.at(-1));
      if (next === undefined) continue;
      if (next.id === place.id && next.at === place.at) throw repeated(entity.name);
      count += page.records.length;
      place = { ...next, until: from.until };
      const parents = page.records.map((row) => String(row[lines.parentField]));
      const { rows, description } = await readByIds(target, [...new Set(parents)], call);
      yield { rows: [...rows.values()], description, last: next };
    }
    if (count < size) return;
  }
}
