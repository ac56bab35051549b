import { acceptsJson, type ODataAnswer, type ODataCall } from './call.ts';
import { errorBodyV2, errorBodyV4, errorXml } from './error-body.ts';
import { badRequest, SapFault } from './fault.ts';
import { metadataV2, metadataV4 } from './metadata.ts';
import { parseQueryPairs } from './query-options.ts';
import { type ReadContext, readResource } from './read.ts';
import { parsePath } from './resource-path.ts';
import { type WriteEnvironment, writeResource } from './write.ts';

export interface EngineContext extends ReadContext, WriteEnvironment {
  readonly language: string;
  readonly now: () => number;
  readonly nextTransactionId: () => string;
}

/** Answers one call on a service; everything wrong with it becomes the version's error envelope. */
export function answerCall(call: ODataCall, context: EngineContext): ODataAnswer {
  try {
    return dispatch(call, context);
  } catch (error) {
    if (!(error instanceof SapFault)) throw error;
    return errorAnswer(error, call, context);
  }
}

export const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD';

function dispatch(call: ODataCall, context: EngineContext): ODataAnswer {
  const segments = parsePath(call.path);
  const [first] = segments;
  if (!isRead(call.method)) return writeResource(call, segments, context);
  if (first === undefined) return serviceDocument(call);
  if (first.name === '$metadata' && segments.length === 1) return metadata(call);
  if (!acceptsJson(call)) {
    throw new SapFault({
      status: 406,
      code: '/IWFND/CM_MGW_RT/406',
      message: 'The sandbox writes data as JSON only: send Accept: application/json',
    });
  }
  return readResource(call, segments, context);
}

function assertOptions(call: ODataCall): void {
  for (const name of parseQueryPairs(call.rawQuery, call.service.odataVersion).keys()) {
    if (name.startsWith('$') && name !== '$format') {
      throw badRequest(`The query option '${name}' is not supported here`);
    }
  }
}

function serviceDocument(call: ODataCall): ODataAnswer {
  assertOptions(call);
  const { odataVersion, sets } = call.service;
  const names = [...sets.keys()];
  if (odataVersion === 4) {
    const value = names.map((name) => ({ name, kind: 'EntitySet', url: name }));
    return {
      status: 200,
      headers: {
        'content-type': 'application/json;odata.metadata=minimal;charset=utf-8',
        'odata-version': '4.0',
      },
      body: JSON.stringify({ '@odata.context': '$metadata', value }),
    };
  }
  if (acceptsJson(call)) {
    return {
      status: 200,
      headers: { 'content-type': 'application/json;charset=utf-8', dataserviceversion: '2.0' },
      body: JSON.stringify({ d: { EntitySets: names } }),
    };
  }
  const collections = names.map(
    (name) =>
      `<app:collection href="${name}"><atom:title type="text">${name}</atom:title></app:collection>`,
  );
  return {
    status: 200,
    headers: { 'content-type': 'application/atomsvc+xml;charset=utf-8', dataserviceversion: '2.0' },
    body: `<?xml version="1.0" encoding="utf-8"?><app:service xml:base="${call.root}/" xmlns:app="http://www.w3.org/2007/app" xmlns:atom="http://www.w3.org/2005/Atom"><app:workspace><atom:title type="text">Data</atom:title>${collections.join('')}</app:workspace></app:service>`,
  };
}

function metadata(call: ODataCall): ODataAnswer {
  assertOptions(call);
  const { service } = call;
  const body = service.odataVersion === 2 ? metadataV2(service) : metadataV4(service);
  const version =
    service.odataVersion === 2 ? { dataserviceversion: '2.0' } : { 'odata-version': '4.0' };
  return { status: 200, headers: { 'content-type': 'application/xml', ...version }, body };
}

/** The envelope of an error, in JSON or XML as the caller accepts it. */
export function errorAnswer(
  fault: SapFault,
  call: ODataCall,
  context: Pick<EngineContext, 'language' | 'now' | 'nextTransactionId'>,
): ODataAnswer {
  const details = {
    fault,
    service: call.service,
    language: context.language,
    now: context.now(),
    transactionId: context.nextTransactionId(),
    contentId: call.contentId,
  };
  if (call.service.odataVersion === 4) {
    return {
      status: fault.status,
      headers: { 'content-type': 'application/json;charset=utf-8', 'odata-version': '4.0' },
      body: JSON.stringify(errorBodyV4(details)),
    };
  }
  if (!acceptsJson(call)) {
    return {
      status: fault.status,
      headers: { 'content-type': 'application/xml;charset=utf-8', dataserviceversion: '1.0' },
      body: errorXml(details),
    };
  }
  return {
    status: fault.status,
    headers: { 'content-type': 'application/json;charset=utf-8', dataserviceversion: '1.0' },
    body: JSON.stringify(errorBodyV2(details)),
  };
}
