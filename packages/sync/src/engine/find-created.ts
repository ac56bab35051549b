import { ConnectorError } from '@common/connector-core';
import { backOff } from './backoff.ts';
import { connectorErrorOf } from './connector-error-of.ts';
import type { Flow } from './flow.ts';
import type { PlannedWrite } from './planned-write.ts';
import type { Session } from './session.ts';
import type { WriteOutcome } from './write-outcome.ts';

/** A create may still be under way at the server when its answer is lost: look more than once. */
const looks = 3;

/** What a search came to. */
export interface FoundCreated {
  readonly found: readonly WriteOutcome[];
  /** Writes whose record certainly is not there. */
  readonly missing: readonly PlannedWrite[];
  /** Why the target could not be asked about the rest. */
  readonly failure: ConnectorError | undefined;
}

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
  const { found, failure } = await findAllCreated(flow, session, [write]);
  // Not being able to look is not the same as not finding.
  if (failure !== undefined) throw failure;
  return found[0];
}

/** What is asked for, and how often. */
export interface FindOptions {
  /** What a record is known by at the target, one after the other. Default: its idempotency key. */
  readonly referencesOf?: (write: PlannedWrite) => readonly Readonly<Record<string, string>>[];
  /** Whoever sent them is long gone: what is not there now will not be. */
  readonly isOver?: boolean;
}

/** The same for many, some at a time: they share the pauses between the looks. */
export async function findAllCreated(
  flow: Flow,
  session: Session,
  writes: readonly PlannedWrite[],
  { referencesOf = byKey, isOver = false }: FindOptions = {},
): Promise<FoundCreated> {
  const found: WriteOutcome[] = [];
  const absent: PlannedWrite[] = [];
  const { signal } = session;
  let open = writes;
  let failed = new Map<PlannedWrite, ConnectorError>();
  let stop: ConnectorError | undefined;
  for (let attempt = 1; attempt <= looks && open.length > 0 && stop === undefined; attempt += 1) {
    const waits = [...failed.values()].map(({ retryAfterMs = 0 }) => retryAfterMs);
    // Nothing is under way that would have to end first.
    if (!isOver || attempt > 1) {
      await backOff(flow, { attempt, signal, retryAfterMs: Math.max(0, ...waits) });
    }
    failed = new Map();
    const missing: PlannedWrite[] = [];
    let next = 0;
    const worker = async () => {
      for (let write = open[next++]; write !== undefined; write = open[next++]) {
        if (stop !== undefined) return;
        try {
          await session.ensure();
          const outcome = await look(flow, session, write, referencesOf(write));
          if (outcome === undefined) (isOver ? absent : missing).push(write);
          else found.push(outcome);
        } catch (error) {
          const known = connectorErrorOf(error, signal);
          failed.set(write, known);
          missing.push(write);
          if (!known.retryable) stop = known;
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(flow.writeConcurrency, open.length) }, worker));
    open = missing;
  }
  if (stop !== undefined) return { found, missing: [], failure: stop };
  const [failure] = failed.values();
  return {
    found,
    missing: [...absent, ...open.filter((write) => !failed.has(write))],
    failure,
  };
}

async function look(
  flow: Flow,
  session: Session,
  write: PlannedWrite,
  references: readonly Readonly<Record<string, string>>[],
): Promise<WriteOutcome | undefined> {
  const { target, targetEntity } = flow;
  for (const reference of references) {
    const found = await target.find?.(targetEntity, reference, { signal: session.signal });
    if (found !== undefined && found.length > 1) return ambiguous(flow, write, found.length);
    const targetKey = found?.[0]?.source?.key;
    if (targetKey !== undefined) return { write, status: 'created', targetKey };
  }
  return undefined;
}

const byKey = ({ change: { idempotencyKey } }: PlannedWrite) => [{ idempotencyKey }];

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
