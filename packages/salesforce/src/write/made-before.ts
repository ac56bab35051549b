import type { CallOptions } from '@common/connector-core';
import type { ObjectDescription } from '../object-description.ts';
import type { SalesforceTarget } from '../salesforce-target.ts';
import { soql, soqlName } from '../soql/soql.ts';
import type { CollectionOutcome } from './collections.ts';
import type { ReadyChange } from './ready-change.ts';

/** Whether the external id field takes a value once only. */
export const isUnique = (
  { externalIdField = '' }: SalesforceTarget['entity'],
  { fields }: ObjectDescription,
): boolean => fields.get(externalIdField)?.unique === true;

/** Of 255 characters at most each; a query takes 100,000. */
const idsAtOnce = 200;

/** Records that are there already by their idempotency keys: an answer was lost. External id → id. */
export async function madeBefore(
  { entity, session }: SalesforceTarget,
  chunk: readonly ReadyChange[],
  outcomes: readonly CollectionOutcome[],
  call: CallOptions,
): Promise<ReadonlyMap<string, string>> {
  const { externalIdField = '' } = entity;
  const made = new Map<string, string>();
  const refused = chunk.flatMap(({ once }, place) => {
    const outcome = outcomes[place];
    const isThere = outcome?.ok === false && outcome.error.vendorCode === 'DUPLICATE_VALUE';
    return once !== undefined && isThere ? [once] : [];
  });
  if (refused.length === 0) return made;
  const field = soqlName(externalIdField);
  try {
    for (let at = 0; at < refused.length; at += idsAtOnce) {
      const some = refused.slice(at, at + idsAtOnce);
      const query = soql`SELECT Id, ${field} FROM ${soqlName(entity.object)} WHERE ${field} IN ${some}`;
      for await (const { records } of session.query(query, { ...call, entity: entity.name })) {
        for (const row of records) {
          made.set(String(row[externalIdField]).toLowerCase(), String(row.Id));
        }
      }
    }
  } catch {
    // Then the refusal stands, which is true as well.
  }
  return made;
}
