import {
  type CallOptions,
  type ChangePage,
  type Checkpoint,
  ConnectorError,
  invalidCheckpoint,
  type RecordChange,
} from '@common/connector-core';
import { decodeRows, keyOf, type QuickbooksTarget } from './decode-rows.ts';
import { keyedPages } from './keyed-pages.ts';
import type { QuickbooksEntity, Row } from './quickbooks-entity.ts';
import { conditionsOf, instantLiteral, literal, statementOf } from './quickbooks-query.ts';
import { callOf } from './quickbooks-request.ts';
import { timeOf, unreadable } from './quickbooks-session.ts';
import { isRow } from './row/merge-row.ts';

/** Where a search for changes stands; the form of its checkpoint. Times are the service's own. */
interface Position {
  /** When the last whole search began, milliseconds. The next one begins there. */
  readonly at?: number | undefined;
  /** Of a search under way by pages: when it began, */
  readonly next?: number | undefined;
  /** the last Id that it read, */
  readonly after?: string | undefined;
  /** and how many records. */
  readonly read?: number | undefined;
}

export interface ChangeSearch extends QuickbooksTarget {
  readonly pageSize: number;
  readonly safetyLagMs: number;
}

/** Intuit, change data capture: the look-back, and the most objects that an answer has. */
const lookBackMs = 30 * 86_400_000;
const mostObjects = 1_000;

/**
 * Changes since a checkpoint; without one, all records by pages.
 *
 * Changes of what can be deleted come by CDC, which tells deletions, but only 30 days back and no more
 * than 1,000 objects without a next page. Beyond either, deletions cannot be found any more: that is
 * `ERR_CHECKPOINT_EXPIRED`, and the caller reads everything and compares. Name lists have no deletions:
 * beyond the limits, and where CDC does not know the entity, they are queried by the time of change.
 */
export async function* readChanges(
  search: ChangeSearch,
  since: Checkpoint | undefined,
  call: CallOptions,
): AsyncGenerator<ChangePage> {
  const { entity } = search;
  if (entity.capabilities.changes === 'none') throw unchanging(entity);
  const position = readPosition(entity, since);
  const { at } = position;
  if (at !== undefined && position.after === undefined && entity.hasCdc) {
    const answer = await captured(search, at, call);
    if (answer !== undefined) {
      yield answer;
      return;
    }
  }
  yield* changesByPages(search, position, call);
}

/** The whole answer of CDC, if it is whole. */
async function captured(
  search: ChangeSearch,
  at: number,
  call: CallOptions,
): Promise<ChangePage | undefined> {
  const { entity, session, safetyLagMs } = search;
  const { resource } = entity;
  const from = at - safetyLagMs;
  const { body, requestId } = await session
    .send({
      ...callOf(call),
      operation: `cdc ${resource}`,
      path: 'cdc',
      parameters: { entities: resource, changedSince: instantLiteral(from) },
      entity: entity.name,
    })
    .catch(async (error: unknown) => {
      const isRefused = ConnectorError.isInstance(error) && error.category === 'validation';
      if (!isRefused) throw error;
      // What Intuit answers to a time out of its bounds is not in its documents: its clock tells.
      const now = await serverTime(search, call);
      if (now === undefined || (now >= from && now - from < lookBackMs)) throw error;
      const body = { CDCResponse: [], time: new Date(now).toISOString() };
      return { body, requestId: undefined };
    });
  const now = timeOf(body) ?? at;
  // A checkpoint ahead of the service's clock: nothing can have changed since.
  if (now < from) return { changes: [], checkpoint: { at } };
  const rows = capturedRows(body, resource);
  // Nothing at all is not the same as no changes.
  if (rows === undefined) throw unreadable({ operation: `cdc ${resource}` }, { requestId });
  if (rows.length >= mostObjects || now - from >= lookBackMs) {
    if (entity.kind === 'transaction') throw expired(entity);
    return undefined;
  }
  const gone = rows.filter(isDeleted);
  const page = await upserts(
    search,
    rows.filter((row) => !isDeleted(row)),
    call,
  );
  return {
    ...page,
    changes: [...page.changes, ...gone.map((row) => ({ op: 'delete', key: keyOf(row) }) as const)],
    checkpoint: { at: Math.max(now, at) },
  };
}

async function serverTime(
  { entity: { resource }, session }: ChangeSearch,
  call: CallOptions,
): Promise<number | undefined> {
  const statement = statementOf({ resource, count: true });
  return (await session.query({ resource, statement }, call)).timeMs;
}

/** By the Id, within a lower bound in time: it does not matter how many records share a second. */
async function* changesByPages(
  search: ChangeSearch,
  { at, next, after, read }: Position,
  call: CallOptions,
): AsyncGenerator<ChangePage> {
  const { entity, session, pageSize, safetyLagMs } = search;
  const restriction =
    at === undefined
      ? []
      : [`MetaData.LastUpdatedTime >= ${literal(instantLiteral(at - safetyLagMs))}`];
  const pages = keyedPages(
    {
      ...{ entity, session, pageSize, after, read },
      where: [...conditionsOf(entity), ...restriction],
      isWhole: at === undefined,
    },
    call,
  );
  let begun = next;
  for await (const page of pages) {
    begun ??= page.timeMs;
    yield {
      ...(await upserts(search, page.rows, call)),
      checkpoint: checkpointOf({ at, next: begun, after: page.lastKey, read: page.read }),
    };
  }
  // Of an empty answer there was no time; what comes later is found from the beginning.
  yield { changes: [], checkpoint: checkpointOf({ at: begun ?? at }) };
}

async function upserts(
  search: ChangeSearch,
  rows: readonly Row[],
  call: CallOptions,
): Promise<Omit<ChangePage, 'checkpoint'>> {
  const { records, failures } = await decodeRows(search, rows, call);
  return {
    changes: records.map((record): RecordChange => ({ op: 'upsert', record })),
    ...(failures.length > 0 ? { failures } : {}),
  };
}

const isDeleted = ({ status }: Row): boolean => status === 'Deleted';

/** `CDCResponse[].QueryResponse[].Invoice[]` (quickbooks facts 2.5); `undefined` for another form. */
function capturedRows(body: Row, resource: string): readonly Row[] | undefined {
  const found = listOf(body.CDCResponse)
    .flatMap((part) => (isRow(part) ? listOf(part.QueryResponse) : [part]))
    .flatMap((part) => (isRow(part) ? listOf(part[resource] ?? []) : [part]));
  return found.every(isRow) ? found : undefined;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** Absent members are left out: a checkpoint is JSON. */
const checkpointOf = (position: Position): Checkpoint =>
  JSON.parse(JSON.stringify(position)) as Checkpoint;

function readPosition(entity: QuickbooksEntity, since: Checkpoint = {}): Position {
  const { at, next, after, read } = since;
  const isGood =
    [at, next].every((value) => value === undefined || isTime(value)) &&
    (read === undefined || Number.isSafeInteger(read)) &&
    (after === undefined || typeof after === 'string');
  if (isGood) return since as Position;
  throw invalidCheckpoint({ system: 'quickbooks', entity: entity.name, of: entity.name });
}

/** Milliseconds since 1970 of a year that a query can name. */
function isTime(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < Date.UTC(10_000, 0);
}

function expired({ name }: QuickbooksEntity): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CHECKPOINT_EXPIRED',
    category: 'configuration',
    message: `More than 30 days or more than 1,000 changes of ${name} lie behind the checkpoint, and QuickBooks no longer tells which were deleted. Read everything and compare; look for changes more often.`,
    system: 'quickbooks',
    entity: name,
  });
}

function unchanging({ name }: QuickbooksEntity): ConnectorError {
  return new ConnectorError({
    code: 'ERR_UNSUPPORTED_OPERATION',
    category: 'unsupported',
    message: `QuickBooks does not tell changes of ${name}. Read it by its key.`,
    system: 'quickbooks',
    entity: name,
  });
}
