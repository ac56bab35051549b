import type { JsonObject } from './connection.ts';
import type { SecretPlace } from './secret-states.ts';

/** What a change changes: the part of a row that people decide about. Secrets are named, not held. */
export interface ConnectionState {
  readonly code: string;
  readonly name: string;
  readonly type: string;
  readonly environment: string;
  readonly active: boolean;
  readonly url: string | null;
  readonly settings: JsonObject;
  readonly authMethod: string;
  /** Name of the credentials in the vault; every change of them has a name of its own. */
  readonly credentials: string;
  /** Name of the token in the vault; one of other credentials or of another address is another. */
  readonly token: string;
  readonly removed: boolean;
}

/** The secrets of a state that none of the others needs. */
export function secretsLeft(
  state: ConnectionState | undefined,
  ...others: readonly (ConnectionState | undefined)[]
): readonly SecretPlace[] {
  if (state === undefined) return [];
  const needed = new Set(others.flatMap((other) => [other?.credentials, other?.token]));
  return [state.credentials, state.token]
    .filter((name) => !needed.has(name))
    .map((name) => ({ connection: state.code, name }));
}
