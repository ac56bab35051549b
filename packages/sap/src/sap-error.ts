import { type ClassifyResponse, namingErrors } from '@common/connector-core';
import { classifyODataError } from '@common/connector-odata';

/** Reads SAP's answers: Gateway's error envelopes, and login pages that come with status 200. */
export const classifySapResponse: ClassifyResponse = (response, request) =>
  classifyODataError(response, request);

/** Errors of the work say that they are SAP's, and of what, where they do not yet. */
export const namingSap = <Result>(
  work: Promise<Result>,
  context: { readonly entity: string; readonly key?: string | undefined },
): Promise<Result> => namingErrors(work, { system: 'sap', ...context });
