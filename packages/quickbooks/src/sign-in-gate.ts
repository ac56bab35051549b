import { type AuthStrategy, abortable, type Clock } from '@common/connector-core';

/**
 * Lets the first request fetch the token, and the others wait for it: those that waited for a token
 * behind the governor, which counted them before, would all go in the same moment with the next ones.
 */
export function createSignInGate({
  auth,
  connection,
  clock,
}: {
  readonly auth: AuthStrategy;
  readonly connection: string;
  readonly clock: Clock;
}) {
  let signingIn: Promise<unknown> | undefined;

  const isSignedIn = (): boolean => {
    if (auth.expiry === undefined) return true;
    const expiry = auth.expiry(connection);
    return expiry !== undefined && (expiry.accessExpiresAt ?? Infinity) > clock.now();
  };

  return async <T>(send: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
    // Whoever leaves meanwhile is told by the pipeline, which sends nothing then.
    while (signingIn !== undefined && !isSignedIn() && !signal?.aborted) {
      await abortable(signingIn, signal).catch(nothing);
    }
    const sending = send();
    if (isSignedIn() || signal?.aborted) return sending;
    signingIn = sending;
    return sending.finally(() => {
      if (signingIn === sending) signingIn = undefined;
    });
  };
}

const nothing = (): void => undefined;
