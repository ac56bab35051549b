import { ConnectorError } from '../errors/connector-error.ts';
import type { AuthStrategy, Secret } from './auth-strategy.ts';
import { readSecret } from './read-secret.ts';

const mostRefusals = 3;
const memoryMs = 5 * 60_000;

/**
 * Signs in by HTTP Basic (RFC 7617), in UTF-8. Systems lock an account after a few wrong passwords (SAP
 * after five): credentials that were refused three times within five minutes are not sent again
 * until the first of these is over, or they are changed.
 */
export function basic(options: {
  readonly username: Secret;
  readonly password: Secret;
}): AuthStrategy {
  // Destructured into the closure: the strategy itself has nothing to print.
  const { username, password } = options;
  let refused: { readonly value: string; readonly at: readonly number[] } | undefined;

  return {
    kind: 'basic',
    async authorize(draft, { clock }) {
      const user = await readSecret(username, 'username');
      // RFC 7617, section 2: the server would cut the name off there.
      if (user.includes(':')) throw colonInUser();
      const secret = await readSecret(password, 'password');
      const value = `Basic ${Buffer.from(`${user}:${secret}`, 'utf8').toString('base64')}`;
      const since = clock.now() - memoryMs;
      const recent = refused?.value === value ? refused.at.filter((at) => at > since) : [];
      if (recent.length >= mostRefusals) throw heldBack((recent[0] ?? 0) - since);
      draft.headers.authorization = value;
    },
    async recover({ draft }, { clock }) {
      const value = draft?.headers.authorization;
      if (value !== undefined) {
        const before = refused?.value === value ? refused.at : [];
        refused = { value, at: [...before, clock.now()].slice(-mostRefusals) };
      }
      return 'fail';
    },
  };
}

function colonInUser(): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message:
      'The setting username has a colon in it, which HTTP Basic cannot carry. Give the user alone, without password or domain behind a colon.',
    path: 'username',
    notExecuted: true,
  });
}

function heldBack(waitMs: number): ConnectorError {
  return new ConnectorError({
    code: 'ERR_AUTHENTICATION_FAILED',
    category: 'authentication',
    message: `The server has refused this user and password ${mostRefusals} times, so they were not sent again: the account could be locked. Correct them, or try again in ${Math.ceil(waitMs / 1000)} s.`,
    retryAfterMs: waitMs,
    notExecuted: true,
  });
}
