import type { ClassifyResponse } from '@common/connector-core';
import { classifyODataError } from '@common/connector-odata';

/** Reads SAP's answers: Gateway's error envelopes, and login pages that come with status 200. */
export const classifySapResponse: ClassifyResponse = (response, request) =>
  classifyODataError(response, request);
