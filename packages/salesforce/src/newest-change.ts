import type { CallOptions } from '@common/connector-core';
import { positionOf, type StreamPosition } from './change-position.ts';
import type { SalesforceTarget } from './salesforce-target.ts';
import { soql, soqlName } from './soql/soql.ts';

/** The change time of the record that was changed last; `undefined` when there is none. */
export async function newestChange(
  { entity, session }: SalesforceTarget,
  object: string,
  call: CallOptions,
): Promise<string | undefined> {
  const { fields } = await session.describe(object, call);
  const query = soql`SELECT Id, SystemModstamp FROM ${soqlName(object)} ORDER BY SystemModstamp DESC LIMIT 1`;
  const all = fields.has('IsDeleted');
  for await (const page of session.query(query, { ...call, all, entity: entity.name })) {
    const newest = positionOf(page.records[0]);
    if (newest !== undefined) return newest.at;
  }
  return undefined;
}

/** A search with its end; one under way keeps the one that it has. */
export async function withEnd(
  target: SalesforceTarget,
  { object, from }: { readonly object: string; readonly from: StreamPosition },
  call: CallOptions,
): Promise<StreamPosition> {
  if (from.id !== undefined && from.until !== undefined) return from;
  return { ...from, until: await newestChange(target, object, call) };
}
