import type { JsonValue } from '@common/connector-core';
import type { ConnectionChange } from './change-request.ts';
import type { JsonObject } from './connection.ts';
import type { ConnectionState } from './connection-state.ts';
import { isSameJson } from './json-values.ts';
import { type Leaf, leavesOf, secretMask } from './mask-credentials.ts';

/** A state with the credentials that it names, and the schema that says which of them are secret. */
export interface ComparedState {
  readonly state: ConnectionState;
  readonly credentials: JsonObject;
  readonly schema: JsonObject;
}

const plainMembers = ['code', 'name', 'type', 'environment', 'active', 'removed'] as const;

/** What is different, path by path. Of a secret that it changed, not to what. */
export function listChanges(
  before: ComparedState | undefined,
  after: ComparedState,
): readonly ConnectionChange[] {
  const from = before === undefined ? new Map<string, Leaf>() : leaves(before);
  const to = leaves(after);
  return [...new Set([...from.keys(), ...to.keys()])].flatMap((path) => {
    const [old, next] = [from.get(path), to.get(path)];
    if (isSameJson(old?.value, next?.value)) return [];
    return [{ path, ...shown('before', old), ...shown('after', next) }];
  });
}

function leaves({ state, credentials, schema }: ComparedState): ReadonlyMap<string, Leaf> {
  const plain = plainMembers.map((name): [string, Leaf] => [
    name,
    { value: state[name], isSecret: false },
  ]);
  return new Map([
    ...plain.filter(([name, { value }]) => name !== 'removed' || value === true),
    ...leavesOf('settings', state.settings),
    ...leavesOf('credentials', credentials, schema),
  ]);
}

function shown(name: 'before' | 'after', leaf: Leaf | undefined): { [key: string]: JsonValue } {
  return leaf === undefined ? {} : { [name]: leaf.isSecret ? secretMask : leaf.value };
}
