import { badRequest, SalesforceError } from '../salesforce-error.ts';
import type { Row, ValidationRule, Value } from '../schema/object-definition.ts';
import type { Field, ObjectType, Schema } from '../schema/schema.ts';
import type { Database, Transaction } from './database.ts';
import type { ObjectRules } from './object-rules.ts';
import {
  checkDuplicates,
  checkReferences,
  checkRequired,
  checkUnique,
  type DuplicateRule,
} from './record-checks.ts';
import { type RecordInput, readRecordInput } from './record-input.ts';
import { makeId, readId } from './salesforce-id.ts';
import { fromWire } from './wire-value.ts';

export interface WriteOptions {
  /** The client accepts likely duplicates (`Sforce-Duplicate-Rule-Header: allowSave=true`). */
  readonly allowsDuplicates?: boolean | undefined;
}

/** A deletion, as getDeleted tells it; it outlives the recycle bin. */
interface Deletion {
  readonly objectName: string;
  readonly id: string;
  readonly atMs: number;
}

/** Writes records by the rules of their objects. All methods throw SalesforceError. */
export interface Records {
  insert(tx: Transaction, type: ObjectType, input: RecordInput, options?: WriteOptions): Row;
  update(
    tx: Transaction,
    type: ObjectType,
    id: string,
    input: RecordInput,
    options?: WriteOptions,
  ): Row;
  remove(tx: Transaction, type: ObjectType, id: string): void;
  undelete(tx: Transaction, type: ObjectType, id: string): void;
  /** The records with this value in an external id, or in Id. */
  match(type: ObjectType, fieldName: string, value: unknown): readonly Row[];
  /** Inserts or updates by an external id. */
  upsert(
    tx: Transaction,
    type: ObjectType,
    key: { readonly fieldName: string; readonly value: unknown },
    input: RecordInput,
    options?: WriteOptions,
  ): { readonly row: Row; readonly created: boolean };
  /** Somebody holds the record: its next `times` writes fail. */
  lock(id: string, times: number): void;
  readonly deletions: readonly Deletion[];
}

export function createRecords(options: {
  readonly schema: Schema;
  readonly database: Database;
  readonly rules: Readonly<Record<string, ObjectRules>>;
  readonly validationRules: readonly ValidationRule[];
  readonly duplicateRules: readonly DuplicateRule[];
}): Records {
  const { schema, database, rules } = options;
  const checking = { schema, database };
  const locks = new Map<string, number>();
  const deletionLog = new Map<string, Deletion>();
  let lastDeletion = 0;

  const assertUnlocked = (ids: readonly (Value | undefined)[]): void => {
    for (const id of ids) {
      const left = typeof id === 'string' ? (locks.get(id) ?? 0) : 0;
      if (left === 0) continue;
      if (left === 1) locks.delete(id as string);
      else locks.set(id as string, left - 1);
      throw badRequest(
        'UNABLE_TO_LOCK_ROW',
        `unable to obtain exclusive access to this record or 1 records: ${String(id)}`,
        [],
      );
    }
  };

  const existing = (type: ObjectType, id: string): Row => {
    const row = database.table(type).get(id);
    if (!row) {
      throw new SalesforceError(
        404,
        'INVALID_CROSS_REFERENCE_KEY',
        'invalid cross reference id',
        [],
      );
    }
    if (row.IsDeleted === true) {
      throw new SalesforceError(404, 'ENTITY_IS_DELETED', 'entity is deleted', []);
    }
    return row;
  };

  const checkAll = (
    type: ObjectType,
    row: Row,
    previous: Row | undefined,
    write: WriteOptions,
  ): void => {
    checkRequired(type, row);
    checkReferences(checking, type, row, previous);
    rules[type.name]?.check?.({ row, previous, database });
    for (const rule of options.validationRules) {
      if (rule.object !== type.name || !rule.refuses(row, previous)) continue;
      throw badRequest(
        'FIELD_CUSTOM_VALIDATION_EXCEPTION',
        rule.message,
        rule.field === undefined ? [] : [rule.field],
      );
    }
    checkUnique(checking, type, row);
    if (!write.allowsDuplicates) checkDuplicates(checking, options.duplicateRules, type, row);
  };

  /** A child takes the locks of the parents that it lives and dies with. */
  const parentsOf = (type: ObjectType, row: Row): readonly (Value | undefined)[] =>
    type.references
      .filter((field) => field.onParentDelete === 'cascade')
      .map((field) => row[field.name]);

  const fillOnInsert = (type: ObjectType, row: Record<string, Value>): void => {
    for (const { name, defaultValue, autoNumber } of type.filledOnInsert) {
      if (defaultValue !== undefined) row[name] = defaultValue;
      if (!autoNumber) continue;
      const number = database.nextNumber(`${type.name}.${name}`);
      row[name] = `${autoNumber.prefix ?? ''}${String(number).padStart(autoNumber.digits, '0')}`;
    }
  };

  const insert: Records['insert'] = (tx, type, input, write = {}) => {
    if (type.definition.createable === false) {
      throw badRequest(
        'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
        `entity type cannot be inserted: ${type.label}`,
      );
    }
    const values = readRecordInput(type, input, { schema, database, isInsert: true });
    const stamp = tx.stampMs();
    const row: Row & Record<string, Value> = {
      Id: makeId(type.definition.keyPrefix, database.nextNumber(type.name)),
      IsDeleted: false,
      CreatedDate: stamp,
      CreatedById: tx.author.userId,
      LastModifiedDate: stamp,
      LastModifiedById: tx.author.userId,
      SystemModstamp: stamp,
    };
    if (type.field('OwnerId')) row.OwnerId = tx.author.userId;
    fillOnInsert(type, row);
    Object.assign(row, values);
    Object.assign(row, rules[type.name]?.prepare?.({ row, previous: undefined, database }));
    checkAll(type, row, undefined, write);
    assertUnlocked(parentsOf(type, row));
    tx.put(type, row, 'CREATE');
    return row;
  };

  const update: Records['update'] = (tx, type, id, input, write = {}) => {
    const previous = existing(type, id);
    if (type.definition.updateable === false) {
      throw badRequest(
        'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
        `entity type cannot be updated: ${type.label}`,
      );
    }
    const values = readRecordInput(type, input, { schema, database, isInsert: false });
    const stamp = tx.stampMs();
    let row: Row = {
      ...previous,
      ...values,
      Id: previous.Id,
      LastModifiedDate: stamp,
      LastModifiedById: tx.author.userId,
      SystemModstamp: stamp,
    };
    row = { ...row, ...rules[type.name]?.prepare?.({ row, previous, database }) };
    checkAll(type, row, previous, write);
    assertUnlocked([id, ...parentsOf(type, row)]);
    tx.put(type, row, 'UPDATE');
    return row;
  };

  /** Children that go with a record, or forbid that it goes. */
  const childrenOf = (type: ObjectType, id: string, how: Field['onParentDelete']) =>
    type.children
      .filter(({ field }) => (field.onParentDelete ?? 'clear') === how)
      .flatMap(({ objectName, field }) => {
        const childType = schema.object(objectName)!;
        return database
          .table(childType)
          .find(field, id)
          .map((row) => ({ childType, field, row }));
      });

  const assertDeletable = (type: ObjectType, id: string): void => {
    const [blocker] = childrenOf(type, id, 'restrict');
    if (!blocker) return;
    const row = database.table(type).get(id);
    throw badRequest(
      'DELETE_FAILED',
      `Your attempt to delete ${String(row?.Name ?? id)} could not be completed because it is associated with the following ${blocker.childType.labelPlural.toLowerCase()}.: ${blocker.row.Id}`,
      [],
    );
  };

  const removeWith = (tx: Transaction, type: ObjectType, row: Row, deletion: number): void => {
    assertDeletable(type, row.Id);
    for (const { childType, row: child } of childrenOf(type, row.Id, 'cascade')) {
      removeWith(tx, childType, child, deletion);
    }
    const stamp = tx.stampMs();
    for (const { childType, field, row: child } of childrenOf(type, row.Id, 'clear')) {
      tx.put(childType, { ...child, [field.name]: null, SystemModstamp: stamp }, 'UPDATE');
    }
    const after = {
      ...row,
      IsDeleted: true,
      LastModifiedDate: stamp,
      LastModifiedById: tx.author.userId,
      SystemModstamp: stamp,
      $deletedWith: deletion,
    };
    tx.put(type, after, 'DELETE');
    deletionLog.set(row.Id, { objectName: type.name, id: row.Id, atMs: stamp });
  };

  const match: Records['match'] = (type, fieldName, value) => {
    const field = type.field(fieldName);
    if (!field || !(field.externalId || field.name === 'Id')) {
      throw new SalesforceError(
        404,
        'NOT_FOUND',
        `Provided external ID field does not exist or is not accessible: ${fieldName}`,
      );
    }
    if (field.name === 'Id') {
      const row = database.table(type).get(readId(value));
      return row && row.IsDeleted !== true ? [row] : [];
    }
    const key = fromWire(field, value);
    return key === null ? [] : database.table(type).find(field, key);
  };

  return {
    insert,
    update,
    match,
    remove(tx, type, id) {
      const row = existing(type, id);
      if (type.definition.deletable === false) {
        throw badRequest(
          'INSUFFICIENT_ACCESS_OR_READONLY',
          `entity type cannot be deleted: ${type.label}`,
        );
      }
      rules[type.name]?.checkDelete?.({ row, previous: row, database });
      assertUnlocked([id, ...parentsOf(type, row)]);
      lastDeletion += 1;
      removeWith(tx, type, row, lastDeletion);
    },
    undelete(tx, type, id) {
      const row = database.table(type).get(id);
      if (!row) throw badRequest('INVALID_ID_FIELD', 'invalid record id', []);
      if (row.IsDeleted !== true)
        throw badRequest('UNDELETE_FAILED', 'Entity is not in the recycle bin', []);
      for (const each of schema.objects) {
        for (const other of [...database.table(each).rows()]) {
          if (other.$deletedWith !== row.$deletedWith || other.IsDeleted !== true) continue;
          const { $deletedWith: _, ...kept } = other;
          checkUnique(checking, each, { ...kept, Id: other.Id });
          const stamp = tx.stampMs();
          const back = {
            ...kept,
            Id: other.Id,
            IsDeleted: false,
            LastModifiedDate: stamp,
            SystemModstamp: stamp,
          };
          tx.put(each, back, 'UNDELETE');
          deletionLog.delete(other.Id);
        }
      }
    },
    upsert(tx, type, { fieldName, value }, input, write) {
      const found = match(type, fieldName, value);
      if (found.length > 1) {
        throw new SalesforceError(
          300,
          'DUPLICATE_EXTERNAL_ID',
          `Duplicate external id specified: ${String(value)}`,
        );
      }
      const [row] = found;
      if (row) return { row: update(tx, type, row.Id, input, write), created: false };
      if (fieldName.toLowerCase() === 'id') {
        throw new SalesforceError(404, 'NOT_FOUND', 'The requested resource does not exist');
      }
      const created = insert(tx, type, { ...input, [type.field(fieldName)!.name]: value }, write);
      return { row: created, created: true };
    },
    lock: (id, times) => void locks.set(id, times),
    get deletions() {
      return [...deletionLog.values()];
    },
  };
}
