import { z } from 'zod';
import type { JsonValue } from '../contract/json.ts';
import type { CredentialKind } from './credential-kind.ts';
import { credentialKinds } from './credential-kinds.ts';

/** A JSON Schema (2020-12). */
export type JsonSchema = { readonly [key: string]: JsonValue };

/**
 * JSON Schema for each kind of credentials, for forms; secrets are marked `writeOnly`. What a schema
 * cannot say (a key belongs to its certificate) `validateCredentials` checks.
 */
export function credentialsJsonSchemas(
  kinds: Readonly<Record<string, CredentialKind>> = credentialKinds,
): Readonly<Record<string, JsonSchema>> {
  return Object.fromEntries(
    Object.entries(kinds).map(([name, { schema }]) => [
      name,
      z.toJSONSchema(schema, { io: 'input' }) as JsonSchema,
    ]),
  );
}
