import {
  type CallOptions,
  type ChangePage,
  type Checkpoint,
  ConnectorError,
  type ErpRecord,
} from '@common/connector-core';
import { formatLiteral } from '@common/connector-odata';
import { normalizeInstant } from './sap-change-time.ts';
import type { SapEntity } from './sap-entities.ts';
import type { DecodedPage, SapReader } from './sap-read.ts';

/** Where a search for changes stands. */
interface Position {
  /** Change time of the last record, ISO instant; everything before it has been seen. */
  readonly at: string;
  /** Whether the search had come to its end: the next one then reaches back by the safety lag. */
  readonly complete: boolean;
}

export interface ChangesOptions {
  readonly reader: SapReader;
  readonly safetyLagMs: number;
}

/**
 * Records changed since a checkpoint, in the order of `LastChangeDateTime` and key.
 *
 * The filter has whole seconds (some services refuse fractions, SAP/cloud-sdk#1197), and the wire has
 * milliseconds where the server orders by 100 ns: so records of the last millisecond are given again
 * rather than compared. A finished search is followed by one that reaches back by the safety lag, since a
 * transaction may commit after others with a later time; whoever consumes the pages compares digests.
 */
export async function* changesByInstant<Record extends ErpRecord>(
  entity: SapEntity,
  since: Checkpoint | undefined,
  options: ChangesOptions & { readonly call: CallOptions },
): AsyncGenerator<ChangePage<Record>> {
  const position = readPosition(entity, since);
  const from = position && startOf(position, options.safetyLagMs);
  const literal = from && instantLiteral(entity, from);
  let last = position?.at;
  const pages = options.reader.pages<Record>(
    entity,
    {
      ...(literal ? { filters: [`LastChangeDateTime ge ${literal}`] } : {}),
      orderBy: ['LastChangeDateTime', entity.orderProperty],
    },
    options.call,
  );
  let yielded = false;
  for await (const page of pages) {
    const records = page.records.filter(({ changedAt }) => from === undefined || changedAt >= from);
    last = latest(
      last,
      records.map(({ changedAt }) => changedAt),
    );
    const isLast = page.nextLink === undefined;
    yielded = true;
    yield changePage(page, records, last === undefined ? {} : { at: last, complete: isLast });
  }
  if (!yielded) yield { changes: [], checkpoint: since ?? {} };
}

/**
 * Business partners have date and time apart, and only a creation date until their first change. The first
 * read goes by key; later ones take all of the days since, and drop by time.
 */
export async function* changesByDate<Record extends ErpRecord>(
  entity: SapEntity,
  since: Checkpoint | undefined,
  options: ChangesOptions & { readonly call: CallOptions },
): AsyncGenerator<ChangePage<Record>> {
  const first = readFirstRead(since);
  if (since === undefined || first !== undefined) {
    // Whatever changes while the first read is under way has a time from here on.
    const at = first?.at ?? (await latestChange(entity, options));
    const pages = options.reader.byKey<Record>(entity, { after: first?.after }, options.call);
    for await (const page of pages) {
      yield changePage(page, page.records, { ...(at ? { at } : {}), after: page.lastKey });
    }
    yield { changes: [], checkpoint: positionOrStart(at) };
    return;
  }
  const position = readPosition(entity, since);
  const from = position && startOf(position, options.safetyLagMs);
  const day =
    from && formatLiteral({ value: from.slice(0, 10), type: 'Edm.DateTime', version: 'v2' });
  const pages = options.reader.pages<Record>(
    entity,
    {
      ...(day ? { filters: [`LastChangeDate ge ${day}`, `CreationDate ge ${day}`] } : {}),
      orderBy: [entity.orderProperty],
    },
    options.call,
  );
  let last = position?.at;
  let yielded = false;
  for await (const page of pages) {
    const records = page.records.filter(({ changedAt }) => from === undefined || changedAt >= from);
    last = latest(
      last,
      records.map(({ changedAt }) => changedAt),
    );
    yielded = true;
    // Ordered by key, not by time: the position moves only when all is read.
    yield changePage(page, records, page.nextLink === undefined ? positionOrStart(last) : since);
  }
  if (!yielded) yield { changes: [], checkpoint: since };
}

function changePage<Record extends ErpRecord>(
  page: DecodedPage<Record>,
  records: DecodedPage<Record>['records'],
  checkpoint: Checkpoint,
): ChangePage<Record> {
  return {
    changes: records.map(({ record }) => ({ op: 'upsert', record })),
    ...(page.failures.length > 0 ? { failures: page.failures } : {}),
    checkpoint,
  };
}

function readPosition(entity: SapEntity, since: Checkpoint | undefined): Position | undefined {
  if (since === undefined || since.at === undefined) return undefined;
  const { at, complete } = since;
  if (typeof at === 'string' && !Number.isNaN(Date.parse(at)) && typeof complete === 'boolean') {
    return { at, complete };
  }
  throw new ConnectorError({
    code: 'ERR_INVALID_CHECKPOINT',
    category: 'configuration',
    message: `The checkpoint is none of ${entity.name}. Pass one of a page unchanged, or none to read everything.`,
    system: 'sap',
    entity: entity.name,
  });
}

function readFirstRead(since: Checkpoint | undefined) {
  if (typeof since?.after !== 'string') return undefined;
  return { after: since.after, at: typeof since.at === 'string' ? since.at : undefined };
}

const positionOrStart = (at: string | undefined): Checkpoint =>
  at === undefined ? {} : { at, complete: true };

function startOf({ at, complete }: Position, safetyLagMs: number): string {
  if (!complete) return at;
  return normalizeInstant(new Date(Date.parse(at) - safetyLagMs).toISOString());
}

function instantLiteral(entity: SapEntity, instant: string): string {
  const second = new Date(Math.floor(Date.parse(instant) / 1000) * 1000).toISOString();
  return formatLiteral({
    value: second,
    type: 'Edm.DateTimeOffset',
    version: entity.version,
    wholeSeconds: true,
  });
}

const latest = (last: string | undefined, times: readonly string[]): string | undefined =>
  times.reduce<string | undefined>(
    (newest, time) => (newest === undefined || time > newest ? time : newest),
    last,
  );

async function latestChange(
  entity: SapEntity,
  { reader, call }: ChangesOptions & { readonly call: CallOptions },
): Promise<string | undefined> {
  const newest = await Promise.all([
    reader.first(entity, ['LastChangeDate desc', 'LastChangeTime desc'], call),
    reader.first(entity, ['CreationDate desc', 'CreationTime desc'], call),
  ]);
  return latest(
    undefined,
    newest.flatMap((found) => found?.changedAt ?? []),
  );
}
