import type { SandboxResponse } from '../../toolkit/sandbox-response.ts';
import type { Call, DataRoute, Organization } from '../call.ts';
import { badRequest } from '../salesforce-error.ts';
import type { Row } from '../schema/object-definition.ts';
import { runQuery } from '../soql/run-query.ts';

const longestQuery = 100_000;

/** SOQL queries and their pages. */
export function createQueryRoutes(
  organization: Organization,
  isInRecycleBin: (row: Row) => boolean,
): readonly DataRoute[] {
  const { locators } = organization;

  const query = (call: Call, includeDeleted: boolean): SandboxResponse => {
    const soql = call.query.get('q');
    if (soql === null || soql.length > longestQuery) {
      throw badRequest(
        'MALFORMED_QUERY',
        soql === null ? 'A query must be given in the parameter q' : 'SOQL statement is too long',
      );
    }
    const { basePath, pageSize } = call;
    const options = { ...organization, basePath, pageSize, includeDeleted, isInRecycleBin };
    const outcome = runQuery(soql, options);
    switch (outcome.kind) {
      case 'count':
        return { status: 200, body: { totalSize: outcome.count, done: true, records: [] } };
      case 'aggregate': {
        const records = [{ attributes: { type: 'AggregateResult' }, ...outcome.values }];
        return { status: 200, body: { totalSize: 1, done: true, records } };
      }
      case 'records':
        return { status: 200, body: locators.firstPage(outcome, pageSize, basePath) };
    }
  };
  const queryMore = (call: Call): SandboxResponse => ({
    status: 200,
    body: locators.nextPage(call.params.locator ?? '', call.pageSize, call.basePath),
  });

  return [
    { method: 'GET', path: '/query', operation: 'query', handle: (call) => query(call, false) },
    {
      method: 'GET',
      path: '/queryAll',
      operation: 'queryAll',
      handle: (call) => query(call, true),
    },
    { method: 'GET', path: '/query/:locator', operation: 'queryMore', handle: queryMore },
    { method: 'GET', path: '/queryAll/:locator', operation: 'queryMore', handle: queryMore },
  ];
}
