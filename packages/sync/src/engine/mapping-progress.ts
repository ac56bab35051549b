import type { JsonValue } from '@common/connector-core';
import type { Flow } from './flow.ts';
import type { NamedCheckpoint } from './full-read.ts';
import type { Session } from './session.ts';

/** Under which version of its mapping a flow has read everything. */
export interface MappingProgress {
  /** Records that do not change would stay as an older version has made them. */
  readonly isOutdated: boolean;
  /** No read under the version of now is under way. */
  readonly isAnew: boolean;
  /** Notes that a read under the version of now begins; one of another version does not go on. */
  begin(session: Session): Promise<void>;
  /** To be stored when everything is read. */
  finish(): readonly NamedCheckpoint[];
}

const name = 'mapping';

interface Stored {
  readonly done?: string | undefined;
  /** The version under which a full read is under way. */
  readonly begun?: string | undefined;
}

export async function mappingProgress(flow: Flow): Promise<MappingProgress> {
  const { version } = flow.mapping;
  if (version === undefined) {
    return { isOutdated: false, isAnew: false, begin: async () => undefined, finish: () => [] };
  }
  const { stored, isNew } = await flow.store.transaction(
    async ({ checkpoints }) => ({
      stored: (await checkpoints.get(flow.key, name)) as Stored | undefined,
      isNew:
        (await checkpoints.get(flow.key, 'incremental')) === undefined &&
        (await checkpoints.get(flow.key, 'full')) === undefined,
    }),
    { readOnly: true },
  );
  // A flow that has read nothing yet has nothing to read again.
  const isOutdated = stored?.done !== version && !(stored === undefined && isNew);
  const value = (next: Stored) => JSON.parse(JSON.stringify(next)) as JsonValue;
  return {
    isOutdated,
    isAnew: isOutdated && stored?.begun !== version,
    async begin(session) {
      if (stored?.done === version || stored?.begun === version) return;
      await flow.store.transaction(
        async ({ checkpoints }) => {
          const next: Stored = isOutdated
            ? { done: stored?.done, begun: version }
            : { done: version };
          if (isOutdated) await checkpoints.set(flow.key, 'full', undefined);
          await checkpoints.set(flow.key, name, value(next));
        },
        { lease: session.lease() },
      );
    },
    finish: () => [{ name, value: value({ done: version }) }],
  };
}
