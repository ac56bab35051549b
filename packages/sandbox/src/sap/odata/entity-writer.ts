import type { SapMessage } from './fault.ts';
import type { Predicate } from './filter.ts';
import { compareValues } from './literal.ts';
import type { EntitySet, Row, Service } from './model.ts';
import type { OrderItem, RowQuery, Selection } from './query-options.ts';
import { etagReader, relatedRows } from './related.ts';
import { formatKey } from './resource-path.ts';
import { sapMessagesV4 } from './sap-message.ts';
import type { Store } from './store.ts';
import { quote, type WireFormat } from './wire.ts';

/** Gives the JSON text of a row. */
export type EntityWriter = (row: Row) => string;

export interface WriterContext {
  readonly service: Service;
  readonly store: Store;
  readonly wire: WireFormat;
  /** Absolute URL of the service, without a slash at the end. */
  readonly root: string;
}

type Part = (row: Row) => string;

function propertyParts({ properties }: Selection, wire: WireFormat): readonly Part[] {
  return properties.map((property) => {
    const { field } = property;
    const prefix = `${quote(property.name)}:`;
    const write = wire.writer(property);
    return (row) => prefix + write(row[field]!);
  });
}

function joinParts(parts: readonly Part[]): EntityWriter {
  // One flat text per entity: a chain of concatenations costs the collector more than the joining.
  const texts: string[] = new Array(parts.length).fill('');
  return (row) => {
    for (let index = 0; index < parts.length; index += 1) texts[index] = parts[index]!(row);
    return `{${texts.join()}}`;
  };
}

/** Compiles the V2 form: `__metadata`, `__deferred` links, `results` of what is expanded. */
export function compileWriterV2(
  context: WriterContext,
  set: EntitySet,
  selection: Selection,
): EntityWriter {
  const { service, store, wire, root } = context;
  const type = quote(`${service.namespace}.${set.typeName}`);
  const etag = set.etag && etagReader(store, set.etag, 2);
  const base = `${root}/${set.name}`;
  const expanded: readonly Part[] = selection.expanded.map((expansion) => {
    const related = relatedRows(store, expansion.navigation, expansion.set);
    const write = compileWriterV2(context, expansion.set, expansion.selection);
    const prefix = `"${expansion.navigation.name}":`;
    if (!expansion.navigation.isMany) {
      return (row) => {
        const [found] = related(row);
        return prefix + (found ? write(found) : 'null');
      };
    }
    return (row) => `${prefix}{"results":[${related(row).map(write).join()}]}`;
  });
  const tag: Part = etag ? (row) => `,"etag":${quote(etag(row))}` : () => '';
  const links = selection.deferred.map(({ name }) => [
    `,"${name}":{"__deferred":{"uri":"`,
    `/${name}"}}`,
  ]);
  // The key in the URI is the dearest part of an entity: it is made once for all links.
  const head: Part = (row) => {
    const uri = `${base}${formatKey(row, set)}`;
    let text = `"__metadata":{"id":"${uri}","uri":"${uri}","type":${type}${tag(row)}}`;
    for (const [before, after] of links) text += before + uri + after;
    return text;
  };
  return joinParts([head, ...propertyParts(selection, wire), ...expanded]);
}

/** Compiles the V4 form: `@odata.etag`, `SAP__Messages`, arrays of what is expanded. */
export function compileWriterV4(
  context: WriterContext,
  set: EntitySet,
  selection: Selection,
  messages: readonly SapMessage[] = [],
): EntityWriter {
  const { service, store, wire } = context;
  const parts: Part[] = [];
  if (set.etag) {
    const etag = etagReader(store, set.etag, 4);
    parts.push((row) => `"@odata.etag":${quote(etag(row))}`);
  }
  parts.push(...propertyParts(selection, wire));
  if (service.hasMessages && selection.properties.length === set.properties.length) {
    const text = `"SAP__Messages":${sapMessagesV4(messages)}`;
    parts.push(() => text);
  }
  for (const expansion of selection.expanded) {
    const { name, isMany } = expansion.navigation;
    const related = relatedRows(store, expansion.navigation, expansion.set);
    const write = compileWriterV4(context, expansion.set, expansion.selection);
    if (!isMany) {
      parts.push((row) => {
        const [found] = related(row);
        return `"${name}":${found ? write(found) : 'null'}`;
      });
      continue;
    }
    parts.push((row) => {
      const matching = sortRows(filterRows(related(row), expansion.filter), expansion.orderBy);
      const count = expansion.wantsCount ? `"${name}@odata.count":${matching.length},` : '';
      return `${count}"${name}":[${cut(matching, expansion).map(write).join()}]`;
    });
  }
  return joinParts(parts);
}

const filterRows = (rows: readonly Row[], filter: Predicate | undefined): readonly Row[] =>
  filter ? rows.filter(filter) : rows;

const cut = (rows: readonly Row[], { skip, top }: RowQuery): readonly Row[] =>
  skip === 0 && top === undefined
    ? rows
    : rows.slice(skip, top === undefined ? undefined : skip + top);

export function compareByOrder(orderBy: readonly OrderItem[], left: Row, right: Row): number {
  for (const { property, isDescending } of orderBy) {
    const order = compareValues(left[property.field]!, right[property.field]!, property);
    if (order !== 0) return isDescending ? -order : order;
  }
  return 0;
}

// The sort is stable, so ties stay in order of the key.
const sortRows = (rows: readonly Row[], orderBy: readonly OrderItem[]): readonly Row[] =>
  orderBy.length === 0
    ? rows
    : [...rows].sort((left, right) => compareByOrder(orderBy, left, right));
