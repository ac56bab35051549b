import {
  type CallOptions,
  type ChangePage,
  type Checkpoint,
  invalidCheckpoint,
} from '@common/connector-core';
import { formatLiteral } from '@common/connector-odata';
import type { Decoding } from './decode-page.ts';
import { keyedPages } from './keyed-pages.ts';
import { normalizeInstant } from './sap-change-time.ts';
import type { SapEntity } from './sap-entity.ts';
import { filterOf } from './sap-query.ts';
import { readLatestChange, type SapSource } from './sap-read.ts';

/** Where a search for changes stands; the form of its checkpoint. */
interface Position {
  /** The newest change time when the search began: the next search begins there. Absent: no record has one. */
  readonly at?: string | undefined;
  /** When this end saw `at` first, in milliseconds. */
  readonly seenAt?: number | undefined;
  /** Everything up to `at` has been committed and read: no need to reach back. */
  readonly isSettled?: boolean | undefined;
  /** Of a search under way: changes from here on, everything when absent. */
  readonly from?: string | undefined;
  /** Of a search under way: the last key that was read. */
  readonly after?: string | undefined;
}

export interface ChangeSearch extends SapSource, Decoding {
  readonly pageSize: number;
  readonly safetyLagMs: number;
  readonly now: () => number;
}

/**
 * Records changed since a checkpoint.
 *
 * A search has a lower bound in time and goes by key: so it does not matter how many records share a
 * change time, in which order times are, with how many digits SAP orders by them, or which records change
 * meanwhile. What changes during the search has a time from `at` on, and belongs to the next one.
 *
 * The next search reaches back behind `at` by the safety lag, since a transaction may commit after others
 * with a later time. Once nothing newer has come for that long, it need not any more.
 */
export async function* readChanges(
  search: ChangeSearch,
  since: Checkpoint | undefined,
  call: CallOptions,
): AsyncGenerator<ChangePage> {
  const { entity, pageSize } = search;
  const given = readPosition(entity, since);
  const position = given.after === undefined ? await begin(search, given, call) : given;
  const { from, after, ...next } = position;
  const read = {
    ...search,
    pageSize,
    after,
    restriction: filterOf(entity),
    alternatives: from === undefined ? undefined : changedSince(entity, from),
  };
  for await (const page of keyedPages(read, call)) {
    yield {
      // The filter has whole seconds or days.
      changes: page.records
        .filter(({ changedAt }) => from === undefined || changedAt >= from)
        .map(({ record }) => ({ op: 'upsert', record })),
      ...(page.failures.length > 0 ? { failures: page.failures } : {}),
      checkpoint: toCheckpoint({ ...position, after: page.lastKey }),
    };
  }
  yield { changes: [], checkpoint: toCheckpoint(next) };
}

/** A new search: from the end of the last one, to what is the newest change now. */
async function begin(
  search: ChangeSearch,
  { at: from, seenAt, isSettled = false }: Position,
  call: CallOptions,
): Promise<Position> {
  const { safetyLagMs } = search;
  const now = search.now();
  const newest = await readLatestChange(search, now, call);
  if (from === undefined) return { at: newest, seenAt: now };
  const repeatedMs = search.entity.changeTime === 'date-and-time' ? hourMs : 0;
  const start = reachBack(from, repeatedMs + (isSettled ? 0 : safetyLagMs));
  if (newest !== undefined && newest > from) return { at: newest, seenAt: now, from: start };
  // By this end's clock, but only its differences: the two clocks need not agree.
  const settles = isSettled || now - (seenAt ?? now) >= safetyLagMs;
  return { at: from, seenAt: seenAt ?? now, isSettled: settles, from: start };
}

// Date and time are those of the system's own clock: where it keeps summer time, an hour comes twice.
const hourMs = 3_600_000;

const reachBack = (instant: string, milliseconds: number): string =>
  milliseconds === 0
    ? instant
    : normalizeInstant(new Date(Date.parse(instant) - milliseconds).toISOString());

/**
 * Whole seconds, since some services refuse fractions (SAP/cloud-sdk#1197). Business partners have date and
 * time apart, and only a creation date until their first change.
 */
function changedSince({ changeTime, version }: SapEntity, from: string): readonly string[] {
  if (changeTime === 'instant') {
    const value = `${from.slice(0, 19)}Z`;
    const literal = formatLiteral({ value, type: 'Edm.DateTimeOffset', version });
    return [`LastChangeDateTime ge ${literal}`];
  }
  const day = formatLiteral({ value: from.slice(0, 10), type: 'Edm.DateTime', version });
  return [`LastChangeDate ge ${day}`, `CreationDate ge ${day}`];
}

/** Absent members are left out: a checkpoint is JSON. */
function toCheckpoint(position: Position): Checkpoint {
  return JSON.parse(JSON.stringify(position)) as Checkpoint;
}

function readPosition(entity: SapEntity, since: Checkpoint = {}): Position {
  const { at, seenAt, isSettled, from, after } = since;
  const isGood =
    [at, from].every((instant) => instant === undefined || isPosition(instant)) &&
    (seenAt === undefined || typeof seenAt === 'number') &&
    (isSettled === undefined || typeof isSettled === 'boolean') &&
    (after === undefined || typeof after === 'string');
  if (isGood) return since as Position;
  throw invalidCheckpoint({ system: 'sap', entity: entity.name, of: entity.name });
}

/** As this connector writes it, of a day that exists, with room to reach back. */
function isPosition(instant: unknown): boolean {
  if (normalizeInstant(instant) !== instant || !(instant > '0001')) return false;
  const at = Date.parse(instant);
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 19) === instant.slice(0, 19);
}
