import type { WriteOptions, WriteResult } from '@common/connector-core';
import type { SalesforceRow } from '../run-query.ts';
import { isNothing, planDocument } from './document-plan.ts';
import { type DocumentTarget, stepsOfPlan } from './document-steps.ts';
import { conflict } from './failures.ts';
import { runGraph } from './graph.ts';
import { loadPriceList, withPrices } from './order-lines.ts';
import { withoutForeignCurrency } from './raw-json.ts';
import type { Upsert } from './waves.ts';

/** Changes what differs from the stored document; what is absent stays. */
export async function updateDocument(
  target: DocumentTarget,
  {
    change,
    current,
    isWhole = false,
  }: {
    readonly change: Upsert;
    readonly current: SalesforceRow;
    /** The record is a whole one, not what changes. */
    readonly isWhole?: boolean;
  },
  { dryRun, ...call }: WriteOptions,
): Promise<WriteResult> {
  const { entity, codec, session, settings, description } = target;
  const key = String(current.Id);
  assertRevision(target, change.expectedRevision, current);
  const encoded = isWhole
    ? codec.encode(change.record as never)
    : codec.encodePatch(change.record as never);
  const wanted = withoutForeignCurrency(encoded, description, settings.currency);
  const plan = planDocument({ ...target, wanted, current });
  if (isNothing(plan)) {
    return { status: 'unchanged', key, revision: String(current.SystemModstamp) };
  }
  const orders = plan.added.length > 0 ? [plan] : [];
  const list = await loadPriceList(target, orders, { ...call, known: current });
  const priced = withPrices(target, { ...plan, list, known: current });
  if (dryRun) return { status: 'updated', key };
  await runGraph(session, stepsOfPlan(target, { ...plan, ...priced }, key), {
    ...call,
    operation: 'updateDocument',
    entity: entity.name,
    key,
    // New lines would come twice.
    idempotent: plan.added.length === 0,
  });
  return { status: 'updated', key };
}

/** @throws ConnectorError `ERR_CONFLICT` when somebody changed the document since the expected revision */
export function assertRevision(
  target: DocumentTarget,
  expectedRevision: string | undefined,
  { Id, SystemModstamp }: SalesforceRow,
): void {
  if (expectedRevision === undefined || expectedRevision === SystemModstamp) return;
  throw conflict(target, String(Id));
}
