import { ConnectorError } from '@common/connector-core';
import { perhapsDeleted } from '../digest/shadow.ts';
import type { Failure } from './failure.ts';
import type { Flow } from './flow.ts';
import type { MappedPage, MappedPart } from './map-page.ts';
import { deletionOf, type PlannedWrite } from './planned-write.ts';
import type { SideLink } from './side-link.ts';

/** Deletions, and why some cannot be made. */
export interface PlannedDeletions {
  readonly writes: readonly PlannedWrite[];
  readonly failures: readonly Failure[];
  /** Deleted records that the target never had. */
  readonly unchanged: number;
}

/**
 * Deletes what is linked to deleted records, and the parts of records that their mapping does not
 * list any more.
 */
export function planDeletions(
  flow: Flow,
  page: MappedPage,
  known: {
    readonly linksOfRecords: ReadonlyMap<string, readonly SideLink[]>;
    /** Key to source key, see `Session`. */
    readonly openIntents: ReadonlyMap<string, string>;
  },
): PlannedDeletions {
  const writes: PlannedWrite[] = [];
  const failures: Failure[] = [];
  let unchanged = 0;

  const remove = (sourceKey: string, listed: ReadonlySet<string> | undefined) => {
    const sourceOp = listed === undefined ? 'delete' : 'upsert';
    const links = flow.deletes.ignore ? [] : (known.linksOfRecords.get(sourceKey) ?? []);
    if (links.length === 0 && listed === undefined) unchanged += 1;
    for (const link of links) {
      if (listed?.has(link.key) === true) continue;
      if (link.sourceShadow === perhapsDeleted) {
        // It was the other direction that deleted it, and that says what comes of the pair.
        unchanged += 1;
        continue;
      }
      const refused = refusal(flow, link);
      if (refused === undefined) writes.push(deletionOf(flow, link, { sourceOp }));
      else failures.push({ ...refused, op: sourceOp, sourceKey });
    }
    if (flow.deletes.ignore) return;
    for (const [key, of] of known.openIntents) {
      if (of !== sourceKey || listed?.has(key) === true) continue;
      failures.push({ ...inDoubt(flow, key), op: sourceOp, sourceKey });
    }
  };
  for (const sourceKey of page.deletedKeys) remove(sourceKey, undefined);
  for (const [sourceKey, listed] of page.listedKeys) remove(sourceKey, listed);
  return { writes, failures, unchanged };
}

/**
 * The deletion that a mapping asks for.
 *
 * @returns `undefined` when there is nothing to delete
 */
export function mappedDeletion(
  flow: Flow,
  { key, sourceKey, mapped }: MappedPart,
  link: SideLink | undefined,
  sourceDigest: string,
): PlannedWrite | Failure | undefined {
  if (link?.deleted === true && link.sourceDigest === sourceDigest) return undefined;
  const live = link?.deleted === false ? link : undefined;
  const targetKey = mapped.targetKey ?? live?.targetKey;
  if (targetKey === undefined) return undefined;
  const refused =
    live === undefined || mapped.targetKey !== undefined ? undefined : refusal(flow, live);
  if (refused !== undefined) return { ...refused, op: 'upsert', sourceKey };
  const base: SideLink = live ?? {
    key,
    sourcePart: key === sourceKey ? undefined : key.slice(sourceKey.length + 1),
    targetKey,
    targetPart: undefined,
    sourceDigest: '',
    targetDigest: '',
    sourceShadow: undefined,
    targetShadow: undefined,
    version: link?.version ?? 0,
    deleted: false,
  };
  return deletionOf(flow, { ...base, targetKey }, { sourceOp: 'upsert', sourceDigest });
}

/** A part of a target record has no key of its own: the target would answer "not there", which looks like success. */
function refusal(
  flow: Flow,
  { key, targetPart }: SideLink,
): Pick<Failure, 'stage' | 'key' | 'error'> | undefined {
  if (targetPart === undefined) return undefined;
  const error = new ConnectorError({
    code: 'ERR_UNSUPPORTED_OPERATION',
    category: 'unsupported',
    entity: flow.targetEntity,
    message:
      `The record stands for part "${targetPart}" of a target record, and a part cannot be deleted by itself. ` +
      'Remove it in the target system, then discard this dead letter; or let the source mark records instead of deleting them, and map the mark to an update.',
  });
  return { stage: 'map', key, error };
}

/** There is no link yet to delete by: the next run knows more. */
function inDoubt(flow: Flow, key: string): Pick<Failure, 'stage' | 'key' | 'error'> {
  const error = new ConnectorError({
    code: 'ERR_OUTCOME_UNKNOWN',
    category: 'transient',
    entity: flow.targetEntity,
    message:
      'The record was deleted while its creation at the target was in doubt. The next run finds out and deletes it.',
  });
  return { stage: 'write', key, error };
}
