import type { ErpRecord } from '@common/connector-core';
import type { Intent } from '../state/intent.ts';
import type { Flow } from './flow.ts';
import type { PlannedWrite } from './planned-write.ts';

/** The journal entry of a planned write. */
export function intentOf(flow: Flow, write: PlannedWrite): Intent {
  const { change } = write;
  const isSentAgain = write.op === 'create' && flow.target.idempotency === 'native';
  return {
    ...flow.key,
    space: flow.space.space,
    key: write.key,
    sourceKey: write.sourceKey,
    op: write.op,
    idempotencyKey: change.idempotencyKey,
    targetKey: change.key,
    targetPart: write.targetPart,
    sourceDigest: write.sourceDigest,
    targetDigest: write.targetDigest,
    body: isSentAgain && change.op === 'upsert' ? JSON.stringify(change.record) : undefined,
    createdAt: flow.clock.now(),
    shadow: write.targetShadow,
  };
}

/** The planned write of a journal entry, as far as the journal has it. */
export function plannedWriteOf(intent: Intent): PlannedWrite {
  const { key, sourceKey, op, idempotencyKey, targetKey, targetPart } = intent;
  const record: ErpRecord = intent.body === undefined ? {} : JSON.parse(intent.body);
  return {
    key,
    sourceKey,
    // The journal does not say it, and what fails again is planned anew from its record.
    sourceOp: 'upsert',
    op,
    change:
      op === 'delete'
        ? { op, key: targetKey ?? '', idempotencyKey }
        : {
            op: 'upsert',
            ...(targetKey === undefined ? {} : { key: targetKey }),
            record,
            idempotencyKey,
          },
    sourceDigest: intent.sourceDigest,
    targetDigest: intent.targetDigest,
    targetPart,
    sourceShadow: undefined,
    targetShadow: intent.shadow,
    part: undefined,
    link: undefined,
  };
}
