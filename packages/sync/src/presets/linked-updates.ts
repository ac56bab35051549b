import { ConnectorError, type ErpRecord, type RecordPatch } from '@common/connector-core';
import type { SyncOptions } from '../engine/sync-options.ts';
import type { LinkSide } from '../state/link.ts';
import type { StateStore } from '../state/state-store.ts';

/** Options of `linkedUpdates`; what is not named here goes to the flow. */
export interface LinkedUpdatesOptions<Source extends ErpRecord, Target extends ErpRecord>
  extends Omit<
    SyncOptions<Source, Target>,
    'mapping' | 'link' | 'compare' | 'conflicts' | 'deletes' | 'store'
  > {
  /** The store of the flow that brings the records. */
  readonly store: StateStore;
  /** The identity map of that flow, and the side of it that this flow's source is. */
  readonly records: { readonly space: string; readonly side: LinkSide };
  /** The fields of the source that are news when they change, for example `['status']`. */
  readonly fields: readonly string[];
  /**
   * Key under which the record to update is linked.
   * @default `record.source.key`
   * @example `(amendment) => amendment.purchaseOrder`
   */
  readonly keyOf?: ((record: Source) => string) | undefined;
  /**
   * Whether a record has something to say; others are skipped.
   * @default all of them
   */
  readonly applies?: ((record: Source) => boolean) | undefined;
  /**
   * What to write.
   *
   * @param linked - key of the linked record; `4500000001/10` where it stands for a part
   */
  update(
    record: Source,
    linked: string,
  ): {
    /** @default `linked` */
    readonly targetKey?: string | undefined;
    readonly record: RecordPatch<Target>;
  };
  /**
   * What to do with a record that is not linked: `wait` puts it into the dead letters, and every run tries
   * it again; `skip` is for a source that has many records which this integration is not about.
   * @default 'wait'
   */
  readonly unlinked?: 'wait' | 'skip' | undefined;
}

/**
 * A flow that changes some fields of records which another flow has brought: amendments of orders, the
 * status of an order on its way back. It creates nothing, deletes nothing, and touches nothing but
 * what it says.
 *
 * The other flow keeps its identity map; this one reads it. Where a creation of the other flow is in
 * doubt, `skip` cannot tell whose a record is: the run ends with `ERR_PENDING_WRITES`, until the other
 * flow has run.
 */
export function linkedUpdates<Source extends ErpRecord, Target extends ErpRecord>(
  options: LinkedUpdatesOptions<Source, Target>,
): SyncOptions<Source, Target> {
  const {
    records: { space, side },
    fields,
    keyOf = ({ source }: Source) => source?.key ?? '',
    applies = () => true,
    update,
    unlinked = 'wait',
    ...flow
  } = options;
  return {
    ...flow,
    // What is written here says nothing about the rest of the target record.
    compare: { source: fields, target: false },
    // Whoever brings the records deletes them.
    deletes: { ignore: true },
    mapping: {
      async prepare(records, context) {
        const keys = records.filter(applies).map(keyOf);
        const links = context.links(space);
        await links.load({ [side]: keys });
        const isMissing = keys.some((key) => linkedOf(links, key) === undefined);
        if (isMissing && unlinked === 'skip') await refuseDoubt(flow.store, context.tenant, space);
      },
      map(record, context) {
        if (!applies(record)) return undefined;
        const key = keyOf(record);
        const linked = linkedOf(context.links(space), key);
        if (linked === undefined && unlinked === 'skip') return undefined;
        if (linked === undefined) throw notLinked(key, space);
        const changes = update(record, linked);
        return { targetKey: changes.targetKey ?? linked, record: changes.record as Target };
      },
    },
  };

  function linkedOf(
    links: { right(key: string): string | undefined; left(key: string): string | undefined },
    key: string,
  ): string | undefined {
    return side === 'left' ? links.right(key) : links.left(key);
  }
}

async function refuseDoubt(store: StateStore, tenant: string, space: string): Promise<void> {
  const flows = await store.transaction((state) => state.journal.flowsOf({ tenant, space }), {
    readOnly: true,
  });
  if (flows.length === 0) return;
  throw new ConnectorError({
    code: 'ERR_PENDING_WRITES',
    category: 'conflict',
    retryable: true,
    message: `The flow ${flows.join(', ')} was interrupted and has writes of unknown outcome. Run it first: a record that is not linked yet may be its.`,
  });
}

function notLinked(key: string, space: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_MAPPING',
    category: 'mapping',
    retryable: true,
    message: `The record ${key} has no counterpart in the identity map "${space}" yet. The next run tries again; if it never will have one, discard this dead letter.`,
  });
}
