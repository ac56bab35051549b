import { badRequest, entityNotFound, segmentNotFound } from './fault.ts';
import type { EntitySet, Navigation, Property, Row, Service } from './model.ts';
import { relatedRows } from './related.ts';
import { type PathSegment, parseKey } from './resource-path.ts';
import type { Store } from './store.ts';

export type Target =
  | {
      readonly is: 'collection';
      readonly set: EntitySet;
      /** The children of one entity; without it the whole set. */
      readonly parent?: { readonly row: Row; readonly navigation: Navigation };
      readonly rows?: readonly Row[];
      readonly isCount: boolean;
    }
  | { readonly is: 'entity'; readonly set: EntitySet; readonly row: Row }
  | {
      readonly is: 'property';
      readonly set: EntitySet;
      readonly row: Row;
      readonly property: Property;
      readonly isRaw: boolean;
    };

/** Finds what a path means. @throws SapFault 404 for an unknown segment or a missing entity */
export function resolvePath(
  segments: readonly PathSegment[],
  { service, store }: { readonly service: Service; readonly store: Store },
): Target {
  const [first, ...rest] = segments;
  const firstSet = first && service.sets.get(first.name);
  if (!first || !firstSet) throw segmentNotFound(first?.name ?? '');

  let target: Target = openSet(first, firstSet);
  for (const segment of rest) target = step(target, segment);
  return target;

  function openSet({ predicate }: PathSegment, set: EntitySet): Target {
    if (predicate === undefined) return { is: 'collection', set, isCount: false };
    const row = store.table(set.table).get(parseKey(predicate, set, service.odataVersion));
    if (!row) throw entityNotFound(set.typeName, predicate);
    return { is: 'entity', set, row };
  }

  function step(from: Target, segment: PathSegment): Target {
    const { name, predicate } = segment;
    if (from.is === 'collection') {
      if (name === '$count' && !from.isCount) return { ...from, isCount: true };
      throw segmentNotFound(name);
    }
    if (from.is === 'property') {
      if (name === '$value' && !from.isRaw) return { ...from, isRaw: true };
      throw segmentNotFound(name);
    }
    const navigation = from.set.navigations.find((candidate) => candidate.name === name);
    const set = navigation && service.sets.get(navigation.target);
    if (!navigation || !set) {
      const property = from.set.byName.get(name);
      if (!property) throw segmentNotFound(name);
      return { is: 'property', set: from.set, row: from.row, property, isRaw: false };
    }
    const rows = relatedRows(store, navigation, set)(from.row);
    if (!navigation.isMany) {
      if (predicate !== undefined) throw badRequest(`'${name}' takes no key`);
      const [row] = rows;
      if (!row) throw entityNotFound(set.typeName, name);
      return { is: 'entity', set, row };
    }
    if (predicate === undefined) {
      return { is: 'collection', set, rows, parent: { row: from.row, navigation }, isCount: false };
    }
    const key = parseKey(predicate, set, service.odataVersion);
    const row = rows.find((candidate) =>
      Object.entries(key).every(([field, value]) => candidate[field] === value),
    );
    if (!row) throw entityNotFound(set.typeName, predicate);
    return { is: 'entity', set, row };
  }
}
