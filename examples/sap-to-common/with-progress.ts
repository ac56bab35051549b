import type { SyncTarget } from '@common/connector-sync';

/** A target that tells how many records it was given. */
export function withProgress(target: SyncTarget, onWritten: (count: number) => void): SyncTarget {
  const { writeWithin } = target;
  return {
    ...target,
    async write(entity, changes, options) {
      const results = await target.write(entity, changes, options);
      onWritten(changes.length);
      return results;
    },
    ...(writeWithin && {
      async writeWithin(state, entity, changes) {
        await writeWithin(state, entity, changes);
        onWritten(changes.length);
      },
    }),
  };
}
