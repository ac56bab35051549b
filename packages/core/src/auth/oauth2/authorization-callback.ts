import { ConnectorError } from '../../errors/connector-error.ts';
import type {
  PendingAuthorization,
  PendingAuthorizationStore,
} from './pending-authorization-store.ts';

/** What the callback of a sign-in is checked against. */
export interface CallbackExpectation {
  readonly pending: PendingAuthorizationStore;
  /** The connection that the person who comes back is signing in for, out of their own session. */
  readonly connection: string;
  readonly tokenUrl: string;
  /** `iss` of the server (RFC 9207). */
  readonly issuer?: string | undefined;
  /** Whether a callback without `iss` is refused. */
  readonly isIssuerRequired: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Why a server ended a sign-in (RFC 6749, 4.1.2.1, and OpenID Connect). */
const denials: Readonly<Record<string, string>> = {
  access_denied: 'The sign-in was declined. Whoever signs in has to allow the access.',
  invalid_scope: 'The server knows no such scope, or does not grant it to this client.',
  unauthorized_client: 'The client may not sign people in. Allow the authorization code grant.',
  invalid_request: 'The server misses or refuses a parameter of the authorization URL.',
  unsupported_response_type: 'The server does not offer the authorization code grant.',
  temporarily_unavailable: 'The server is overloaded. Begin the sign-in again later.',
  server_error: 'The server failed. Begin the sign-in again later.',
  consent_required: 'The server wants consent. Begin the sign-in again with a prompt.',
  login_required: 'The server wants a login. Begin the sign-in again with a prompt.',
  interaction_required: 'The server wants to ask something. Begin the sign-in again with a prompt.',
};

/**
 * Accepts a callback once: its `state` has to be one that was given out for this connection and
 * server within the last minutes.
 *
 * @throws ConnectorError `ERR_AUTHORIZATION_CALLBACK` when it is not the answer to a sign-in of this
 *   connection, `ERR_AUTHORIZATION_DENIED` when the server says no
 */
export async function acceptCallback(
  callback: URLSearchParams,
  expected: CallbackExpectation,
): Promise<{ readonly code: string; readonly pending: PendingAuthorization }> {
  const { connection, tokenUrl, issuer, isIssuerRequired, now } = expected;
  const [state, ...others] = callback.getAll('state');
  if (state === undefined || state === '' || others.length > 0) {
    throw refused('it has no state. Give the whole URL, query included.');
  }
  // Taken before anything is checked: a state that was tried is spent.
  const pending = await expected.pending.take(state);
  if (pending === undefined) {
    throw refused('no sign-in waits for it: it was used before, or begun in another place.');
  }
  if (pending.expiresAt <= now) throw refused('the sign-in took too long.');
  if (pending.connection !== connection) throw refused('it belongs to another connection.');
  if (pending.tokenUrl !== tokenUrl) throw refused('it belongs to another authorization server.');

  const { validateAuthResponse, AuthorizationResponseError } = await import('oauth4webapi');
  const parameters = new URLSearchParams(callback);
  // Without an issuer to compare it to, `iss` tells nothing.
  if (issuer === undefined) parameters.delete('iss');
  let valid: URLSearchParams;
  try {
    valid = validateAuthResponse(
      {
        issuer: issuer ?? tokenUrl,
        authorization_response_iss_parameter_supported: issuer !== undefined && isIssuerRequired,
      },
      // Not looked at: the response names no client.
      { client_id: connection },
      parameters,
      state,
    );
  } catch (error) {
    // No cause: it holds the callback with its code.
    if (error instanceof AuthorizationResponseError) throw denied(error.error);
    throw refused('its parameters (iss, or one that comes twice) are not those of this server.');
  }
  const [code, ...more] = valid.getAll('code');
  if (code === undefined || code === '') throw refused('it has no code.');
  if (more.length > 0) throw refused('its code comes twice.');
  return { code, pending };
}

function refused(why: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_AUTHORIZATION_CALLBACK',
    category: 'authentication',
    message: `The callback of the sign-in is not accepted: ${why} Begin the sign-in again.`,
    notExecuted: true,
  });
}

function denied(error: string): ConnectorError {
  const denial = Object.hasOwn(denials, error) ? denials[error] : undefined;
  const vendorCode = /^[\w.-]{1,64}$/.exec(error)?.[0];
  return new ConnectorError({
    code: 'ERR_AUTHORIZATION_DENIED',
    category: 'authentication',
    vendorCode,
    message: `The authorization server ended the sign-in (${vendorCode ?? 'unknown error'}). ${denial ?? 'See the documentation of the vendor for this code.'}`,
    notExecuted: true,
  });
}
