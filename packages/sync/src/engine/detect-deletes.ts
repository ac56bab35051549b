import type { RecordChange } from '@common/connector-core';
import { connectorErrorOf } from './connector-error-of.ts';
import type { Flow } from './flow.ts';
import type { FullRead } from './full-read.ts';
import { type PageContext, processPage } from './process-page.ts';
import { isOfRecord } from './record-error.ts';
import type { Session } from './session.ts';
import { recordKeyOf, sideLinkOf } from './side-link.ts';

const pageSize = 500;

/**
 * Compares what a full read has shown with what is linked, and deletes what is gone. Keys are asked
 * for once more: a record that the list has skipped is synced, not deleted.
 */
export async function detectDeletes(flow: Flow, session: Session, read: FullRead): Promise<void> {
  const withheld = await withheldDeletes(flow, session, read);
  if (withheld > 0) {
    await session.commit({ withheld }, async () => undefined);
    return;
  }
  for await (const changes of goneRecords(flow, session, read)) {
    await processPage(flow, session, {
      changes,
      isAdmitted: ({ sourceOp }) => sourceOp === 'delete',
    });
  }
}

/**
 * Asks the guard about all deletions that a full read comes to.
 *
 * @returns how many there are, when they are more than may be made; else 0
 */
export async function withheldDeletes(
  flow: Flow,
  { deleteGuard }: PageContext,
  read: FullRead,
): Promise<number> {
  if (read.gap !== undefined && !canLookAgain(flow)) {
    flow.logger.warn(
      `What is gone from the source cannot be told: ${read.gap}. Nothing is deleted for it.`,
      { ...flow.key },
    );
    return 0;
  }
  if (await isAllShown(flow, read)) return 0;
  let live = 0;
  let gone = 0;
  for await (const page of goneLinks(flow, read)) {
    live += page.live;
    gone += page.gone.length;
  }
  if (gone === 0) return 0;
  // More than half at once looks like a list that was cut off, not like work of users.
  const isPlausible = gone <= live / 2 || gone <= (deleteGuard.approved ?? 0);
  if (isPlausible && (await deleteGuard.admit(gone, live))) return 0;
  flow.logger.warn(
    `${gone} of ${live} linked records were not in the full read of the source any more. That is more than the flow may delete: they are left alone. If it is right, approveDeletes({ atMost: ${gone} }) and run again in full.`,
    { ...flow.key },
  );
  return gone;
}

/** As many links as were shown are there: then there is no need to look at each. */
async function isAllShown({ store, space, scope }: Flow, read: FullRead): Promise<boolean> {
  // Where another flow deletes links meanwhile, the numbers may agree by chance.
  if (scope.scope.startsWith('space:')) return false;
  const count = await store.transaction(async ({ links }) => links.count?.(space), {
    readOnly: true,
  });
  return count === read.linked;
}

/** What is gone, page by page, each asked for once more. */
export async function* goneRecords(
  flow: Flow,
  context: PageContext,
  read: FullRead,
): AsyncGenerator<readonly RecordChange[]> {
  if (read.gap !== undefined && !canLookAgain(flow)) return;
  if (await isAllShown(flow, read)) return;
  for await (const { gone } of goneLinks(flow, read)) {
    const changes: RecordChange[] = [];
    for (const key of new Set(gone)) {
      const change = await lookAgain(flow, context, key);
      if (change !== undefined) changes.push(change);
    }
    if (changes.length > 0) yield changes;
  }
}

async function lookAgain(
  flow: Flow,
  session: PageContext,
  key: string,
): Promise<RecordChange | undefined> {
  const { source, sourceEntity } = flow;
  if (!canLookAgain(flow)) return { op: 'delete', key };
  await session.ensure();
  try {
    const record = await source.get(sourceEntity, key, { signal: session.signal });
    return record === undefined ? { op: 'delete', key } : { op: 'upsert', record };
  } catch (thrown) {
    const error = connectorErrorOf(thrown, session.signal);
    // It is there, though nobody can read it.
    if (isOfRecord(error)) return undefined;
    throw error;
  }
}

/** Whether the source can be asked for one record. */
export function canLookAgain({ source, sourceEntity }: Flow): boolean {
  return source.capabilities.entities[sourceEntity]?.get === true;
}

/** The links of the flow page by page: how many there are, and the record keys of those that are gone. */
async function* goneLinks(flow: Flow, { seen, startedAt }: FullRead) {
  let after: string | undefined;
  for (;;) {
    const links = await flow.store.transaction(
      (state) => state.links.list(flow.space, { after, limit: pageSize }),
      { readOnly: true },
    );
    if (links.length === 0) return;
    after = links.at(-1)?.leftKey;
    // What was linked while the read went on (by the other direction) need not be in it.
    const old = links.filter(({ updatedAt }) => updatedAt <= startedAt);
    const keys = old.map((link) => recordKeyOf(sideLinkOf(link, flow.side)));
    yield { live: links.length, gone: keys.filter((key) => !seen.has(key)) };
  }
}
