import type { JsonValue } from '@common/connector-core';
import type { JsonObject } from './connection.ts';
import { isObject } from './json-values.ts';
import { unusable } from './registry-error.ts';

/** Stands for a secret that is set. One that is not set is `null`. */
export const secretMask = '••••';

/** A JSON Schema, with the whole that its references are in. */
interface Place {
  readonly root: JsonObject;
  readonly schema: JsonObject;
}

/** A value of credentials at its path. */
export interface Leaf {
  readonly value: JsonValue;
  readonly isSecret: boolean;
}

/**
 * Credentials as people may see them. A member is shown if the schema knows it and does not say
 * `writeOnly`: what is unknown counts as a secret.
 */
export function maskCredentials(schema: JsonObject, credentials: JsonObject): JsonObject {
  return maskAt([{ root: schema, schema }], credentials) as JsonObject;
}

function maskAt(places: readonly Place[], value: JsonValue): JsonValue {
  if (isSecretAt(places)) return secretMask;
  if (Array.isArray(value)) return value.map((item) => maskAt(itemsOf(places), item));
  if (!isObject(value)) return value;
  const shown = new Map<string, JsonValue>();
  for (const [name, member] of Object.entries(value)) {
    shown.set(name, maskAt(memberOf(places, name), member));
  }
  for (const name of namesOf(places)) {
    if (!shown.has(name) && isSecretAt(memberOf(places, name))) shown.set(name, null);
  }
  return Object.fromEntries(shown);
}

/** Every value by its path; a secret is one, whatever it holds. */
export function leavesOf(
  path: string,
  value: JsonValue,
  schema?: JsonObject,
): ReadonlyMap<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  const visit = (at: string, member: JsonValue, places: readonly Place[] | undefined): void => {
    if (places !== undefined && isSecretAt(places)) {
      leaves.set(at, { value: member, isSecret: true });
    } else if (isObject(member)) {
      for (const [name, inner] of Object.entries(member)) {
        visit(`${at}.${name}`, inner, places && memberOf(places, name));
      }
    } else if (places !== undefined && Array.isArray(member)) {
      for (const [index, inner] of member.entries()) {
        visit(`${at}[${index}]`, inner, itemsOf(places));
      }
    } else {
      leaves.set(at, { value: member, isSecret: false });
    }
  };
  visit(path, value, schema && [{ root: schema, schema }]);
  return leaves;
}

/**
 * Takes out of a change what a form has sent back as it was shown.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` for a mask where there is no secret to keep
 */
export function withoutMasks(
  patch: JsonObject,
  stored: JsonValue | undefined,
  path = 'credentials',
): JsonObject {
  const members = Object.entries(patch).flatMap(([name, value]): [string, JsonValue][] => {
    const known = isObject(stored) && Object.hasOwn(stored, name) ? stored[name] : undefined;
    if (value === secretMask) {
      if (known !== undefined) return [];
      throw unusable(
        `${path}.${name}`,
        'must be the secret itself: nothing is stored that the mask could stand for.',
      );
    }
    return [[name, isObject(value) ? withoutMasks(value, known, `${path}.${name}`) : value]];
  });
  return Object.fromEntries(members);
}

/** Whether a schema has a secret anywhere. */
export function hasSecrets(schema: JsonValue | undefined): boolean {
  if (Array.isArray(schema)) return schema.some(hasSecrets);
  if (!isObject(schema)) return false;
  return schema.writeOnly === true || Object.values(schema).some(hasSecrets);
}

function isSecretAt(places: readonly Place[]): boolean {
  const all = alternativesOf(places);
  return all.length === 0 || all.some(({ schema }) => schema.writeOnly === true);
}

/** The schemas that may hold at a place: references followed, alternatives side by side. */
function alternativesOf(places: readonly Place[], depth = 0): readonly Place[] {
  // A reference that leads to itself says nothing.
  if (depth > 20) return [];
  return places.flatMap(({ root, schema }) => {
    const parts = [schema.$ref === undefined ? undefined : referenced(root, schema.$ref)];
    for (const word of ['anyOf', 'oneOf', 'allOf']) {
      const list = schema[word];
      if (Array.isArray(list)) parts.push(...list);
    }
    const inner = alternativesOf(
      parts.filter(isObject).map((part) => ({ root, schema: part })),
      depth + 1,
    );
    // What refers to nothing is unknown.
    return schema.$ref !== undefined && inner.length === 0 ? [] : [{ root, schema }, ...inner];
  });
}

function referenced(root: JsonObject, reference: JsonValue): JsonValue | undefined {
  if (typeof reference !== 'string' || !reference.startsWith('#')) return undefined;
  let found: JsonValue | undefined = root;
  for (const part of reference.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    found = isObject(found) && Object.hasOwn(found, name) ? found[name] : undefined;
  }
  return found;
}

function memberOf(places: readonly Place[], name: string): readonly Place[] {
  return alternativesOf(places).flatMap(({ root, schema }) => {
    const { properties, additionalProperties } = schema;
    const known = isObject(properties) && Object.hasOwn(properties, name);
    const member = known ? properties[name] : additionalProperties;
    return isObject(member) ? [{ root, schema: member }] : [];
  });
}

function itemsOf(places: readonly Place[]): readonly Place[] {
  return alternativesOf(places).flatMap(({ root, schema }) => {
    const lists = [schema.items, ...(Array.isArray(schema.prefixItems) ? schema.prefixItems : [])];
    return lists.filter(isObject).map((item) => ({ root, schema: item }));
  });
}

function namesOf(places: readonly Place[]): readonly string[] {
  return alternativesOf(places).flatMap(({ schema }) =>
    isObject(schema.properties) ? Object.keys(schema.properties) : [],
  );
}
