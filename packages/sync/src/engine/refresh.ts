import { ConnectorError } from '@common/connector-core';
import type { Flow } from './flow.ts';
import { processPage } from './process-page.ts';
import { readByKey } from './read-by-key.ts';
import { beginWork, reportOf, withRecordedSession } from './recorded-session.ts';
import type { SyncReport } from './sync-report.ts';

const batchSize = 100;

/**
 * Syncs some records as they are now, as pages of their own: the checkpoint does not move. What is gone
 * is left to the runs, whose guard counts all deletions together.
 */
export async function refreshKeys(
  opened: Flow,
  keys: readonly string[],
  { signal }: { readonly signal?: AbortSignal | undefined },
): Promise<SyncReport> {
  const { source, sourceEntity } = opened;
  if (source.capabilities.entities[sourceEntity]?.get !== true) {
    throw new ConnectorError({
      code: 'ERR_UNSUPPORTED_OPERATION',
      category: 'unsupported',
      system: source.manifest.id,
      entity: sourceEntity,
      message: `refresh() reads records by key, and "${source.manifest.id}" cannot do that for "${sourceEntity}". Use run().`,
    });
  }
  return withRecordedSession(opened, { mode: 'replay', signal }, async (session, flow) => {
    const { recovered } = await beginWork(flow, session);
    const all = [...new Set(keys)];
    let pages = 0;
    for (let from = 0; from < all.length; from += batchSize) {
      const { changes, failures } = await readByKey(
        flow,
        session,
        all.slice(from, from + batchSize),
      );
      const there = changes.filter(({ op }) => op === 'upsert');
      await processPage(flow, session, {
        changes: there,
        failures,
        others: { read: changes.length - there.length },
      });
      pages += 1;
      session.progress('sync', all.length);
    }
    await session.finish({ status: 'done' });
    return reportOf(flow, session, {
      mode: 'incremental',
      resumed: recovered > 0,
      pages,
      hasMore: false,
    });
  });
}
