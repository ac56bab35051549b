import type { BehaviourResult } from './run-behaviour.ts';

/**
 * What a connector is worth, derived from the results alone; what does not apply counts neither way.
 *
 * - `A`: everything that applies to it passes.
 * - `B`: up to one behaviour in twenty fails, and none of them harms.
 * - `C`: more fail, and none of them harms. The people who run it will meet each of them.
 * - `D`: records can be lost, doubled or changed on their way. Not for data that anybody needs.
 * - `F`: secrets can get out, or forged input gets in. Not for use at all.
 */
export type Grade = 'A' | 'B' | 'C' | 'D' | 'F';

/** What follows from a failure, for whoever uses the connector. */
type Harm = 'loss' | 'exposure';

/** Behaviours without which records get lost, doubled or changed. */
const lossy: readonly string[] = [
  'list/many-pages',
  'list/ties',
  'list/page-size-capped',
  'list/same-twice',
  'list/schema',
  'list/no-numbers',
  'list/resume',
  'list/removed-meanwhile',
  'list/created-meanwhile',
  'list/wrong-total',
  'list/side-by-side',
  'list/filter',
  'list/filter-unknown',
  'changes/resume',
  'changes/ties',
  'changes/incremental',
  'changes/deletes',
  'changes/removed-meanwhile',
  'changes/changed-meanwhile',
  'changes/acknowledged-meanwhile',
  'changes/side-by-side',
  'changes/not-acknowledged',
  'changes/acknowledged',
  'get/existing',
  'get/expected',
  'write/create',
  'write/decimals',
  'write/update',
  'write/patch',
  'write/revision',
  'write/partial-failure',
  'write/large-batch',
  'write/dry-run',
  'write/delete',
  'write/not-announced',
  'idempotency/replay',
  'idempotency/find',
  'idempotency/find-none',
  'idempotency/lost-answer',
  'idempotency/lost-answer-no-key',
  'idempotency/throttled-write',
  'throttling/page-survives',
  'resilience/html',
  'resilience/malformed',
  'resilience/empty',
  'resilience/truncated',
  'abort/write-under-way',
  'templates/laws',
  'events/arrive',
  'events/resume',
  'events/consumer-dies',
  'events/expired',
  'webhooks/genuine',
  'webhooks/replay',
  'webhooks/not-acknowledged',
];

/** Behaviours without which secrets get out, or what is forged gets in. */
const exposing: readonly string[] = [
  'list/cross-origin',
  'get/hostile-key',
  'redaction/errors',
  'redaction/log',
  'redaction/connector',
  'factory/credentials',
  'webhooks/body-altered',
  'webhooks/signature-altered',
  'webhooks/unsigned',
  'webhooks/stale',
  'webhooks/tenants',
];

/** What happens to users of a connector that lacks a behaviour; `undefined`: it is a nuisance. */
function harmOf(behaviourId: string): Harm | undefined {
  if (exposing.includes(behaviourId)) return 'exposure';
  return lossy.includes(behaviourId) ? 'loss' : undefined;
}

/** Every behaviour that harms when it fails. */
export const harmfulBehaviours: readonly string[] = [...lossy, ...exposing];

/** The grade that follows from results. */
export function gradeOf(results: readonly Pick<BehaviourResult, 'id' | 'result'>[]): Grade {
  const applicable = results.filter(({ result }) => result !== 'not-applicable');
  const failed = applicable.filter(({ result }) => result === 'failed');
  const harms = failed.map(({ id }) => harmOf(id));
  if (harms.includes('exposure')) return 'F';
  if (harms.includes('loss') || applicable.length === 0) return 'D';
  if (failed.length === 0) return 'A';
  return failed.length * 20 <= applicable.length ? 'B' : 'C';
}
