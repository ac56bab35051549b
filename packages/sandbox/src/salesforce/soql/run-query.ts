import type { Database } from '../data/database.ts';
import type { Row, Value } from '../schema/object-definition.ts';
import type { ObjectType, Schema } from '../schema/schema.ts';
import { comparable, compareValues, compileFilter, findCandidates } from './compile-filter.ts';
import { compileSelect } from './compile-select.ts';
import { parseSoql } from './parse-soql.ts';
import type { QueryLocators, QueryResult } from './query-locators.ts';
import { bindPath, type QueryScope } from './resolve-path.ts';
import { soqlError } from './soql-error.ts';
import type { SelectItem, SoqlQuery } from './soql-query.ts';

export interface QueryOptions {
  readonly schema: Schema;
  readonly database: Database;
  /** Keeps what a child query finds beyond one page. */
  readonly locators: QueryLocators;
  readonly basePath: string;
  readonly pageSize: number;
  /** Whether a deleted record is in the recycle bin still, so that queryAll shows it. */
  readonly isInRecycleBin: (row: Row) => boolean;
  readonly includeDeleted: boolean;
}

/** What a query gives: records, a number, or one row of numbers. */
export type QueryOutcome =
  | (QueryResult & {
      readonly kind: 'records';
      readonly type: ObjectType;
      readonly query: SoqlQuery;
    })
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'aggregate'; readonly values: Readonly<Record<string, number>> };

function orderRows(scope: QueryScope, type: ObjectType, query: SoqlQuery, rows: Row[]): Row[] {
  if (query.orderBy.length === 0) return rows;
  const orderings = query.orderBy.map(({ path, isDescending, nulls }) => {
    const { field, valueIn } = bindPath(scope, type, path);
    if (field.type === 'address' || (field.type === 'textarea' && field.length > 255)) {
      throw soqlError({
        errorCode: 'INVALID_FIELD',
        message: `field '${field.name}' can not be sorted in a query call`,
        soql: scope.soql,
        at: path.at,
      });
    }
    return { field, valueIn, direction: isDescending ? -1 : 1, nulls: nulls === 'first' ? -1 : 1 };
  });
  const keyed = rows.map((row) => ({
    row,
    keys: orderings.map(({ field, valueIn }) => comparable(field, valueIn(row))),
  }));
  keyed.sort((left, right) => {
    for (const [index, { field, direction, nulls }] of orderings.entries()) {
      const [one, other] = [left.keys[index]!, right.keys[index]!];
      if (one === other) continue;
      if (one === null) return nulls;
      if (other === null) return -nulls;
      const order = compareValues(field, one, other);
      if (order !== 0) return order * direction;
    }
    return 0;
  });
  return keyed.map(({ row }) => row);
}

/** Answers a query. @throws SalesforceError MALFORMED_QUERY, INVALID_FIELD, INVALID_TYPE */
export function runQuery(soql: string, options: QueryOptions): QueryOutcome {
  const { schema, database, includeDeleted, isInRecycleBin } = options;
  const scope: QueryScope = { schema, database, soql };
  const fail = (errorCode: string, message: string, at: number) =>
    soqlError({ errorCode, message, soql, at });

  const typeOf = (query: SoqlQuery): ObjectType => {
    const type = schema.object(query.from);
    if (type) return type;
    throw fail(
      'INVALID_TYPE',
      `sObject type '${query.from}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.`,
      query.fromAt,
    );
  };
  const isVisible = (row: Row): boolean =>
    row.IsDeleted !== true || (includeDeleted && isInRecycleBin(row));

  const selectRows = (type: ObjectType, query: SoqlQuery, source: Iterable<Row>): Row[] => {
    const fits = compileFilter(scope, type, query.where, runSubquery);
    const found: Row[] = [];
    for (const row of source) if (isVisible(row) && fits(row)) found.push(row);
    const ordered = orderRows(scope, type, query, found);
    const from = query.offset ?? 0;
    return ordered.slice(from, query.limit === undefined ? undefined : from + query.limit);
  };
  const allRows = (type: ObjectType, query: SoqlQuery): Row[] => {
    // An index does not know deleted records.
    const candidates = includeDeleted ? undefined : findCandidates(scope, type, query.where);
    return selectRows(type, query, candidates ?? database.table(type).rows());
  };

  function runSubquery(query: SoqlQuery): ReadonlySet<Value> {
    const type = typeOf(query);
    const [item] = query.select;
    if (item?.kind !== 'path' || query.select.length !== 1) {
      throw fail('MALFORMED_QUERY', 'a semi join selects exactly one field', query.fromAt);
    }
    const { field, valueIn } = bindPath(scope, type, item.path);
    return new Set(allRows(type, query).map((row) => comparable(field, valueIn(row))));
  }

  const childResult = (query: SoqlQuery, parent: ObjectType) => {
    const child = parent.child(query.from);
    const type = child && schema.object(child.objectName);
    if (!child || !type) {
      throw fail(
        'INVALID_TYPE',
        `Didn't understand relationship '${query.from}' in FROM part of query call. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.`,
        query.fromAt,
      );
    }
    const show = compileSelect(scope, type, query, { basePath: options.basePath, childResult });
    return {
      name: child.name!,
      of(row: Row): unknown {
        const rows = selectRows(type, query, database.table(type).find(child.field, row.Id));
        if (rows.length === 0) return null;
        return options.locators.firstPage({ rows, show }, options.pageSize, options.basePath);
      },
    };
  };

  const query = parseSoql(soql);
  const type = typeOf(query);
  const counts = query.select.filter(
    (item): item is Extract<SelectItem, { kind: 'count' }> => item.kind === 'count',
  );
  if (counts.length > 0) {
    if (
      counts.length < query.select.length ||
      (counts.some(({ path }) => !path) && counts.length > 1)
    ) {
      throw fail('MALFORMED_QUERY', 'Grouped query with fields is not supported by the sandbox', 0);
    }
    const rows = allRows(type, query);
    if (!counts[0]!.path) return { kind: 'count', count: rows.length };
    const values = counts.map(({ path, alias }, index) => {
      const { valueIn } = bindPath(scope, type, path!);
      return [alias ?? `expr${index}`, rows.filter((row) => valueIn(row) !== null).length] as const;
    });
    return { kind: 'aggregate', values: Object.fromEntries(values) };
  }
  const show = compileSelect(scope, type, query, { basePath: options.basePath, childResult });
  return { kind: 'records', type, query, rows: allRows(type, query), show };
}
