import type { IErpConnector } from '@common/connector-core';
import type { SyncTarget } from '@common/connector-sync';

/** A source that is only looked at: nothing is taken off its queue. */
export function withoutAcknowledging<Connector extends IErpConnector>(
  source: Connector,
): Connector {
  const { changes } = source;
  if (!changes) return source;
  return {
    ...source,
    async *changes(...read: Parameters<typeof changes>) {
      for await (const { acknowledge: _acknowledge, ...page } of changes(...read)) yield page;
    },
  };
}

/** A target that checks what it is given and stores nothing. */
export function withoutWriting(target: SyncTarget): SyncTarget {
  return {
    ...target,
    write: (entity, changes, options) =>
      target.write(entity, changes, { ...options, dryRun: true }),
  };
}
