import type { Records, WriteOptions } from '../company/records.ts';
import type { Row } from '../company/row.ts';
import { unsupported } from '../fault/refusals.ts';
import type { EntityDefinition } from '../model/entity-definition.ts';
import { type JsonObject, textAt } from '../model/json-object.ts';

export type WriteOperation = 'create' | 'update' | 'delete' | 'void';

/** Which write a body and its `operation` and `include` ask for. */
export function operationOf(
  { voidBy }: EntityDefinition,
  body: JsonObject,
  asked: { readonly operation: string | undefined; readonly isVoid: boolean },
): WriteOperation {
  const { operation } = asked;
  switch (operation) {
    case 'delete':
      return 'delete';
    case 'void':
      if (voidBy !== 'operation') throw unsupported('void');
      return 'void';
    case undefined:
    case 'create':
    case 'update':
      break;
    default:
      throw unsupported(operation);
  }
  if (asked.isVoid) {
    if (voidBy === undefined) throw unsupported('void');
    return 'void';
  }
  if (operation === 'create') return 'create';
  const isKnown = operation === 'update' || textAt(body, 'Id') !== undefined;
  return isKnown || textAt(body, 'SyncToken') !== undefined ? 'update' : 'create';
}

export function write(
  records: Records,
  definition: EntityDefinition,
  operation: WriteOperation,
  body: JsonObject,
  options: WriteOptions,
): Row {
  switch (operation) {
    case 'create':
      return records.create(definition, body, options);
    case 'update':
      return records.update(definition, body, options);
    case 'delete':
      return records.remove(definition, body, options);
    case 'void':
      return records.voidIt(definition, body, options);
  }
}

/** What is answered to a write: the record, or that it is gone. */
export function writeAnswer(records: Records, row: Row): JsonObject {
  if (!row.isDeleted) return records.render(row);
  return { status: 'Deleted', domain: 'QBO', Id: row.id };
}
