import type {
  CallOptions,
  Checkpoint,
  ErpRecord,
  JsonValue,
  RecordChange,
  RecordFailure,
} from '@common/connector-core';
import type { Flow } from './flow.ts';

/** A page of either kind of read. */
export interface SourcePage {
  readonly changes: readonly RecordChange[];
  readonly failures: readonly RecordFailure[] | undefined;
  readonly checkpoint: Checkpoint;
  readonly total: number | undefined;
  acknowledge?(options?: CallOptions): Promise<void>;
}

/** How a run reads its source. */
export interface SourceRead {
  /** Name of the stored checkpoint that follows the read. */
  readonly checkpointName: 'incremental' | 'full';
  readonly via: 'changes' | 'list';
  /** The source keeps the position: it hands out what is not acknowledged. */
  readonly isQueue: boolean;
  /** Read from its beginning to its end, a record that is not in it is gone, or can be asked for once more. */
  readonly showsAll: boolean;
}

/**
 * A full read goes through `changes` from the beginning where the source can do that, so that the
 * next incremental run goes on exactly behind it; else through `list`. Changes by time come with a
 * lag: a record that was edited a moment ago is not in them yet. Where it cannot be asked for by its
 * key either, only the list tells that it is there.
 */
export function sourceReadOf(flow: Flow, mode: 'incremental' | 'full'): SourceRead {
  const capabilities = flow.source.capabilities.entities[flow.sourceEntity];
  const detection = capabilities?.changes ?? 'none';
  const hasChanges = flow.source.changes !== undefined && detection !== 'none';
  const isQueue = hasChanges && detection === 'event';
  const showsAll = !isQueue && (detection !== 'timestamp' || capabilities?.get === true);
  const list = { checkpointName: 'full', via: 'list', isQueue: false, showsAll: true } as const;
  if (!hasChanges) return list;
  if (mode === 'incremental') {
    return { checkpointName: 'incremental', via: 'changes', isQueue, showsAll };
  }
  return showsAll || (!isQueue && capabilities?.list !== true)
    ? { checkpointName: 'full', via: 'changes', isQueue: false, showsAll }
    : list;
}

export async function* sourcePages(
  flow: Flow,
  read: SourceRead,
  options: { readonly after: JsonValue | undefined; readonly signal: AbortSignal },
): AsyncGenerator<SourcePage> {
  const { source, sourceEntity, pageSize } = flow;
  const call: CallOptions = { signal: options.signal, priority: 'backfill' };
  const after = options.after as Checkpoint | undefined;
  if (read.via === 'changes' && source.changes !== undefined) {
    // A queue starts at what is pending, not behind what we saw: an acknowledgement may have been lost.
    const since = read.isQueue ? undefined : after;
    for await (const page of source.changes(sourceEntity, since, call)) {
      yield {
        changes: page.changes,
        failures: page.failures,
        checkpoint: page.checkpoint,
        total: undefined,
        ...(page.acknowledge === undefined
          ? {}
          : { acknowledge: (settings) => page.acknowledge?.(settings) ?? Promise.resolve() }),
      };
    }
    return;
  }
  for await (const page of source.list(sourceEntity, { pageSize, after }, call)) {
    yield {
      changes: page.records.map((record: ErpRecord) => ({ op: 'upsert', record })),
      failures: page.failures,
      checkpoint: page.checkpoint,
      total: page.totalCount,
    };
  }
}
