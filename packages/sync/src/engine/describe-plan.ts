import type { ErpRecord, JsonValue } from '@common/connector-core';
import { digest } from '../digest/digest.ts';
import { fieldsOf, parseShadow } from '../digest/shadow.ts';
import { readTarget } from './check-targets.ts';
import type { CollectedChanges } from './collect-changes.ts';
import { withheldCode } from './delete-guard.ts';
import { eachOf } from './each-of.ts';
import type { Flow } from './flow.ts';
import { type PlannedWrite, sourceOnly } from './planned-write.ts';
import { decodeFailures, type PreparedPage } from './process-page.ts';
import type { PlannedChange, PlannedField, PlanSelection, SyncPlan } from './sync-plan.ts';

/** A plan in words, and what it rests on as a fingerprint. Reads the target records that would change. */
export async function describePlan(
  flow: Flow,
  collected: CollectedChanges,
  { plan, mapped }: PreparedPage,
  options: {
    readonly selection: PlanSelection;
    readonly atMost: number;
    readonly signal: AbortSignal;
  },
): Promise<SyncPlan> {
  const { selection, atMost, signal } = options;
  const { page, goneKeys, hasMore } = collected;
  const targets = new Map<PlannedWrite, ErpRecord | undefined>();
  await eachOf(plan.writes, flow.writeConcurrency, async (write) => {
    const { key } = write.change;
    if (write.op === 'create' || key === undefined) return;
    targets.set(write, await readTarget(flow, key, signal));
  });
  const isForced = 'keys' in selection;
  const changes = plan.writes.map((write): PlannedChange => {
    const there = targets.get(write);
    return {
      action: write.op,
      key: write.key,
      targetKey: write.op === 'create' ? undefined : write.change.key,
      reason: reasonOf(flow, write, { goneKeys, isForced }),
      fields: fieldsChanged(flow, write, there),
    };
  });
  const failures = [...plan.failures, ...decodeFailures(page)];
  const others = page.others ?? {};
  return {
    ...flow.key,
    selection,
    atMost,
    plannedAt: new Date(flow.clock.now()).toISOString(),
    read: page.changes.length + (page.failures?.length ?? 0) + (others.read ?? 0),
    unchanged: plan.unchanged + (others.unchanged ?? 0),
    changes,
    failures: failures
      .filter(({ error }) => error.code !== withheldCode)
      .map(({ key, stage, error }) => ({
        key,
        stage,
        code: error.code,
        message: error.message,
      })),
    withheld:
      collected.withheld + failures.filter(({ error }) => error.code === withheldCode).length,
    hasMore,
    // Not the position of the source: with vendors it moves by every search, and says nothing of what is to be done.
    fingerprint: digest(
      flow.canonicalJson([
        flow.key,
        selection,
        mapped.sourceKeys,
        plan.writes.map((write) => [
          write.op,
          write.key,
          write.change.key ?? null,
          write.change.idempotencyKey,
          write.change.op === 'upsert' ? flow.canonicalJson(write.change.record, sourceOnly) : null,
          targets.get(write) ?? null,
        ]),
        plan.refreshed.map(({ key, version }) => [key, version]),
        failures.map(({ key, error }) => [key, error.code]),
        collected.withheld,
      ]),
    ),
  };
}

function reasonOf(
  flow: Flow,
  { op, link, sourceKey, sourceOp }: PlannedWrite,
  { goneKeys, isForced }: { goneKeys: ReadonlySet<string>; isForced: boolean },
): PlannedChange['reason'] {
  if (op === 'delete') {
    if (sourceOp === 'upsert') return 'part of its record no more';
    return goneKeys.has(sourceKey) ? 'not at the source any more' : 'deleted at the source';
  }
  if (op === 'create') {
    if (link?.deleted !== true) return 'new';
    return isForced ? 'missing at the target' : 'came back';
  }
  if (isForced) return 'repair';
  if (link?.sourceDigest === '') return 'earlier write in doubt';
  const { version } = flow.mapping;
  const made = parseShadow(link?.targetShadow)?.mapping;
  return version !== undefined && link !== undefined && made !== version
    ? 'new mapping version'
    : 'changed';
}

/** What a write changes, seen from what is there. */
function fieldsChanged(
  { canonicalJson }: Flow,
  { change, op }: PlannedWrite,
  there: ErpRecord | undefined,
): readonly PlannedField[] {
  if (op === 'delete' || change.op !== 'upsert') return [];
  const before = there === undefined ? new Map<string, unknown>() : fieldsOf(there);
  return [...fieldsOf(change.record as ErpRecord)].flatMap(([field, value]): PlannedField[] => {
    const from = before.get(field);
    if (canonicalJson(from ?? null) === canonicalJson(value)) return [];
    return [
      {
        field,
        ...(from === undefined ? {} : { from: from as JsonValue }),
        ...(value === null ? {} : { to: value as JsonValue }),
      },
    ];
  });
}
