import type { ConnectorError } from '../errors/connector-error.ts';

/** The steps that every connection has, in the order in which it can fail. A vendor's own come before `permission`. */
export const commonSteps = [
  'settings',
  'network',
  'tls',
  'service',
  'credentials',
  'permission',
] as const;
export type CommonStep = (typeof commonSteps)[number];

/** The step of a connection that an error fails; `probed` where the error tells nothing more exact. */
export function failedStep<Step extends string>(
  error: ConnectorError,
  probed: Step,
): Step | CommonStep {
  const { category, code, httpStatus, notExecuted } = error;
  if (code === 'ERR_TLS') return 'tls';
  // Of the other side nothing is known then: an empty password, an expired certificate, a blocked address.
  const isUnsent = notExecuted && httpStatus === undefined;
  if (category === 'configuration' && isUnsent) return 'settings';
  if (code === 'ERR_PROXY') return 'network';
  // Where the token was refused, the call was not sent.
  if (category === 'configuration' && notExecuted) return 'credentials';
  if (category === 'authentication') return 'credentials';
  if (code === 'ERR_UNEXPECTED_CONTENT') return 'service';
  if (category === 'permission') return 'permission';
  if (category === 'transient' && httpStatus === undefined) return 'network';
  const isAnswer = category === 'configuration' || category === 'not-found';
  return isAnswer || category === 'unsupported' ? probed : 'service';
}
