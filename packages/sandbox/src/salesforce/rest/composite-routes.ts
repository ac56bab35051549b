import type { SandboxResponse } from '../../toolkit/sandbox-response.ts';
import {
  type Call,
  type DataRoute,
  type Dispatch,
  isJsonObject,
  readObject,
  type SubRequest,
} from '../call.ts';
import type { RecordInput } from '../data/record-input.ts';
import { badRequest, errorBody, errorResponse, SalesforceError } from '../salesforce-error.ts';
import { insertReferences, referencesIn } from './composite-references.ts';

const maximumParts = 25;
const maximumHeavyParts = 5;
const graphLimits = { graphs: 75, depth: 15, nodes: 500, kinds: 15, failures: 14 } as const;

interface Part extends SubRequest {
  readonly referenceId: string;
}

interface PartAnswer {
  readonly body: unknown;
  readonly httpHeaders: Readonly<Record<string, unknown>>;
  readonly httpStatusCode: number;
  readonly referenceId: string;
}

const isHeavy = ({ url }: SubRequest): boolean =>
  /\/(query(All)?[/?]|composite\/sobjects)/.test(url);
const isCollection = ({ url }: SubRequest): boolean => url.includes('/composite/sobjects');

const halted = (referenceId: string, message?: string): PartAnswer => ({
  body: [
    {
      errorCode: 'PROCESSING_HALTED',
      message:
        message ??
        'The transaction was rolled back since another operation in the same transaction failed.',
    },
  ],
  httpHeaders: {},
  httpStatusCode: 400,
  referenceId,
});

/** A failed part; a collection fails when one of its records does. */
const isFailed = (part: Part, answer: PartAnswer): boolean =>
  answer.httpStatusCode >= 400 ||
  (isCollection(part) &&
    Array.isArray(answer.body) &&
    answer.body.some((result) => isJsonObject(result) && result.success === false));

function readParts(list: unknown): readonly Part[] {
  if (!Array.isArray(list) || list.length === 0) {
    throw badRequest(
      'JSON_PARSER_ERROR',
      'The field "compositeRequest" must be a list of requests',
    );
  }
  const parts = list.map((given): Part => {
    const { method, url, body, referenceId } = (isJsonObject(given) ? given : {}) as RecordInput;
    if (typeof method !== 'string' || typeof url !== 'string' || typeof referenceId !== 'string') {
      throw badRequest('JSON_PARSER_ERROR', 'A subrequest needs method, url and referenceId');
    }
    return { method: method.toUpperCase(), url, body, referenceId };
  });
  if (new Set(parts.map(({ referenceId }) => referenceId)).size < parts.length) {
    throw badRequest('INVALID_REQUEST_STATE', 'Every referenceId must be used once');
  }
  return parts;
}

/** How many parts follow from each other at most. */
function depthOf(parts: readonly Part[]): number {
  const depths = new Map<string, number>();
  for (const part of parts) {
    const above = referencesIn([part.url, part.body]).map((name) => depths.get(name) ?? 0);
    depths.set(part.referenceId, 1 + Math.max(0, ...above));
  }
  return Math.max(...depths.values());
}

/** Several requests in one call: with references, independent, or as graphs. */
export function createCompositeRoutes(
  dispatch: Dispatch,
  countRequest: () => void,
): readonly DataRoute[] {
  const runPart = (
    call: Call,
    part: Part,
    answers: Map<string, unknown>,
    allOrNone: boolean,
  ): PartAnswer => {
    const { referenceId, method } = part;
    try {
      const url = insertReferences(part.url, answers);
      const given = insertReferences(part.body, answers);
      const body =
        allOrNone && isCollection(part) && isJsonObject(given) ? { ...given, allOrNone } : given;
      const answer = dispatch({ method, url, body }, call);
      if (answer.status < 400) answers.set(referenceId, answer.body);
      const { location } = (answer.headers ?? {}) as { readonly location?: string };
      return {
        body: answer.body ?? null,
        httpHeaders: location === undefined ? {} : { Location: location },
        httpStatusCode: answer.status,
        referenceId,
      };
    } catch (error) {
      if (!(error instanceof SalesforceError)) throw error;
      return { body: errorBody(error), httpHeaders: {}, httpStatusCode: error.status, referenceId };
    }
  };

  /** Runs parts one after the other. */
  const runParts = (call: Call, parts: readonly Part[], allOrNone: boolean) => {
    const mark = call.tx.mark();
    const answers = new Map<string, unknown>();
    const results: PartAnswer[] = [];
    for (const part of parts) {
      const answer = runPart(call, part, answers, allOrNone);
      results.push(answer);
      if (!allOrNone || !isFailed(part, answer)) continue;
      call.tx.rollBackTo(mark);
      const all = parts.map(({ referenceId }) =>
        referenceId === part.referenceId ? answer : halted(referenceId),
      );
      return { results: all, isSuccessful: false };
    }
    return { results, isSuccessful: true };
  };

  const composite = (call: Call): SandboxResponse => {
    const { compositeRequest, allOrNone } = readObject(call);
    const parts = readParts(compositeRequest);
    if (parts.length > maximumParts || parts.filter(isHeavy).length > maximumHeavyParts) {
      throw badRequest(
        'LIMIT_EXCEEDED',
        `A composite request has up to ${maximumParts} subrequests, ${maximumHeavyParts} of them queries or collections`,
      );
    }
    const { results } = runParts(call, parts, allOrNone === true);
    return { status: 200, body: { compositeResponse: results } };
  };

  const graph = (call: Call): SandboxResponse => {
    const { graphs } = readObject(call);
    if (!Array.isArray(graphs) || graphs.length === 0 || !graphs.every(isJsonObject)) {
      throw badRequest('JSON_PARSER_ERROR', 'The field "graphs" must be a list of graphs');
    }
    const read = graphs.map(({ graphId, compositeRequest }) => ({
      graphId: String(graphId),
      parts: readParts(compositeRequest),
    }));
    const kinds = new Set(
      read.flatMap(({ parts }) => parts.map(({ method, url }) => `${method} ${url.split('/')[5]}`)),
    );
    const nodes = read.reduce((sum, { parts }) => sum + parts.length, 0);
    const deepest = Math.max(...read.map(({ parts }) => depthOf(parts)));
    const isTooLarge =
      read.length > graphLimits.graphs ||
      nodes > graphLimits.nodes ||
      kinds.size > graphLimits.kinds ||
      deepest > graphLimits.depth;
    if (isTooLarge) {
      throw badRequest(
        'LIMIT_EXCEEDED',
        `A request has up to ${graphLimits.graphs} graphs, ${graphLimits.nodes} nodes, ${graphLimits.kinds} kinds of node and depth ${graphLimits.depth}`,
      );
    }
    let failures = 0;
    const body = read.map(({ graphId, parts }) => {
      const isHalted = failures >= graphLimits.failures;
      const { results, isSuccessful } = isHalted
        ? {
            results: parts.map(({ referenceId }) =>
              halted(referenceId, 'Processing was halted because too many graphs failed.'),
            ),
            isSuccessful: false,
          }
        : runParts(call, parts, true);
      if (!isSuccessful) failures += 1;
      return { graphId, graphResponse: { compositeResponse: results }, isSuccessful };
    });
    return { status: 200, body: { graphs: body } };
  };

  const batch = (call: Call): SandboxResponse => {
    const { batchRequests, haltOnError } = readObject(call);
    if (!Array.isArray(batchRequests) || batchRequests.length === 0) {
      throw badRequest('JSON_PARSER_ERROR', 'The field "batchRequests" must be a list of requests');
    }
    if (batchRequests.length > maximumParts) {
      throw badRequest('LIMIT_EXCEEDED', `A batch has up to ${maximumParts} subrequests`);
    }
    let hasErrors = false;
    const results = batchRequests.map((given, index) => {
      if (hasErrors && haltOnError === true) {
        const message =
          'There was a prior error in the batch, and haltOnError was set to true. Processing has been halted.';
        const result = [{ errorCode: 'BATCH_PROCESSING_HALTED', message }];
        return { statusCode: 412, result };
      }
      const { method, url, richInput } = (isJsonObject(given) ? given : {}) as RecordInput;
      const path = String(url).replace(/^\/?(services\/data\/)?/, '/services/data/');
      const answer = runCounted(index, () =>
        dispatch({ method: String(method).toUpperCase(), url: path, body: richInput }, call),
      );
      hasErrors ||= answer.status >= 400;
      return { statusCode: answer.status, result: answer.body ?? null };
    });
    return { status: 200, body: { hasErrors, results } };
  };

  /** Each part of a batch is a request of its own; the first was counted with the call. */
  const runCounted = (index: number, run: () => SandboxResponse): SandboxResponse => {
    try {
      if (index > 0) countRequest();
      return run();
    } catch (error) {
      if (error instanceof SalesforceError) return errorResponse(error);
      throw error;
    }
  };

  const route = (path: string, operation: string, handle: DataRoute['handle']): DataRoute => ({
    method: 'POST',
    path,
    operation,
    handle,
  });
  return [
    route('/composite', 'composite', composite),
    route('/composite/batch', 'compositeBatch', batch),
    route('/composite/graph', 'compositeGraph', graph),
  ];
}
