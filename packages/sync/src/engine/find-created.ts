import { ConnectorError } from '@common/connector-core';
import { backOff } from './backoff.ts';
import { connectorErrorOf } from './connector-error-of.ts';
import type { Flow } from './flow.ts';
import type { PlannedWrite } from './planned-write.ts';
import type { Session } from './session.ts';
import type { WriteOutcome } from './write-outcome.ts';

/** A create may still be under way at the server when its answer is lost: look more than once. */
const looks = 3;

/**
 * Looks for the record that a create of unknown outcome may have made.
 *
 * @returns the outcome, or `undefined` when there is no such record
 * @throws ConnectorError when the target cannot be asked
 */
export async function findCreated(
  flow: Flow,
  session: Session,
  write: PlannedWrite,
): Promise<WriteOutcome | undefined> {
  const { idempotencyKey } = write.change;
  let failure: ConnectorError | undefined;
  for (let attempt = 1; attempt <= looks; attempt += 1) {
    await backOff(flow, { attempt, signal: session.signal, retryAfterMs: failure?.retryAfterMs });
    await session.ensure();
    failure = undefined;
    try {
      const found = await flow.target.find?.(
        flow.targetEntity,
        { idempotencyKey },
        { signal: session.signal },
      );
      if (found !== undefined && found.length > 1) return ambiguous(flow, write, found.length);
      const targetKey = found?.[0]?.source?.key;
      if (targetKey !== undefined) return { write, status: 'created', targetKey };
    } catch (error) {
      failure = connectorErrorOf(error, session.signal);
      if (!failure.retryable) throw failure;
    }
  }
  // Not being able to look is not the same as not finding.
  if (failure !== undefined) throw failure;
  return undefined;
}

function ambiguous(flow: Flow, write: PlannedWrite, count: number): WriteOutcome {
  return {
    write,
    status: 'unknown',
    error: new ConnectorError({
      code: 'ERR_OUTCOME_UNKNOWN',
      category: 'conflict',
      retryable: true,
      entity: flow.targetEntity,
      message: `The target has ${count} records with the same reference. Remove the surplus ones there, then replay.`,
    }),
  };
}
