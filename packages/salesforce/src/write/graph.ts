import { type CallOptions, ConnectorError } from '@common/connector-core';
import type { SalesforceFields } from '../salesforce-entity.ts';
import { problemsIn, salesforceError } from '../salesforce-error.ts';
import type { SalesforceSession } from '../salesforce-session.ts';

/** One step of a transaction. */
export interface GraphStep {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  /** Below `/services/data/vNN.0`. */
  readonly path: string;
  /** What later steps call its result: `@{head.id}`. */
  readonly referenceId: string;
  readonly body?: SalesforceFields | undefined;
}

/** Most steps in one transaction (Composite Graph limits). */
const graphSize = 500;

interface StepAnswer {
  readonly referenceId?: unknown;
  readonly httpStatusCode?: unknown;
  readonly body?: unknown;
}

const mostAttempts = 4;

/**
 * Carries out steps as one transaction: all or none. When somebody else holds one of the records, it is
 * tried again after a while.
 *
 * @returns the ids of what was created, by `referenceId`
 * @throws ConnectorError of the step that is to blame; then nothing was stored
 */
export async function runGraph(
  session: SalesforceSession,
  steps: readonly GraphStep[],
  options: CallOptions & {
    readonly operation: string;
    readonly entity: string;
    readonly key?: string | undefined;
    readonly idempotent: boolean;
  },
): Promise<ReadonlyMap<string, string>> {
  if (steps.length > graphSize) throw tooLong(steps.length);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runOnce(session, steps, options);
    } catch (error) {
      const isLocked = ConnectorError.isInstance(error) && error.code === 'ERR_LOCKED';
      if (!isLocked || attempt === mostAttempts || options.signal?.aborted) throw error;
      await session
        .sleep(session.random() * 500 * 2 ** attempt, options.signal)
        .catch(() => undefined);
      if (options.signal?.aborted) throw error;
    }
  }
}

async function runOnce(
  session: SalesforceSession,
  steps: readonly GraphStep[],
  options: Parameters<typeof runGraph>[2],
): Promise<ReadonlyMap<string, string>> {
  const compositeRequest = steps.map(({ path, ...step }) => ({
    ...step,
    url: session.dataPath + path,
  }));
  const answer = await session.request({
    ...options,
    method: 'POST',
    path: '/composite/graph',
    json: { graphs: [{ graphId: 'document', compositeRequest }] },
  });
  const graph = (answer.json() as { graphs?: readonly unknown[] } | null)?.graphs?.[0] as
    | {
        readonly isSuccessful?: unknown;
        readonly graphResponse?: { readonly compositeResponse?: readonly StepAnswer[] };
      }
    | undefined;
  const parts = graph?.graphResponse?.compositeResponse ?? [];
  if (graph?.isSuccessful === true) {
    return new Map(
      parts.map(({ referenceId, body }) => [
        String(referenceId),
        String((body as { id?: unknown } | null)?.id ?? ''),
      ]),
    );
  }
  if (graph?.isSuccessful !== false) throw noAnswer();
  throw graphError(steps, parts);
}

/** The first step that is itself to blame; the others were taken back with it. */
function graphError(steps: readonly GraphStep[], parts: readonly StepAnswer[]): ConnectorError {
  const failed = parts
    .filter(({ httpStatusCode }) => Number(httpStatusCode) >= 400)
    .map((part) => ({
      part,
      error: salesforceError(problemsIn(part.body), Number(part.httpStatusCode)),
    }));
  const blamed = failed.find(({ error }) => error.code !== 'ERR_ROLLED_BACK') ?? failed[0];
  if (blamed === undefined) return noAnswer();
  const place = steps.findIndex(({ referenceId }) => referenceId === blamed.part.referenceId);
  const line = /^line(\d+)$/.exec(steps[place]?.referenceId ?? '')?.[1];
  const { error } = blamed;
  return new ConnectorError({
    ...error,
    message:
      line === undefined ? error.message : `Line ${Number(line)} of the list: ${error.message}`,
    path: line === undefined ? error.path : `lines[${Number(line) - 1}]`,
    // All or none: with one step refused, nothing is stored.
    notExecuted: true,
  });
}

function tooLong(count: number): ConnectorError {
  return new ConnectorError({
    code: 'ERR_VALIDATION',
    category: 'validation',
    message: `The document takes ${count} steps, and Salesforce takes ${graphSize} in one transaction. Part it into several documents.`,
    system: 'salesforce',
    path: 'lines',
    notExecuted: true,
  });
}

function noAnswer(): ConnectorError {
  return new ConnectorError({
    code: 'ERR_INVALID_RESPONSE',
    category: 'transient',
    retryable: false,
    message:
      'Salesforce does not tell what became of the document. Read it back before it is written again.',
    system: 'salesforce',
    outcomeUnknown: true,
  });
}
