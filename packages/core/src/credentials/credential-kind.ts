import { z } from 'zod';
import type { AuthStrategy } from '../auth/auth-strategy.ts';
import type { PendingAuthorizationStore } from '../auth/oauth2/pending-authorization-store.ts';
import { isSecureUrl } from '../http/is-secure-url.ts';

/** A way to sign in whose credentials can be stored as JSON. */
export interface CredentialKind<Schema extends z.ZodType = z.ZodType> {
  /** A strict object with `kind`; secrets are marked `writeOnly`. */
  readonly schema: Schema;
  create(credentials: z.output<Schema>, services?: CredentialServices): AuthStrategy;
}

/** What an app lends to a sign-in. */
export interface CredentialServices {
  /** Where sign-ins in the browser wait for their callback. @default in memory */
  readonly pending?: PendingAuthorizationStore | undefined;
}

/**
 * Types a kind of credentials while it is written.
 *
 * @example
 * ```ts
 * const acmeKey = defineCredentialKind({
 *   schema: z.strictObject({ kind: z.literal('api-key'), value: secretField('Key of the API') }),
 *   create: ({ value }) => apiKey({ header: 'x-api-key', value }),
 * });
 * ```
 */
export function defineCredentialKind<Schema extends z.ZodType>(
  kind: CredentialKind<Schema>,
): CredentialKind<Schema> {
  return kind;
}

/** A text that may be shown. */
export function textField(description: string) {
  return z.string().min(1, 'must not be empty').meta({ description });
}

/** A text that forms hide and nobody reads back. */
export function secretField(description: string) {
  return z.string().min(1, 'must not be empty').meta({ description, writeOnly: true });
}

/** The address of an endpoint. Secrets go there, so it is HTTPS, but for this machine. */
export function endpointField(description: string) {
  return z
    .string()
    .refine(isEndpoint, 'must be an address that begins with https://, without a user in it')
    .meta({ description, format: 'uri' });
}

function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return isSecureUrl(url) && url.username === '' && url.password === '';
}
