import { ConnectorError } from '../../errors/connector-error.ts';
import type { GrantEnd } from './token-store.ts';

/**
 * What the failure of a refresh says about the refresh token: `refused` for good, `unused` because
 * the server certainly did not act, or `uncertain` because it may have.
 */
export type RefreshFailure = 'refused' | 'unused' | 'uncertain';

/**
 * RFC 6749, 5.2, and what OpenID Connect (Core, 3.1.2.6) and Microsoft Entra answer to a refresh that
 * needs the user. `invalid_client` and the like are about the client: its refresh token stays good.
 */
const refusals: ReadonlySet<string> = new Set([
  'invalid_grant',
  'interaction_required',
  'login_required',
  'consent_required',
]);

/** Tells a refresh token that has ended from a server that is unwell and a client that is refused. */
export function classifyRefreshFailure(error: unknown): RefreshFailure {
  if (!ConnectorError.isInstance(error)) return 'uncertain';
  if (isReauthorization(error)) return 'refused';
  const { category, httpStatus, vendorCode } = error;
  if (category === 'authentication' && refusals.has(vendorCode ?? '')) return 'refused';
  if (category === 'transient') return 'uncertain';
  // No TLS, no address, no secret: it was not sent.
  if (httpStatus === undefined) return category === 'configuration' ? 'unused' : 'uncertain';
  return httpStatus >= 300 && httpStatus < 500 ? 'unused' : 'uncertain';
}

/** Whether a refusal says nothing more: outside OAuth, a sign-in from nothing is worth a try then. */
export function isPlainRefusal(error: unknown): boolean {
  return (
    ConnectorError.isInstance(error) &&
    error.category === 'authentication' &&
    error.vendorCode === undefined
  );
}

/** Whether a person has to sign in. */
export function isReauthorization(error: unknown): error is ConnectorError {
  return ConnectorError.isInstance(error) && error.code === 'ERR_REAUTHORIZATION_REQUIRED';
}

const reasons = {
  none: 'is not authorised: nobody has granted access yet, or what was granted has expired and cannot be renewed',
  revoked: 'is no longer authorised: the server refuses its refresh token',
  interrupted:
    'is no longer authorised: a process ended, or an answer was lost, after the refresh token had been sent and before the new one was stored, and the server does not take it a second time',
} as const;

/** `ERR_REAUTHORIZATION_REQUIRED`, in the words that fit the reason. */
export function reauthorizationRequired(
  kind: string,
  reason: GrantEnd['reason'] | 'none',
  cause?: unknown,
): ConnectorError {
  const { vendorCode, httpStatus, requestId } = ConnectorError.isInstance(cause) ? cause : {};
  return new ConnectorError({
    code: 'ERR_REAUTHORIZATION_REQUIRED',
    category: 'authentication',
    message: `The connection (${kind}) ${reasons[reason]}. Someone has to sign in and grant access again.`,
    ...{ vendorCode, httpStatus, requestId },
    notExecuted: true,
    cause,
  });
}
