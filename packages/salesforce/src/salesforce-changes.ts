import type { CallOptions, ChangePage, Checkpoint, RecordChange } from '@common/connector-core';
import { bulkRows, isForBulk } from './bulk/bulk-rows.ts';
import {
  conditionsOf,
  ended,
  positionOf,
  readPosition,
  type StreamPosition,
  toCheckpoint,
} from './change-position.ts';
import { decodeRows } from './decode-rows.ts';
import { readDeleted } from './deleted-records.ts';
import { readChangedLines } from './line-changes.ts';
import { newestChange, withEnd } from './newest-change.ts';
import { repeated, whereOf } from './salesforce-list.ts';
import { type RowPage, readRows } from './salesforce-read.ts';
import type { SalesforceTarget } from './salesforce-target.ts';
import { type Soql, soql } from './soql/soql.ts';

/**
 * Records changed or deleted since a checkpoint, in the order of change time and id: however many share a
 * time, a page begins behind the last record of the one before.
 *
 * A search ends at what was the newest change when it began, and the next one begins there. It reaches
 * back by the safety lag, since a transaction may commit after others with a later time. Once nothing
 * newer has come for that long, it need not any more.
 */
export async function* readChanges(
  target: SalesforceTarget,
  since: Checkpoint | undefined,
  call: CallOptions,
): AsyncGenerator<ChangePage> {
  const { entity, session, settings } = target;
  const { safetyLagMs } = settings;
  const now = session.now();
  let position = readPosition(entity.name, since, { now, safetyLagMs });
  const { deletedUntil } = position;
  let serverTime: number | undefined;

  // Everything is read at first, so lines matter from now on only.
  if (entity.lines !== undefined && position.lines === undefined) {
    const at = await newestChange(target, entity.lines.object, call);
    position = { ...position, lines: { at } };
  }

  const from = position.records ?? {};
  // The lines of a search that was interrupted: its records have been read.
  if (position.lines?.id === undefined || from.id !== undefined) {
    const search = await withEnd(target, { object: entity.object, from }, call);
    const { until } = search;
    for await (const page of readStream(target, search, call)) {
      serverTime ??= page.serverTime;
      const records = { ...positionOf(page.rows.at(-1)), until };
      position = { ...position, records };
      yield { ...changesOf(target, page), checkpoint: toCheckpoint(position) };
    }
    position = { ...position, records: ended(from, { until, now, safetyLagMs }) };
  }

  if (entity.lines !== undefined) {
    const fromLines = position.lines ?? {};
    const { object } = entity.lines;
    const search = await withEnd(target, { object, from: fromLines }, call);
    const { until } = search;
    for await (const page of readChangedLines(target, search, call)) {
      position = { ...position, lines: { ...page.last, until } };
      yield { ...changesOf(target, page), checkpoint: toCheckpoint(position) };
    }
    position = { ...position, lines: ended(fromLines, { until, now, safetyLagMs }) };
  }

  const coveredUntil = serverTime ?? now;
  const description = await session.describe(entity.object, call);
  const deleted =
    deletedUntil === undefined || !description.replicateable
      ? undefined
      : await readDeleted(target, { from: deletedUntil, until: coveredUntil }, call);
  yield {
    changes: (deleted?.ids ?? []).map((key) => ({ op: 'delete', key })),
    checkpoint: toCheckpoint({
      ...position,
      deletedUntil: deleted?.coveredUntil ?? deletedUntil ?? new Date(coveredUntil).toISOString(),
      searchedAt: now,
    }),
  };
}

/** Pages of changed rows, each behind the one before. */
async function* readStream(
  target: SalesforceTarget,
  from: StreamPosition,
  call: CallOptions,
): AsyncGenerator<RowPage> {
  const { entity, session, settings } = target;
  // Nothing has ever been changed: there is nothing.
  if (from.until === undefined) return;
  const { fields } = await session.describe(entity.object, call);
  const size = settings.pageSize;
  // Deleted records are in queryAll until they leave the recycle bin.
  const all = fields.has('IsDeleted');
  let place = from;
  const isNext = ({ rows }: RowPage): boolean => {
    const next = positionOf(rows.at(-1));
    if (next === undefined) return false;
    if (next.id === place.id && next.at === place.at) throw repeated(entity.name);
    place = { ...next, until: from.until };
    return true;
  };
  const whereBehind = (): Soql => whereOf(conditionsOf(place, settings.safetyLagMs));

  for (let isFirst = true; ; isFirst = false) {
    const tail = soql`${whereBehind()} ORDER BY SystemModstamp, Id LIMIT ${size}`;
    let count = 0;
    for await (const page of readRows(target, { tail, all }, call)) {
      count += page.rows.length;
      if (isNext(page)) yield page;
    }
    if (count < size) return;
    // Whoever has read a whole page may have very many more before him: the first search reads everything.
    if (!isFirst || !(await isForBulk(target, whereBehind(), call))) continue;
    const rest = soql`${whereBehind()} ORDER BY SystemModstamp, Id`;
    for await (const page of bulkRows(target, { tail: rest, size, all }, call)) {
      if (isNext(page)) yield page;
    }
  }
}

function changesOf(
  target: SalesforceTarget,
  page: RowPage,
): Pick<ChangePage, 'changes' | 'failures'> {
  const isDeleted = (row: { readonly IsDeleted?: unknown }): boolean => row.IsDeleted === true;
  const living = page.rows.filter((row) => !isDeleted(row));
  const { records, failures } = decodeRows(target, { ...page, rows: living });
  const changes = [
    ...records.map((record): RecordChange => ({ op: 'upsert', record })),
    ...page.rows
      .filter(isDeleted)
      .map((row): RecordChange => ({ op: 'delete', key: String(row.Id) })),
  ];
  return { changes, ...(failures === undefined ? {} : { failures }) };
}
