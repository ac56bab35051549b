import { ConnectorError } from '@common/connector-core';
import { fieldsOf, perhapsDeleted } from '../digest/shadow.ts';
import { type ConflictRules, verdictOnDeletion } from './conflict-policy.ts';
import { connectorErrorOf } from './connector-error-of.ts';
import { eachOf } from './each-of.ts';
import { type Failure, failureOf } from './failure.ts';
import type { Flow } from './flow.ts';
import { isTouched, mergeFields } from './merge-fields.ts';
import type { PagePlan } from './plan-page.ts';
import { linkedTo, type PlannedWrite, upsertOf } from './planned-write.ts';
import { isOfRecord } from './record-error.ts';
import type { SideLink } from './side-link.ts';

const sourceWins: ConflictRules = { default: 'source' };

/** What a conflict made of a planned write. */
type Merged =
  | { readonly write: PlannedWrite }
  /** Nothing is written, the link is brought up to date. */
  | { readonly link: SideLink }
  | { readonly failure: Failure };

/**
 * Reads the target records of updates and deletions and merges what users of the target changed with
 * what is to be written.
 */
export async function mergeTargets(
  flow: Flow,
  plan: PagePlan,
  given: {
    readonly signal: AbortSignal;
    /** The side that somebody chose. */
    resolve(write: PlannedWrite): 'source' | 'target' | undefined;
    /** The target is brought to what the source has, whoever changed it. */
    readonly isForced?: boolean | undefined;
  },
): Promise<PagePlan> {
  const { signal, isForced = false } = given;
  const isForcible = isForced && flow.target.get !== undefined;
  const rules = isForcible ? sourceWins : flow.conflicts;
  if (rules === undefined && !plan.writes.some(isPerhapsDeleted)) return plan;
  const merged = new Map<PlannedWrite, Merged>();
  await eachOf(plan.writes, flow.writeConcurrency, async (write) => {
    merged.set(
      write,
      await mergeOne(flow, rules, write, {
        signal,
        resolve: isForcible ? 'source' : given.resolve(write),
        isForced,
      }).catch((thrown: unknown) => {
        const error = connectorErrorOf(thrown, signal);
        if (!isOfRecord(error)) throw error;
        // A target record that cannot be read holds nobody else up.
        return { failure: failureOf(write, error, 'read') };
      }),
    );
  });
  const writes: PlannedWrite[] = [];
  const refreshed = [...plan.refreshed];
  const failures = [...plan.failures];
  let { unchanged } = plan;
  for (const planned of plan.writes) {
    const result = merged.get(planned) ?? { write: planned };
    if ('write' in result) writes.push(result.write);
    else if ('failure' in result) failures.push(result.failure);
    else {
      refreshed.push(result.link);
      unchanged += 1;
    }
  }
  return { ...plan, writes, refreshed, failures, unchanged };
}

/** Whether an earlier deletion of ours may have gone through, and the record has come back at the source. */
function isPerhapsDeleted({ op, link }: PlannedWrite): boolean {
  return op === 'update' && link?.targetShadow === perhapsDeleted;
}

async function mergeOne(
  flow: Flow,
  rules: ConflictRules | undefined,
  write: PlannedWrite,
  {
    signal,
    resolve,
    isForced,
  }: {
    readonly signal: AbortSignal;
    readonly resolve: 'source' | 'target' | undefined;
    readonly isForced: boolean;
  },
): Promise<Merged> {
  const { part, link, change } = write;
  const record = part?.mapped.record;
  // A part of a target record has no fields of its own that could be read.
  if (write.op === 'create' || link === undefined || write.targetPart !== undefined) {
    return { write };
  }
  const mayBeGone = isPerhapsDeleted(write) && flow.target.get !== undefined;
  if (rules === undefined && !mayBeGone) return { write };
  const there = await flow.target.get?.(flow.targetEntity, change.key ?? '', { signal });
  if (there === undefined && mayBeGone) return { write: createdAnew(flow, write) };
  if (rules === undefined) return { write };
  const verdict = resolve ?? verdictOnDeletion(rules);
  if (write.op === 'delete') {
    if (there === undefined || verdict === 'source' || !isTouched(flow, link, there)) {
      return { write };
    }
    if (verdict === 'hold') return { failure: held(flow, write, ['(deleted at the source)']) };
    // The other direction finds a record without a partner and creates it anew.
    return {
      link: {
        ...link,
        sourceDigest: '',
        targetDigest: '',
        sourceShadow: undefined,
        targetShadow: undefined,
        version: link.version + 1,
        deleted: true,
      },
    };
  }
  if (part === undefined || record === undefined) return { write };
  const { sourceDigest, targetDigest } = write;
  if (there === undefined) {
    if (verdict === 'hold') return { failure: held(flow, write, ['(deleted at the target)']) };
    if (verdict === 'target') return { link: { ...link, sourceDigest } };
    return { write: createdAnew(flow, write) };
  }
  const fields = mergeFields(flow, rules, { part, record, link, present: there, resolve });
  if (fields.held.length > 0) return { failure: held(flow, write, fields.held) };
  // Nobody knows whether the target ever kept the fields that are not compared.
  const present = isForced
    ? new Set([...fieldsOf(record).keys()].filter((name) => !flow.isCompared(name)))
    : new Set<string>();
  const next = upsertOf(flow, part, record, {
    link,
    sourceDigest,
    targetDigest,
    kept: fields.kept,
    present: new Set([...present, ...fields.present]),
  });
  if (next.isEmpty) return { link: linkedTo(next.write, change.key ?? '') };
  // Whoever changes the record from now on is not written over.
  const { revision } = there.source ?? {};
  if (revision === undefined) return { write: next.write };
  return {
    write: { ...next.write, change: { ...next.write.change, expectedRevision: revision } },
  };
}

/** Of the target record that it was to update nothing is left. */
function createdAnew(flow: Flow, write: PlannedWrite): PlannedWrite {
  const { part, link, sourceDigest, targetDigest } = write;
  const record = part?.mapped.record;
  if (part === undefined || record === undefined || link === undefined) return write;
  const gone = { ...link, deleted: true };
  return upsertOf(flow, part, record, { link: gone, sourceDigest, targetDigest }).write;
}

function held(flow: Flow, write: PlannedWrite, fields: readonly string[]): Failure {
  const { sourceKey, change } = write;
  const error = new ConnectorError({
    code: 'ERR_CONFLICT',
    category: 'conflict',
    retryable: false,
    entity: flow.targetEntity,
    key: change.key,
    path: fields.join(', '),
    message:
      `Both sides changed the record since they last agreed: ${fields.join(', ')}. Source record ${sourceKey}, ` +
      `target record ${change.key}. Choose a side with deadLetters.resolve(id, 'source' | 'target').`,
  });
  return failureOf(write, error);
}
