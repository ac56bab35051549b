import { allOrNothing, entityOf, type RunPart } from './batch-part.ts';
import type { ODataAnswer, ODataCall } from './call.ts';
import { badRequest } from './fault.ts';
import type { HttpPart } from './multipart.ts';
import type { Store } from './store.ts';

interface JsonRequest {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly atomicityGroup?: string;
  readonly dependsOn?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

type Done = { readonly request: JsonRequest; readonly answer: ODataAnswer };

/** The JSON form of a V4 `$batch`, as CAP speaks it; off unless the sandbox is told to take it. */
export function answerJsonBatch(
  call: ODataCall,
  { run, store }: { readonly run: RunPart; readonly store: Store },
): ODataAnswer {
  const entities = new Map<string, string>();
  const failed = new Set<string>();
  const done: Done[] = [];
  const perform = (request: JsonRequest): ODataAnswer => {
    const answer = run(toPart(request), request.id, entities);
    if (answer.status < 400) entities.set(request.id, entityOf(answer, toPart(request)));
    return answer;
  };
  const dependencyFailed: ODataAnswer = { status: 424, headers: {} };

  for (const group of groupRequests(readRequests(call.body))) {
    const [first] = group;
    const depends = group.flatMap(({ dependsOn = [] }) => dependsOn);
    if (!first || depends.some((id) => failed.has(id))) {
      for (const request of group) done.push({ request, answer: dependencyFailed });
    } else if (first.atomicityGroup === undefined) {
      done.push({ request: first, answer: perform(first) });
    } else done.push(...performGroup(group));
    for (const { request, answer } of done.slice(-group.length)) {
      if (answer.status < 400) continue;
      failed.add(request.id);
      if (request.atomicityGroup !== undefined) failed.add(request.atomicityGroup);
    }
  }
  return {
    status: 200,
    headers: { 'content-type': 'application/json;charset=utf-8', 'odata-version': '4.0' },
    body: `{"responses":[${done.map(formatResponse).join()}]}`,
  };

  function performGroup(group: readonly JsonRequest[]): readonly Done[] {
    const outcome = allOrNothing(store, group, perform);
    return group.map((request, index) => ({
      request,
      answer: 'failure' in outcome ? outcome.failure : outcome.answers[index]!,
    }));
  }
}

function readRequests(body: string): readonly JsonRequest[] {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw badRequest('Error while parsing the JSON stream', 'CX_SXML_PARSE_ERROR');
  }
  const { requests } = (json ?? {}) as { requests?: unknown };
  if (!Array.isArray(requests)) throw badRequest("The batch has no 'requests'");
  return requests.map((request: JsonRequest) => {
    if (typeof request?.id === 'string' && typeof request.method === 'string') return request;
    throw badRequest("Every request needs 'id', 'method' and 'url'");
  });
}

/** Neighbours with the same atomicity group belong together; every other request stands alone. */
function groupRequests(requests: readonly JsonRequest[]): readonly (readonly JsonRequest[])[] {
  const groups: JsonRequest[][] = [];
  for (const request of requests) {
    const last = groups.at(-1);
    const isSame =
      request.atomicityGroup !== undefined && last?.[0]?.atomicityGroup === request.atomicityGroup;
    if (isSame) last!.push(request);
    else groups.push([request]);
  }
  return groups;
}

const toPart = ({ method, url, headers = {}, body }: JsonRequest): HttpPart => ({
  method: method.toUpperCase(),
  url,
  headers: {
    accept: 'application/json',
    'content-type': 'application/json',
    ...Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    ),
  },
  body: body === undefined ? '' : JSON.stringify(body),
});

function formatResponse({ request, answer }: Done): string {
  const { id, atomicityGroup } = request;
  const head = JSON.stringify({
    id,
    status: answer.status,
    ...(atomicityGroup === undefined ? {} : { atomicityGroup }),
    headers: answer.headers,
  });
  return answer.body === undefined ? head : `${head.slice(0, -1)},"body":${answer.body}}`;
}
