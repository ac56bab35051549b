import { randomUUID } from 'node:crypto';
import {
  type CallOptions,
  ConnectorError,
  type WriteChange,
  type WriteOptions,
  type WriteResult,
} from '@common/connector-core';
import type { QuickbooksTarget } from '../decode-rows.ts';
import { faultOfJson } from '../fault/read-fault.ts';
import type { Row } from '../quickbooks-entity.ts';
import { faultError } from '../quickbooks-error.ts';
import { readRows } from '../quickbooks-read.ts';
import { callOf } from '../quickbooks-request.ts';
import type { QuickbooksAnswer } from '../quickbooks-session.ts';
import { requestIdOf } from '../request-id.ts';
import { isRow } from '../row/merge-row.ts';
import { isCreate, type Planned, planChange, planCreate, type WritePlan } from './plan-write.ts';
import { recoverCreate } from './recover-create.ts';
import { writeOne } from './write-one.ts';
import { isStale, missing, resultOf } from './write-outcome.ts';

/**
 * Writes up to 30 changes: one query reads what is stored, one batch writes what differs. Items run one
 * after the other and are independent; each has a result of its own.
 */
export async function writeBatch(
  target: QuickbooksTarget,
  changes: readonly WriteChange[],
  options: WriteOptions,
): Promise<readonly WriteResult[]> {
  const call = callOf(options);
  const keys = changes.flatMap(({ key }) => (key === undefined ? [] : [key]));
  const stored = await readRows(target, keys, call);
  const planned = await Promise.all(
    changes.map((change) => attempt(change, () => planOf(target, { change, stored }, options))),
  );
  const sent = planned.flatMap((one, index) => ('plan' in one ? [{ ...one, index }] : []));
  const answers = await sendBatch(target, sent, call);
  return Promise.all(
    planned.map(async (one, index) => {
      if ('result' in one) return one.result;
      const change = changes[index]!;
      const settled = await attempt(change, async () => ({
        result: await settle(target, { change, plan: one.plan, answer: answers(index) }, options),
      }));
      return settled.result;
    }),
  );
}

async function planOf(
  target: QuickbooksTarget,
  { change, stored }: { readonly change: WriteChange; readonly stored: ReadonlyMap<string, Row> },
  options: WriteOptions,
): Promise<Planned> {
  const call = callOf(options);
  if (isCreate(change)) {
    const plan = await planCreate(target, change, call);
    return options.dryRun ? { result: { status: 'created', key: '' } } : { plan };
  }
  const row = stored.get(change.key);
  if (row === undefined) throw missing(target, change.key);
  const planned = await planChange(target, { change, stored: row }, call);
  if ('result' in planned || !options.dryRun) return planned;
  return { result: { status: planned.plan.status, key: change.key } as WriteResult };
}

/** What the batch said of an item, by its place; an error when it said nothing of it. */
type Answers = (index: number) => QuickbooksAnswer | ConnectorError;

async function sendBatch(
  { entity, session }: QuickbooksTarget,
  sent: readonly { readonly plan: WritePlan; readonly index: number }[],
  call: CallOptions,
): Promise<Answers> {
  if (sent.length === 0) return () => noAnswer();
  const items = sent.map(({ plan, index }) => ({
    bId: String(index),
    operation: plan.operation,
    [entity.resource]: plan.body,
  }));
  try {
    // For retries only: Intuit would answer the same set, written again, with the faults of before.
    const { body, requestId } = await session.batch(items, {
      ...call,
      requestId: requestIdOf('batch', randomUUID()),
    });
    const answers = Array.isArray(body.BatchItemResponse) ? body.BatchItemResponse : [];
    const byId = new Map(answers.filter(isRow).map((item) => [String(item.bId), item]));
    return (index) => {
      const item = byId.get(String(index));
      return item === undefined ? noAnswer({ requestId }) : { body: item, requestId };
    };
  } catch (error) {
    if (!ConnectorError.isInstance(error)) throw error;
    return () => error;
  }
}

async function settle(
  target: QuickbooksTarget,
  {
    change,
    plan,
    answer,
  }: {
    readonly change: WriteChange;
    readonly plan: WritePlan;
    readonly answer: QuickbooksAnswer | ConnectorError;
  },
  options: WriteOptions,
): Promise<WriteResult> {
  if (ConnectorError.isInstance(answer)) throw answer;
  const fault = faultOfJson(answer.body);
  if (fault === undefined) return resultOf(target, plan, answer);
  const { requestId } = answer;
  const error = faultError(fault).with({ requestId });
  if (isCreate(change)) return recoverCreate(target, { plan, error }, callOf(options));
  // Somebody was quicker: once more, over what they left.
  if (isStale(error) && change.expectedRevision === undefined) {
    return writeOne(target, change, options);
  }
  throw error;
}

/** The error of a change becomes its result. */
async function attempt<Outcome extends Planned>(
  change: WriteChange,
  work: () => Promise<Outcome>,
): Promise<Outcome | { readonly result: WriteResult }> {
  try {
    return await work();
  } catch (error) {
    if (!ConnectorError.isInstance(error)) throw error;
    const { key } = change;
    const known = key === undefined ? error : error.with({ key });
    return { result: { status: error.outcomeUnknown ? 'unknown' : 'failed', key, error: known } };
  }
}

const noAnswer = ({ requestId }: Partial<QuickbooksAnswer> = {}): ConnectorError =>
  new ConnectorError({
    code: 'ERR_INVALID_RESPONSE',
    category: 'transient',
    retryable: false,
    message:
      'QuickBooks answered the batch without a word on this record. Read it back before writing it again.',
    requestId,
    outcomeUnknown: true,
  });
