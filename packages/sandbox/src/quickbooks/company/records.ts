import type { SandboxClock } from '../../toolkit/sandbox-clock.ts';
import {
  businessRule,
  closedPeriod,
  deposited,
  missing,
  notFound,
  stale,
  unsupported,
} from '../fault/refusals.ts';
import type { EntityDefinition } from '../model/entity-definition.ts';
import { type JsonObject, listAt, objectAt, textAt, withoutNulls } from '../model/json-object.ts';
import type { VendorTime } from '../model/vendor-time.ts';

import type { Company } from './company.ts';
import { completeListRecord } from './list-records.ts';
import { post } from './postings.ts';
import { readInput } from './read-input.ts';
import { resolveReferences } from './references.ts';
import { renderRow } from './render-row.ts';
import { repoint } from './repoint.ts';
import type { Row } from './row.ts';
import { checkLinks, linksOf, settle, withoutLinksTo } from './settlement.ts';
import { completeTransaction } from './transaction-records.ts';
import { claimKeys, makeUnique } from './uniqueness.ts';

export type ChangeOperation = 'Create' | 'Update' | 'Delete' | 'Merge' | 'Void' | 'Emailed';

export interface RecordChange {
  readonly company: Company;
  readonly row: Row;
  readonly operation: ChangeOperation;
  /** The record that was merged into this one. */
  readonly deletedId?: string | undefined;
}

export interface WriteOptions {
  /** `include=allowduplicatedocnum`. @default false */
  readonly allowDuplicateNumber?: boolean | undefined;
  /** People need no SyncToken, and keep what the API only reads. @default false */
  readonly isByPerson?: boolean | undefined;
}

/** Reads and writes the records of one company. */
export interface Records {
  readonly company: Company;
  render(row: Row): JsonObject;
  /** @throws QuickbooksFault 610 */
  read(definition: EntityDefinition, id: string): Row;
  create(definition: EntityDefinition, body: JsonObject, options?: WriteOptions): Row;
  /** Full, or with `sparse: true` in the body only what is given. */
  update(definition: EntityDefinition, body: JsonObject, options?: WriteOptions): Row;
  remove(definition: EntityDefinition, body: JsonObject, options?: WriteOptions): Row;
  voidIt(definition: EntityDefinition, body: JsonObject, options?: WriteOptions): Row;
  /** Turns one record into another: what pointed at it points at the other. */
  merge(definition: EntityDefinition, fromId: string, intoId: string): Row;
  /** Changes something past the rules, as the service itself does. */
  touch(row: Row, change: JsonObject, operation: ChangeOperation): Row;
}

export interface RecordsOptions {
  readonly company: Company;
  readonly clock: SandboxClock;
  readonly time: VendorTime;
  readonly onChange: (change: RecordChange) => void;
}

export function createRecords({ company, clock, time, onChange }: RecordsOptions): Records {
  const today = (): string => time.toDate(clock.now());

  const closingDate = (): string | undefined => {
    const preferences = company.find('Preferences', '1')?.record ?? {};
    return textAt(objectAt(preferences, 'AccountingInfoPrefs'), 'BookCloseDate');
  };

  const assertOpen = (...records: readonly (JsonObject | undefined)[]): void => {
    for (const record of records) {
      const date = record && textAt(record, 'TxnDate');
      const closed = closingDate();
      if (closed !== undefined && date !== undefined && date <= closed) throw closedPeriod(closed);
    }
  };

  const locate = (
    definition: EntityDefinition,
    body: JsonObject,
    { isByPerson = false }: WriteOptions,
  ): Row => {
    const id = definition.kind === 'single' ? '1' : textAt(body, 'Id');
    if (id === undefined) throw missing('Id');
    const row = company.live(definition.name, id);
    if (!row) throw notFound();
    if (isByPerson) return row;
    const token = textAt(body, 'SyncToken');
    if (token === undefined) throw missing('SyncToken');
    if (token !== String(row.syncToken)) throw stale();
    return row;
  };

  /** Everything that can refuse a record; nothing is stored yet. */
  const prepare = (
    definition: EntityDefinition,
    input: JsonObject,
    self: Row | undefined,
    options: WriteOptions,
  ): JsonObject => {
    for (const [name, field] of Object.entries(definition.fields)) {
      if (field.isRequired && input[name] === undefined) throw missing(name);
    }
    const resolved = resolveReferences(company, definition.name, input, self?.record);
    let record = resolved;
    if (definition.kind === 'list') record = completeListRecord(company, definition, resolved);
    if (definition.kind === 'transaction') {
      const context = { company, definition, before: self?.record, today: today() };
      record = completeTransaction(context, resolved);
      assertOpen(record, self?.record);
      checkLinks(company, definition, record, self);
    }
    const { allowDuplicateNumber = false } = options;
    // References that were defaulted are to carry their names too.
    const named = resolveReferences(company, definition.name, record, record);
    return makeUnique(company, definition, named, { self, allowDuplicateNumber });
  };

  const refresh = (row: Row): void => {
    row.record = settle(company, row);
    post(company, row);
  };

  /** Brings the other ends of links up to date: they change with the transaction. */
  const touchTargets = (targets: ReadonlySet<string>, at: number): void => {
    for (const key of targets) {
      const [name, id] = key.split('/') as [EntityDefinition['name'], string];
      const target = company.live(name, id);
      if (!target) continue;
      refresh(target);
      target.syncToken += 1;
      target.changedAt = at;
      onChange({ company, row: target, operation: 'Update' });
    }
  };

  const commit = (row: Row, before: JsonObject | undefined, operation: ChangeOperation): Row => {
    company.version += 1;
    claimKeys(company, row, before);
    const links = row.isDeleted ? [] : linksOf(row.definition, row.record);
    const targets = company.links.set(row, links);
    refresh(row);
    onChange({ company, row, operation });
    touchTargets(targets, row.changedAt);
    return row;
  };

  const replace = (row: Row, record: JsonObject, operation: ChangeOperation): Row => {
    const before = row.record;
    row.record = record;
    row.syncToken += 1;
    row.changedAt = clock.stampWrite();
    return commit(row, before, operation);
  };

  /** Payments of what is gone or void are free again. */
  const detach = (row: Row): void => {
    const { name } = row.definition;
    for (const { source } of company.links.to(name, row.id)) {
      source.record = withoutLinksTo(source.record, name, row.id);
      company.links.set(source, linksOf(source.definition, source.record));
      touchTargets(new Set([source.key]), row.changedAt);
    }
    refresh(row);
  };

  const assertWritable = (
    { name, isReadOnly }: EntityDefinition,
    operation: string,
    { isByPerson }: WriteOptions,
  ): void => {
    if (isReadOnly && !isByPerson) throw unsupported(`${operation} of ${name}`);
  };

  const adjustStock = (row: Row, record: JsonObject, input: JsonObject): JsonObject => {
    if (row.definition.name !== 'Item' || typeof input.QtyOnHand !== 'number') return record;
    const opening = company.stock.partsOf(row.key)[0]?.amount ?? 0;
    const moved = (company.stock.totalOf(row.id) - opening) / 1_000;
    return { ...record, QtyOnHand: input.QtyOnHand - moved };
  };

  return {
    company,
    render: (row) => renderRow(company, row, time),
    read(definition, id) {
      const row = company.live(definition.name, definition.kind === 'single' ? '1' : id);
      if (!row) throw notFound();
      return row;
    },
    create(definition, body, options = {}) {
      assertWritable(definition, 'create', options);
      if (definition.kind === 'single') throw unsupported(`create of ${definition.name}`);
      const input = withoutNulls(readInput(definition, body));
      const record = prepare(definition, input, undefined, options);
      const row = company.insert({ definition, record, at: clock.stampWrite() });
      return commit(row, undefined, 'Create');
    },
    update(definition, body, options = {}) {
      assertWritable(definition, 'update', options);
      const row = locate(definition, body, options);
      if (row.isDeposited) throw deposited();
      const input = readInput(definition, body);
      const isSparse = body.sparse === true || body.sparse === 'true';
      const kept = Object.entries(row.record).filter(
        ([name]) => isSparse || definition.fields[name]?.isReadOnly,
      );
      const merged = withoutNulls({ ...Object.fromEntries(kept), ...input });
      const record = prepare(definition, merged, row, options);
      return replace(row, adjustStock(row, record, input), 'Update');
    },
    remove(definition, body, options = {}) {
      if (definition.kind !== 'transaction' && definition.kind !== 'attachment') {
        throw unsupported(`delete of ${definition.name}`);
      }
      const row = locate(definition, body, options);
      if (row.isDeposited) throw deposited();
      assertOpen(row.record);
      row.isDeleted = true;
      replace(row, row.record, 'Delete');
      detach(row);
      return row;
    },
    voidIt(definition, body, options = {}) {
      if (definition.voidBy === undefined) throw unsupported(`void of ${definition.name}`);
      const row = locate(definition, body, options);
      if (row.isDeposited) throw deposited();
      assertOpen(row.record);
      const { record } = row;
      const note = textAt(record, 'PrivateNote');
      replace(
        row,
        {
          ...record,
          TotalAmt: 0,
          Line: definition.lines ? listAt(record, 'Line').map(zeroLine) : [],
          ...(record.TxnTaxDetail === undefined ? {} : { TxnTaxDetail: { TotalTax: 0 } }),
          ...(record.Deposit === undefined ? {} : { Deposit: 0 }),
          PrivateNote: note === undefined ? 'Voided' : `Voided - ${note}`,
        },
        'Void',
      );
      detach(row);
      return row;
    },
    merge(definition, fromId, intoId) {
      const from = company.live(definition.name, fromId);
      const into = company.live(definition.name, intoId);
      if (definition.kind !== 'list' || !from || !into) throw notFound();
      if (from === into) throw businessRule('A record cannot be merged with itself');
      from.isDeleted = true;
      from.changedAt = clock.stampWrite();
      from.syncToken += 1;
      claimKeys(company, from, from.record);
      post(company, from);
      repoint(company, { definition, fromId: from.id, into });
      company.version += 1;
      into.syncToken += 1;
      into.changedAt = from.changedAt;
      onChange({ company, row: into, operation: 'Merge', deletedId: from.id });
      return into;
    },
    touch: (row, change, operation) => replace(row, { ...row.record, ...change }, operation),
  };
}

function zeroLine(line: JsonObject): JsonObject {
  const type = textAt(line, 'DetailType') ?? '';
  const detail = objectAt(line, type);
  const zero = detail.Qty === undefined ? detail : { ...detail, Qty: 0 };
  return { ...line, Amount: 0, ...(line[type] === undefined ? {} : { [type]: zero }) };
}
