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
    shadow: shadowOf(write),
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
    ...shadowsOf(intent),
    part: undefined,
    link: undefined,
  };
}

type Shadows = Pick<PlannedWrite, 'sourceShadow' | 'targetShadow'>;

/** One text for both sides, where two flows share a link. */
function shadowOf({ sourceShadow, targetShadow }: Shadows): string | undefined {
  return sourceShadow === undefined
    ? targetShadow
    : JSON.stringify([targetShadow ?? null, sourceShadow]);
}

function shadowsOf({ shadow }: Intent): Shadows {
  if (shadow?.startsWith('[') !== true) return { sourceShadow: undefined, targetShadow: shadow };
  const [target, source] = JSON.parse(shadow) as readonly (string | null)[];
  return { sourceShadow: source ?? undefined, targetShadow: target ?? undefined };
}
