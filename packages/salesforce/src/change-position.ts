import { type Checkpoint, ConnectorError, invalidCheckpoint } from '@common/connector-core';
import { type Soql, soql } from './soql/soql.ts';

/** Where the reading of one object's changes stands. */
export interface StreamPosition {
  /** Change time of the last record that was read, as SOQL writes it. */
  readonly at?: string | undefined;
  /** Its id: of a search under way. Absent: the search has come to its end. */
  readonly id?: string | undefined;
  /**
   * Of a search under way: the newest change when it began. What is changed later belongs to the next
   * search, which begins there, however long this one takes.
   */
  readonly until?: string | undefined;
  /** Of an ended search: when this end saw `at` first, in milliseconds. */
  readonly seenAt?: number | undefined;
  /** Of an ended search: everything up to `at` has been committed and read, no need to reach back. */
  readonly isSettled?: boolean | undefined;
}

/** Where a search for changes stands; the form of its checkpoint. */
export interface ChangePosition {
  /** Of the records themselves. */
  readonly records?: StreamPosition | undefined;
  /** Of the lines, for documents. */
  readonly lines?: StreamPosition | undefined;
  /** Deletions up to here are known, by the clock of Salesforce: ISO instant. */
  readonly deletedUntil?: string | undefined;
  /** When the last search ended, by the clock of this end, in milliseconds. */
  readonly searchedAt?: number | undefined;
}

/** Deleted records stay in the recycle bin for 15 days, and getDeleted knows no more either. */
const retentionMs = 15 * 86_400_000;

/** Absent members are left out: a checkpoint is JSON. */
export function toCheckpoint(position: ChangePosition): Checkpoint {
  return JSON.parse(JSON.stringify(position)) as Checkpoint;
}

/** @throws ConnectorError `ERR_INVALID_CHECKPOINT`, `ERR_CHECKPOINT_EXPIRED` */
export function readPosition(
  entity: string,
  since: Checkpoint = {},
  { now, safetyLagMs }: { readonly now: number; readonly safetyLagMs: number },
): ChangePosition {
  const { records, lines, deletedUntil, searchedAt } = since as Record<string, unknown>;
  const isGood =
    isStream(records) &&
    isStream(lines) &&
    (deletedUntil === undefined || isInstant(deletedUntil)) &&
    (searchedAt === undefined || typeof searchedAt === 'number');
  if (!isGood) {
    throw invalidCheckpoint({ system: 'salesforce', entity, of: entity });
  }
  // Compared with this end's own clock only, so that it does not matter whether the two agree.
  if (typeof searchedAt === 'number' && now - searchedAt > retentionMs - safetyLagMs) {
    throw expired(entity);
  }
  return since as ChangePosition;
}

/** What a search has still to read. */
export function conditionsOf(
  { at, id, until, isSettled = false }: StreamPosition,
  safetyLagMs: number,
): readonly Soql[] {
  const end = until === undefined ? [] : [soql`SystemModstamp <= ${new Date(until)}`];
  if (at === undefined) return end;
  if (id === undefined) {
    const start = new Date(Date.parse(at) - (isSettled ? 0 : safetyLagMs));
    return [soql`SystemModstamp >= ${start}`, ...end];
  }
  const time = new Date(at);
  return [soql`(SystemModstamp > ${time} OR (SystemModstamp = ${time} AND Id > ${id}))`, ...end];
}

/**
 * Where the next search begins: at the newest change of the time when this one began. Transactions that
 * have committed late meanwhile are no older than that by more than the safety lag.
 *
 * @param before - the position that the search began with
 */
export function ended(
  before: StreamPosition,
  {
    until,
    now,
    safetyLagMs,
  }: {
    readonly until: string | undefined;
    readonly now: number;
    readonly safetyLagMs: number;
  },
): StreamPosition {
  const { at } = before;
  if (until === undefined) return at === undefined ? {} : { ...before, id: undefined };
  if (before.id !== undefined || at === undefined || until > at) return { at: until, seenAt: now };
  // By this end's clock, but only its differences: the two clocks need not agree.
  const seenAt = before.seenAt ?? now;
  const isSettled = before.isSettled === true || now - seenAt >= safetyLagMs;
  return { at, seenAt, isSettled };
}

export function positionOf(
  row: { readonly Id?: unknown; readonly SystemModstamp?: unknown } | undefined,
): StreamPosition | undefined {
  if (!row) return undefined;
  const { Id: id, SystemModstamp: time } = row;
  const at = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  if (typeof id === 'string' && !Number.isNaN(at)) return { at: new Date(at).toISOString(), id };
  throw new ConnectorError({
    code: 'ERR_INVALID_RESPONSE',
    category: 'transient',
    message: 'Salesforce answered with a record without the time of its change. Try again later.',
    system: 'salesforce',
  });
}

/** Deletions of the gap are not to be had any more. */
export function expired(entity: string, cause?: unknown): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CHECKPOINT_EXPIRED',
    category: 'conflict',
    message: `Salesforce remembers deleted records for 15 days, and the last search for changes of ${entity} was longer ago. Read everything and compare.`,
    system: 'salesforce',
    entity,
    cause,
  });
}

function isStream(value: unknown): boolean {
  if (value === undefined) return true;
  if (typeof value !== 'object' || value === null) return false;
  const { at, id, until, seenAt, isSettled } = value as Record<string, unknown>;
  return (
    (at === undefined || isInstant(at)) &&
    (until === undefined || isInstant(until)) &&
    (id === undefined || (typeof id === 'string' && /^[a-zA-Z0-9]{18}$/.test(id))) &&
    (seenAt === undefined || typeof seenAt === 'number') &&
    (isSettled === undefined || typeof isSettled === 'boolean')
  );
}

const isInstant = (value: unknown): boolean =>
  typeof value === 'string' &&
  /^[12]\d{3}-\d\d-\d\dT/.test(value) &&
  !Number.isNaN(Date.parse(value));
