import type { SandboxResponse } from '../../toolkit/sandbox-response.ts';

/** A refusal of the OAuth endpoints. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly status: number;
  readonly error: string;

  constructor(error: string, description: string, status = 400) {
    super(description);
    this.error = error;
    this.status = status;
  }
}

export const oauthErrorResponse = ({ status, error, message }: OAuthError): SandboxResponse => ({
  status,
  headers: { 'cache-control': 'no-store' },
  body: { error, error_description: message },
});
