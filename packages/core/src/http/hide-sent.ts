import type { RequestDraft } from '../auth/auth-strategy.ts';
import { ConnectorError } from '../errors/connector-error.ts';

/** Shorter values would cut words out of messages. */
const shortest = 6;

/**
 * Takes the credentials of a request out of what the server said about it: servers repeat what they
 * were sent, in words that no pattern knows.
 *
 * @param unsigned - the request before it was signed
 */
export function hideSent(
  error: ConnectorError,
  draft: RequestDraft,
  unsigned: Pick<RequestDraft, 'url' | 'headers'>,
): ConnectorError {
  const secrets = secretsOf(draft, unsigned)
    .filter((secret) => secret.length >= shortest)
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
  const hide = (text: string): string =>
    secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
  const { message, vendorCode, requestId, cause, stack } = error;
  if (![message, vendorCode, requestId].some((text = '') => hide(text) !== text)) return error;
  const hidden = new ConnectorError({
    ...error,
    message: hide(message),
    vendorCode: vendorCode && hide(vendorCode),
    requestId: requestId && hide(requestId),
    cause,
  });
  if (stack !== undefined) hidden.stack = hide(stack);
  return hidden;
}

function secretsOf(
  draft: RequestDraft,
  unsigned: Pick<RequestDraft, 'url' | 'headers'>,
): readonly string[] {
  const before = new URL(unsigned.url).searchParams;
  return [
    ...[...new URL(draft.url).searchParams]
      .filter(([name, value]) => before.get(name) !== value)
      .map(([, value]) => value),
    ...Object.entries(draft.headers)
      .filter(([name, value]) => unsigned.headers[name] !== value || secretNames.test(name))
      .flatMap(([name, value]) => partsOf(name, value)),
  ];
}

const secretNames = /auth|cookie|csrf|key|password|secret|session|token/;

/** A value as it was sent, and the secrets in it: after the scheme, of each cookie, of a user. */
function partsOf(name: string, value: string): readonly string[] {
  if (name === 'cookie') return value.split('; ').map((cookie) => cookie.replace(/^[^=]*=/, ''));
  const [, scheme, credentials] = /^(\w+) (\S+)$/.exec(value) ?? [];
  if (credentials === undefined) return [value];
  if (scheme?.toLowerCase() !== 'basic') return [value, credentials];
  const pair = Buffer.from(credentials, 'base64').toString('utf8');
  return [value, credentials, pair.slice(pair.indexOf(':') + 1)];
}
