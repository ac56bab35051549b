import type { Secret } from '../../auth/auth-strategy.ts';
import { readSecret } from '../../auth/read-secret.ts';
import type { CommonCaller } from '../common-call.ts';
import type { CommonClient } from '../common-client.ts';
import { commonTokenSchema } from '../common-wire.ts';

/** @param caller - one that sends without a token */
export function authEndpoints(
  caller: CommonCaller,
  credentials: { readonly clientId: Secret; readonly clientSecret: Secret },
): CommonClient['auth'] {
  return {
    login: async (options) =>
      caller.read(
        {
          operation: 'auth.login',
          method: 'POST',
          path: '/auth/login',
          body: {
            client_id: await readSecret(credentials.clientId, 'clientId'),
            client_secret: await readSecret(credentials.clientSecret, 'clientSecret'),
          },
          readOnly: true,
          options,
        },
        commonTokenSchema,
      ),
    refresh: ({ refreshToken }, options) =>
      caller.read(
        {
          operation: 'auth.refresh',
          method: 'POST',
          path: '/auth/refresh',
          body: { refresh_token: refreshToken },
          readOnly: true,
          options,
        },
        commonTokenSchema,
      ),
  };
}
