import type { Records } from '../company/records.ts';
import type { JsonObject } from '../model/json-object.ts';
import { parseQuery, type Query } from './parse-query.ts';
import { type QueryResult, runQuery } from './run-query.ts';

/** Answers statements as `QueryResponse`. */
export interface QueryRunner {
  run(records: Records, statement: string): JsonObject;
}

/** Results that are kept while nothing changes, so that paging does not sort anew for each page. */
const keptResults = 8;

function project(record: JsonObject, fields: readonly string[]): JsonObject {
  const projected: Record<string, unknown> = {};
  for (const name of Object.keys(record)) {
    const wanted = name.toLowerCase();
    if (fields.some((field) => field.toLowerCase().split('.')[0] === wanted)) {
      projected[name] = record[name];
    }
  }
  return { ...projected, domain: 'QBO', sparse: true, Id: record.Id };
}

export function createQueryRunner(): QueryRunner {
  const kept = new Map<string, { readonly version: number; readonly result: QueryResult }>();

  const resultOf = ({ company }: Records, query: Query): QueryResult => {
    const { startPosition: _, maxResults: __, ...rest } = query;
    const key = `${company.realmId} ${JSON.stringify(rest)}`;
    const known = kept.get(key);
    if (known?.version === company.version) return known.result;
    const result = runQuery(company, query);
    kept.delete(key);
    kept.set(key, { version: company.version, result });
    if (kept.size > keptResults) kept.delete(kept.keys().next().value!);
    return result;
  };

  return {
    run(records, statement) {
      const query = parseQuery(statement);
      const { definition, rows } = resultOf(records, query);
      if (query.isCount) return { totalCount: rows.length };
      const { startPosition, maxResults, fields } = query;
      const page = rows.slice(startPosition - 1, startPosition - 1 + maxResults);
      // No key at all when nothing fits.
      if (page.length === 0) return {};
      const shown = page.map((row) => records.render(row));
      return {
        [definition.name]: fields ? shown.map((record) => project(record, fields)) : shown,
        startPosition,
        maxResults: page.length,
      };
    },
  };
}
