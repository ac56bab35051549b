import { badRequest } from '../salesforce-error.ts';

/**
 * The same external id may stand once among records that are upserted together.
 * @param seen - the ids so far
 * @throws SalesforceError DUPLICATE_VALUE
 */
export function assertFirst(seen: Set<string>, fieldName: string, value: unknown): void {
  const key = String(value).trim().toLowerCase();
  if (seen.has(key)) {
    throw badRequest('DUPLICATE_VALUE', `Duplicate external id specified: ${String(value)}`, [
      fieldName,
    ]);
  }
  seen.add(key);
}
