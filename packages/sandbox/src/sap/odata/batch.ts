import { allOrNothing, type BatchOptions, entityOf, type RunPart, runPart } from './batch-part.ts';
import type { ODataAnswer, ODataCall } from './call.ts';
import { type EngineContext, errorAnswer, isRead } from './engine.ts';
import { badRequest, SapFault } from './fault.ts';
import { answerJsonBatch } from './json-batch.ts';
import {
  boundaryOf,
  formatHttpPart,
  formatMultipart,
  type HttpPart,
  type MimePart,
  parseHttpPart,
  parseMultipart,
} from './multipart.ts';

/** Answers `$batch`: 202 in V2, 200 in V4; a part's failure is in its part, not in the whole. */
export function answerBatch(
  call: ODataCall,
  context: EngineContext,
  options: BatchOptions,
): ODataAnswer {
  try {
    if (call.method !== 'POST') {
      throw new SapFault({
        status: 405,
        code: '/IWFND/CM_MGW/004',
        message: '$batch takes POST only',
      });
    }
    const isV4 = call.service.odataVersion === 4;
    const contentType = call.headers['content-type'];
    if (isV4 && options.jsonBatch && contentType?.startsWith('application/json')) {
      return answerJsonBatch(call, { run: runPart(call, context, options), store: context.store });
    }
    const boundary = boundaryOf(contentType);
    if (boundary === undefined) {
      throw new SapFault({
        status: 415,
        code: '/IWFND/CM_MGW/415',
        message: `Unsupported media type '${contentType ?? ''}'; send multipart/mixed with a boundary`,
      });
    }
    return answerMultipart(call, boundary, context, options);
  } catch (error) {
    if (!(error instanceof SapFault)) throw error;
    return errorAnswer(error, call, context);
  }
}

function answerMultipart(
  call: ODataCall,
  boundary: string,
  context: EngineContext,
  options: BatchOptions,
): ODataAnswer {
  const { odataVersion } = call.service;
  const run = runPart(call, context, options);
  const newBoundary = (): string => context.nextTransactionId().slice(0, 9).toLowerCase();
  // Everything is read before anything is done: a malformed batch does nothing.
  const operations = parseMultipart(call.body, boundary).map((part) =>
    readOperation(part, odataVersion),
  );
  const continues =
    odataVersion === 2 || /odata\.continue-on-error/.test(call.headers.prefer ?? '');
  const answers: string[] = [];
  for (const operation of operations) {
    const outcome =
      operation.is === 'request'
        ? { answers: [run(operation.part, operation.contentId)], isNested: false }
        : runChangeSet(operation.requests, { run, context });
    const texts = outcome.answers.map((answer, index) =>
      formatHttpPart(
        answer,
        outcome.isNested && operation.is === 'change-set'
          ? operation.requests[index]?.contentId
          : undefined,
      ),
    );
    if (outcome.isNested) {
      const inner = newBoundary();
      const body = formatMultipart(texts, inner);
      answers.push(
        `Content-Type: multipart/mixed; boundary=${inner}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
    } else answers.push(...texts);
    // V4 stops at the first error unless the caller prefers otherwise.
    if (!continues && outcome.answers.some(({ status }) => status >= 400)) break;
  }
  const outer = newBoundary();
  return {
    status: odataVersion === 2 ? 202 : 200,
    headers: {
      'content-type': `multipart/mixed; boundary=${outer}`,
      ...(odataVersion === 2 ? { dataserviceversion: '2.0' } : { 'odata-version': '4.0' }),
    },
    body: formatMultipart(answers, outer),
  };
}

interface BatchRequest {
  readonly part: HttpPart;
  readonly contentId: string | undefined;
}

type Operation =
  | ({ readonly is: 'request' } & BatchRequest)
  | { readonly is: 'change-set'; readonly requests: readonly BatchRequest[] };

function readRequest({ headers, content }: MimePart): BatchRequest {
  if (!headers['content-type']?.startsWith('application/http')) {
    throw badRequest('A batch part must be application/http or a change set');
  }
  const part = parseHttpPart(content);
  return { part, contentId: headers['content-id'] ?? part.headers['content-id'] };
}

function readOperation(part: MimePart, odataVersion: 2 | 4): Operation {
  const boundary = boundaryOf(part.headers['content-type']);
  if (boundary === undefined) {
    const request = readRequest(part);
    if (odataVersion === 2 && !isRead(request.part.method)) {
      throw badRequest('A change must stand in a change set');
    }
    return { is: 'request', ...request };
  }
  const requests = parseMultipart(part.content, boundary).map((inner) => {
    if (boundaryOf(inner.headers['content-type']) !== undefined) {
      throw badRequest('A change set must not hold a change set');
    }
    return readRequest(inner);
  });
  if (requests.some(({ part: { method } }) => isRead(method))) {
    throw badRequest('A change set must not hold a GET');
  }
  return { is: 'change-set', requests };
}

/** A failed change set has one answer, that of the part that failed. */
function runChangeSet(
  requests: readonly BatchRequest[],
  { run, context }: { readonly run: RunPart; readonly context: EngineContext },
): { readonly answers: readonly ODataAnswer[]; readonly isNested: boolean } {
  const entities = new Map<string, string>();
  const outcome = allOrNothing(context.store, requests, ({ part, contentId }) => {
    const answer = run(part, contentId, entities);
    if (contentId !== undefined) entities.set(contentId, entityOf(answer, part));
    return answer;
  });
  return 'failure' in outcome
    ? { answers: [outcome.failure], isNested: false }
    : { answers: outcome.answers, isNested: true };
}
