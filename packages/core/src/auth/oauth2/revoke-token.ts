import type { AuthContext } from '../auth-strategy.ts';
import { authenticateClient, type OauthClient } from './client-authentication.ts';
import { postToEndpoint } from './request-token.ts';
import { tokenRefusal } from './token-refusal.ts';

/** How a vendor takes tokens back. */
export interface RevocationOptions {
  /** Absolute URL of the revocation endpoint (RFC 7009). */
  readonly revocationUrl?: string | undefined;
  /** How fields are sent; Intuit wants JSON. @default 'form' */
  readonly revocationFormat?: 'form' | 'json' | undefined;
  /**
   * Whether the grant is revoked when the connector disconnects. Someone then has to sign in again
   * before it can connect.
   * @default false
   */
  readonly revokeOnClose?: boolean | undefined;
}

/**
 * Takes a token back (RFC 7009). A server that does not know the token any more is content, too.
 *
 * @throws ConnectorError when the endpoint refuses or does not answer
 */
export async function revokeToken(
  options: {
    readonly url: string;
    readonly format?: 'form' | 'json' | undefined;
    readonly client: OauthClient;
    readonly token: string;
    readonly hint: 'refresh_token' | 'access_token';
  },
  context: Pick<AuthContext, 'transport' | 'clock' | 'signal'>,
): Promise<void> {
  const { url, client, token, hint } = options;
  const proof = await authenticateClient(client, { url, clock: context.clock });
  const answer = await postToEndpoint(
    {
      url,
      endpoint: 'revocation endpoint',
      headers: proof.headers,
      ...(options.format === 'json'
        ? { json: { token, ...proof.form } }
        : { form: { token, token_type_hint: hint, ...proof.form } }),
    },
    context,
  );
  const isUnknownToken = answer.body?.error === 'invalid_token';
  if (answer.httpStatus < 300 || isUnknownToken) return;
  throw tokenRefusal(answer);
}
