import type { Records } from '../company/records.ts';
import { faultBody, QuickbooksFault } from '../fault/quickbooks-fault.ts';
import { batchTooLarge, missing, unsupported } from '../fault/refusals.ts';
import { findEntity } from '../model/entities.ts';
import { isObject, type JsonObject, listAt, objectAt, textAt } from '../model/json-object.ts';
import type { QueryRunner } from '../query/query-runner.ts';
import { readChanges } from './change-data-capture.ts';
import { allowsDuplicateNumber } from './company-routes.ts';
import { operationOf, write, writeAnswer } from './write-operation.ts';

const maximumItems = 30;

export interface BatchContext {
  readonly records: Records;
  readonly queries: QueryRunner;
  readonly now: number;
}

function runWrite({ records }: BatchContext, item: JsonObject): JsonObject {
  const name = Object.keys(item).find((key) => findEntity(key) && isObject(item[key]));
  if (name === undefined) throw missing('an entity, Query or CDCQuery');
  const definition = findEntity(name)!;
  const operation = textAt(item, 'operation');
  if (operation === undefined) throw missing('operation');
  if (!['create', 'update', 'delete'].includes(operation)) throw unsupported(operation);
  const body = objectAt(item, name);
  const options = textAt(item, 'optionsData') ?? null;
  const isVoid = options?.toLowerCase() === 'void';
  const kind = operationOf(definition, body, { operation, isVoid });
  const allowDuplicateNumber = allowsDuplicateNumber(options);
  const row = write(records, definition, kind, body, { allowDuplicateNumber });
  return { [definition.name]: writeAnswer(records, row) };
}

function runItem(context: BatchContext, item: JsonObject): JsonObject {
  const { records, queries, now } = context;
  const query = textAt(item, 'Query');
  if (query !== undefined) return { QueryResponse: queries.run(records, query) };
  if (isObject(item.CDCQuery)) {
    const entities = textAt(item.CDCQuery, 'Entities') ?? '';
    const changedSince = textAt(item.CDCQuery, 'ChangedSince') ?? '';
    return readChanges(records, { entities, changedSince, now });
  }
  return runWrite(context, item);
}

/**
 * Carries items out one after the other; one that is refused is a Fault in its place.
 * @throws QuickbooksFault 1040 for more than 30 items
 */
export function runBatch(context: BatchContext, body: JsonObject): JsonObject {
  const items = listAt(body, 'BatchItemRequest');
  if (items.length === 0) throw missing('BatchItemRequest');
  if (items.length > maximumItems) throw batchTooLarge(maximumItems);
  const BatchItemResponse = items.map((item) => {
    const bId = textAt(item, 'bId') ?? '';
    try {
      if (bId === '') throw missing('bId');
      return { ...runItem(context, item), bId };
    } catch (error) {
      if (!(error instanceof QuickbooksFault)) throw error;
      return { ...faultBody(error), bId };
    }
  });
  return { BatchItemResponse };
}
