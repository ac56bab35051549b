import type { CallOptions, WriteChange, WriteOptions, WriteResult } from '@common/connector-core';
import type { QuickbooksTarget } from '../decode-rows.ts';
import { pathOf, type Row } from '../quickbooks-entity.ts';
import { readRow } from '../quickbooks-read.ts';
import { callOf } from '../quickbooks-request.ts';
import {
  changeRequestId,
  type Existing,
  isCreate,
  planChange,
  planCreate,
  type WritePlan,
} from './plan-write.ts';
import { recoverCreate } from './recover-create.ts';
import { isStale, missing, resultOf } from './write-outcome.ts';

/** Writes a change by a request of its own. */
export async function writeOne(
  target: QuickbooksTarget,
  change: WriteChange,
  options: WriteOptions,
): Promise<WriteResult> {
  const call = callOf(options);
  if (isCreate(change)) {
    const plan = await planCreate(target, change, call);
    if (options.dryRun) return { status: 'created', key: '' };
    return sendCreate(target, plan, call);
  }
  // Read, changed, sent: when somebody was quicker, once more over what they left.
  for (let attempt = 1; ; attempt += 1) {
    const stored = await readRow(target, change.key, call);
    if (stored === undefined) throw missing(target, change.key);
    if (mayBeDone(change, stored) && !options.dryRun) return repeatUpdate(target, change, call);
    const planned = await planChange(target, { change, stored }, call);
    if ('result' in planned) return planned.result;
    const { plan } = planned;
    if (options.dryRun) return { status: plan.status, key: change.key } as WriteResult;
    try {
      return await sendPlan(target, plan, call);
    } catch (error) {
      if (attempt > 1 || change.expectedRevision !== undefined || !isStale(error)) throw error;
    }
  }
}

/** Whether the revision that is there now may be what this very change made of the expected one. */
const mayBeDone = (
  { op, expectedRevision, idempotencyKey }: Existing,
  { SyncToken }: Row,
): boolean =>
  op === 'upsert' &&
  idempotencyKey !== undefined &&
  /^\d+$/.test(expectedRevision ?? '') &&
  Number(expectedRevision) < Number(SyncToken);

/**
 * Sends an update under the request id that it had over the expected revision. If it was done and its
 * answer was lost, Intuit gives the first answer again; if not, the revision is too old (5010), and
 * nothing can happen.
 */
const repeatUpdate = (
  target: QuickbooksTarget,
  change: Existing,
  call: CallOptions,
): Promise<WriteResult> => {
  const { key, expectedRevision = '' } = change;
  const body = { Id: key, SyncToken: expectedRevision, sparse: true };
  const requestId = changeRequestId(target, change, expectedRevision);
  return sendPlan(target, { operation: 'update', status: 'updated', body, key, requestId }, call);
};

async function sendCreate(
  target: QuickbooksTarget,
  plan: WritePlan,
  call: CallOptions,
): Promise<WriteResult> {
  try {
    return await sendPlan(target, plan, call);
  } catch (error) {
    return recoverCreate(target, { plan, error }, call);
  }
}

async function sendPlan(
  target: QuickbooksTarget,
  plan: WritePlan,
  call: CallOptions,
): Promise<WriteResult> {
  const { entity, session } = target;
  const { operation, body, requestId, key } = plan;
  const answer = await session.send({
    ...call,
    operation: `${operation} ${entity.resource}`,
    path: pathOf(entity),
    parameters: operation === 'delete' ? { operation } : {},
    body,
    requestId,
    entity: entity.name,
    key,
  });
  return resultOf(target, plan, answer);
}
