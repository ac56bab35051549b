import { duplicateName, duplicateNumber } from '../fault/refusals.ts';
import type { EntityDefinition } from '../model/entity-definition.ts';
import { type JsonObject, referenceAt, textAt } from '../model/json-object.ts';
import type { Company } from './company.ts';
import type { Row } from './row.ts';

/** The key of a name in its scope, without regard to case. */
function nameKey({ name, nameField, nameScope }: EntityDefinition, record: JsonObject) {
  if (nameField === undefined) return undefined;
  const isPerson = nameField === 'DisplayName';
  const unique = isPerson ? record.DisplayName : (record.FullyQualifiedName ?? record[nameField]);
  return `name ${nameScope ?? name} ${String(unique).toLowerCase()}`;
}

function numberKey({ name, docNumber }: EntityDefinition, record: JsonObject) {
  const number = textAt(record, 'DocNumber');
  if (docNumber === undefined || number === undefined) return undefined;
  const within = docNumber.within === undefined ? '' : referenceAt(record, docNumber.within);
  return `number ${name} ${within} ${number}`;
}

/**
 * The record under a name that is free. A deactivated one yields: it gets another suffix.
 * @throws QuickbooksFault 6240 or 6140
 */
export function makeUnique(
  company: Company,
  definition: EntityDefinition,
  record: JsonObject,
  options: { readonly self: Row | undefined; readonly allowDuplicateNumber: boolean },
): JsonObject {
  const { self, allowDuplicateNumber } = options;
  const holderOf = (key: string | undefined): Row | undefined => {
    const holder = key === undefined ? undefined : company.uniqueKeys.get(key);
    return holder === self ? undefined : holder;
  };
  const numbered = holderOf(numberKey(definition, record));
  if (numbered && !allowDuplicateNumber) {
    throw duplicateNumber(textAt(record, 'DocNumber')!, definition.name, numbered.id);
  }
  if (!holderOf(nameKey(definition, record))) return record;
  if (record.Active !== false) throw duplicateName();
  for (let count = 2; ; count += 1) {
    const renamed: Record<string, unknown> = { ...record };
    for (const field of [definition.nameField!, 'FullyQualifiedName']) {
      const text = textAt(record, field);
      if (text !== undefined) renamed[field] = text.replace(/\(deleted\)$/, `(deleted-${count})`);
    }
    if (!holderOf(nameKey(definition, renamed))) return renamed;
  }
}

/** Notes who has a name and a number now. */
export function claimKeys(company: Company, row: Row, before: JsonObject | undefined): void {
  const { definition, record } = row;
  for (const keyOf of [nameKey, numberKey]) {
    const old = before && keyOf(definition, before);
    if (old !== undefined && company.uniqueKeys.get(old) === row) company.uniqueKeys.delete(old);
    const key = row.isDeleted ? undefined : keyOf(definition, record);
    // With duplicates allowed the first holder stays.
    if (key !== undefined && !company.uniqueKeys.has(key)) company.uniqueKeys.set(key, row);
  }
}
