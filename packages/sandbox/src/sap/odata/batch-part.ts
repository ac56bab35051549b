import type { ODataAnswer, ODataCall } from './call.ts';
import { answerCall, type EngineContext, errorAnswer } from './engine.ts';
import { badRequest, SapFault } from './fault.ts';
import type { HttpPart } from './multipart.ts';
import type { Store } from './store.ts';

export interface BatchOptions {
  readonly jsonBatch: boolean;
  /** Whether `$1` names the entity that an earlier part of the change set made. */
  readonly contentIdReferences: boolean;
}

/** Answers one part; `contentId` comes back in its errors. */
export type RunPart = (
  part: HttpPart,
  contentId: string | undefined,
  entities?: ReadonlyMap<string, string>,
) => ODataAnswer;

/** Thrown inside a change set to undo it. */
class FailedPart extends Error {
  override readonly name = 'FailedPart';
  readonly answer: ODataAnswer;
  constructor(answer: ODataAnswer) {
    super('A part of the change set failed');
    this.answer = answer;
  }
}

/** Runs a change set; the first failure undoes all of it and is its only answer. */
export function allOrNothing<Request>(
  store: Store,
  requests: readonly Request[],
  perform: (request: Request) => ODataAnswer,
): { readonly answers: readonly ODataAnswer[] } | { readonly failure: ODataAnswer } {
  try {
    const answers = store.atomically(() =>
      requests.map((request) => {
        const answer = perform(request);
        if (answer.status >= 400) throw new FailedPart(answer);
        return answer;
      }),
    );
    return { answers };
  } catch (error) {
    if (!(error instanceof FailedPart)) throw error;
    return { failure: error.answer };
  }
}

/** The path of the entity that a part made or changed. */
export function entityOf({ headers }: ODataAnswer, part: HttpPart): string {
  const { location } = headers;
  return location === undefined ? part.url : location.slice(location.lastIndexOf('/') + 1);
}

export function runPart(call: ODataCall, context: EngineContext, options: BatchOptions): RunPart {
  return (part, contentId, entities) => {
    const { method, headers, body } = part;
    const partCall = (path: string, rawQuery: string): ODataCall => ({
      service: call.service,
      method,
      path,
      rawQuery,
      headers,
      body,
      root: call.root,
      contentId,
    });
    try {
      const [path = '', query = ''] = relativeUrl(part.url, call).split(/\?(.*)/s);
      return answerCall(partCall(resolveReference(path, entities, options), query), context);
    } catch (error) {
      if (!(error instanceof SapFault)) throw error;
      return errorAnswer(error, partCall(part.url, ''), context);
    }
  };
}

/**
 * V2 takes `Entity`, `/Entity`, the absolute path and the whole URL. A real RAP service took only
 * the first (SAP/cloud-sdk-js#4293).
 */
function relativeUrl(url: string, { root, service }: ODataCall): string {
  if (service.odataVersion === 4) {
    if (!url.startsWith('/') && !/^https?:/.test(url)) return url;
    throw new SapFault({
      status: 404,
      code: '/IWBEP/CM_V4_COS/021',
      message: `Resource not found for '${url}': a sub-request names its resource without a leading slash`,
    });
  }
  const rootPath = root.replace(/^https?:\/\/[^/]+/, '');
  const path = url.replace(/^https?:\/\/[^/]+/, '');
  if (path.startsWith(`${rootPath}/`)) return path.slice(rootPath.length + 1);
  if (path.startsWith('/sap/')) throw badRequest(`The URL '${url}' belongs to another service`);
  return path.replace(/^\//, '');
}

function resolveReference(
  path: string,
  entities: ReadonlyMap<string, string> | undefined,
  { contentIdReferences }: BatchOptions,
): string {
  const match = /^\$([^/$]+)(.*)$/s.exec(path);
  if (!match || match[1] === 'metadata') return path;
  const entity = contentIdReferences ? entities?.get(match[1]!) : undefined;
  if (entity === undefined)
    throw badRequest(`Content-ID reference '$${match[1]}' cannot be resolved`);
  return entity + match[2];
}
