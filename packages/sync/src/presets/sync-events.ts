import type { ConnectorEvent } from '@common/connector-core';
import type { Sync } from '../engine/create-sync.ts';
import type { SyncReport } from '../engine/sync-report.ts';

/**
 * Brings at once what a vendor's events tell of, for example those of `receiveWebhook`. Events are hints:
 * they may come late, twice, in any order, or never. A record is read as it is now, what is as it was
 * costs no write, and what never was told is found by the next `run`: keep its schedule.
 *
 * @param options - `entity`: whose events these are in the words of the source
 * @returns `undefined` when no event is of this entity
 * @throws ConnectorError as `Sync.run`. `ERR_FLOW_BUSY` while a run is under way: try again, or leave it to the next run
 */
export async function syncEvents(
  sync: Sync,
  events: readonly ConnectorEvent[],
  options: { readonly entity: string; readonly signal?: AbortSignal | undefined },
): Promise<SyncReport | undefined> {
  const { entity, signal } = options;
  const own = events.filter((event) => event.entity === entity);
  if (own.length === 0) return undefined;
  const keys = own.flatMap(({ key }) => key ?? []);
  // Without a key any record may have changed; what is gone is for a run, too.
  const isRead = own.every(({ key, op }) => key !== undefined && op !== 'delete');
  return isRead ? sync.refresh(keys, { signal }) : sync.run({ signal });
}
