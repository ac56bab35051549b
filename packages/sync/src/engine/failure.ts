import type { ConnectorError } from '@common/connector-core';
import { digest } from '../digest/digest.ts';
import type { DeadLetter, DeadLetterStage } from '../state/dead-letter.ts';
import type { Flow } from './flow.ts';
import type { PlannedWrite } from './planned-write.ts';

/** A record (or part) that goes to the dead letters. */
export interface Failure {
  readonly stage: DeadLetterStage;
  readonly op: 'upsert' | 'delete';
  readonly key: string;
  readonly sourceKey: string | undefined;
  readonly error: ConnectorError;
  readonly digest?: string | undefined;
}

/** The failure of a planned write. */
export function failureOf(
  { key, sourceKey, sourceOp, targetDigest }: PlannedWrite,
  error: ConnectorError,
  stage: DeadLetterStage = 'write',
): Failure {
  return { stage, op: sourceOp, key, sourceKey, digest: targetDigest, error };
}

/** @param earlier - the letter that the same record already has */
export function deadLetterOf(
  flow: Flow,
  failure: Failure,
  earlier: DeadLetter | undefined,
): DeadLetter {
  const now = flow.clock.now();
  const { error } = failure;
  return {
    ...flow.key,
    id: deadLetterId(flow, failure.key),
    stage: failure.stage,
    entity: flow.sourceEntity,
    op: failure.op,
    key: failure.key,
    sourceKey: failure.sourceKey,
    attempts: (earlier?.attempts ?? 0) + 1,
    error: {
      code: error.code,
      category: error.category,
      message: error.message,
      path: error.path,
      retryable: error.retryable,
    },
    digest: failure.digest,
    firstAt: earlier?.firstAt ?? now,
    lastAt: now,
    status: 'open',
    reason: undefined,
  };
}

/** A record that cannot be read or mapped now: whether it was created is no clearer than before. */
export function stillInDoubt(flow: Flow, letter: DeadLetter): DeadLetter {
  return { ...letter, attempts: letter.attempts + 1, lastAt: flow.clock.now() };
}

export function deadLetterId(flow: Flow, key: string): string {
  return digest(JSON.stringify([flow.key.tenant, flow.key.flow, flow.sourceEntity, key]));
}
