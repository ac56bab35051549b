import { Decimal } from '@common/connector-core';
import {
  type BatchOperation,
  type EntityType,
  type ODataRecord,
  propertyOf,
  targetOf,
} from '@common/connector-odata';
import { isFixedCode } from './fixed-fields.ts';

/**
 * The operations that bring a stored record to what is wanted: properties that differ are changed where
 * they live, children that are missing are created. Children are matched by the parts of their key that
 * `desired` has, or by position. What `desired` does not mention stays; nothing is deleted.
 *
 * V2 services have no deep update, and V4 ones announce it for few entities, so each entity is written by
 * itself.
 */
export function planUpdate(input: {
  readonly type: EntityType;
  readonly desired: ODataRecord;
  /** The stored record with its navigations expanded. */
  readonly current: ODataRecord;
}): readonly BatchOperation[] {
  const { type, desired, current } = input;
  const key = keyOf(type, current);
  const data: ODataRecord = {};
  const children: BatchOperation[] = [];
  for (const [name, wanted] of Object.entries(desired)) {
    const navigation = type.navigations?.[name];
    if (navigation === undefined) {
      if (isWritable(type, name) && differs(type, name, wanted, current[name])) data[name] = wanted;
      continue;
    }
    const target = targetOf(navigation);
    const stored = asList(current[name]);
    for (const [index, child] of asList(wanted).entries()) {
      const match = navigation.many ? findChild(target, child, stored, index) : stored[0];
      children.push(
        ...(match === undefined
          ? [
              {
                op: 'create',
                entity: target,
                via: { entity: type, key, navigation: name },
                data: child,
              } as const,
            ]
          : planUpdate({ type: target, desired: child, current: match })),
      );
    }
  }
  const own =
    Object.keys(data).length > 0 ? [{ op: 'update', entity: type, key, data } as const] : [];
  return [...own, ...children];
}

/** Deletes children of a stored record, one operation each. */
export function planDeletion(
  type: EntityType,
  navigation: string,
  children: readonly ODataRecord[],
): readonly BatchOperation[] {
  const definition = type.navigations?.[navigation];
  if (definition === undefined) return [];
  const target = targetOf(definition);
  return children.map((child) => ({ op: 'delete', entity: target, key: keyOf(target, child) }));
}

/** The key values of a stored record. */
function keyOf(type: EntityType, record: ODataRecord): ODataRecord {
  return Object.fromEntries(type.key.map((name) => [name, record[name]]));
}

const asList = (value: unknown): readonly ODataRecord[] =>
  Array.isArray(value)
    ? value
    : value === null || value === undefined
      ? []
      : [value as ODataRecord];

function isWritable(type: EntityType, name: string): boolean {
  if (type.key.includes(name)) return false;
  const definition = type.properties[name];
  return definition === undefined || propertyOf(definition).updatable !== false;
}

function findChild(
  type: EntityType,
  wanted: ODataRecord,
  stored: readonly ODataRecord[],
  index: number,
): ODataRecord | undefined {
  const named = type.key.filter((part) => wanted[part] !== undefined);
  if (named.length === 0) return stored[index];
  return stored.find((child) => named.every((part) => sameKey(child[part], wanted[part])));
}

// Item numbers come with or without leading zeros, depending on the interface.
const sameKey = (one: unknown, other: unknown) =>
  String(one).replace(/^0+(?=\d)/, '') === String(other).replace(/^0+(?=\d)/, '');

function differs(type: EntityType, name: string, wanted: unknown, stored: unknown): boolean {
  if (wanted === undefined) return false;
  // SAP has no null: an initial text is the same as none.
  const [one, other] = [wanted ?? '', stored ?? ''];
  if (one === other) return false;
  if (isFixedCode(name)) return String(one).toUpperCase() !== String(other).toUpperCase();
  const definition = type.properties[name];
  const isDecimal = definition !== undefined && propertyOf(definition).type === 'Edm.Decimal';
  if (isDecimal && one !== '' && other !== '') {
    return !Decimal.from(String(one)).equals(String(other));
  }
  return true;
}
