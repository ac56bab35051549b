import type { SandboxResponse } from '../../toolkit/sandbox-response.ts';
import type { RequestLimits } from '../access/request-limits.ts';
import { type Call, type DataRoute, findType, type Organization } from '../call.ts';
import { describeBasic, describeGlobal, describeObject } from '../schema/describe.ts';

const resources = ['sobjects', 'query', 'queryAll', 'limits', 'composite', 'jobs'] as const;

/** What the organisation has: objects, fields, limits. */
export function createDescribeRoutes(
  { schema }: Organization,
  options: { readonly limits: RequestLimits; readonly schemaChangedMs: () => number },
): readonly DataRoute[] {
  /** Answers 304 to a client that has the newest. */
  const ifChanged = (call: Call, body: () => unknown): SandboxResponse => {
    const changedMs = Math.floor(options.schemaChangedMs() / 1_000) * 1_000;
    const knownMs = Date.parse(call.request.headers['if-modified-since'] ?? '');
    if (knownMs >= changedMs) return { status: 304 };
    const headers = { 'last-modified': new Date(changedMs).toUTCString() };
    return { status: 200, headers, body: body() };
  };
  const limit = (maximum: number, remaining = maximum) => ({ Max: maximum, Remaining: remaining });

  return [
    {
      method: 'GET',
      path: '',
      operation: 'resources',
      handle: ({ basePath }) => ({
        status: 200,
        body: Object.fromEntries(resources.map((name) => [name, `${basePath}/${name}`])),
      }),
    },
    {
      method: 'GET',
      path: '/limits',
      operation: 'limits',
      handle: () => ({
        status: 200,
        body: {
          ConcurrentAsyncGetReportInstances: limit(200),
          DailyApiRequests: limit(options.limits.maximum, options.limits.remaining),
          DailyAsyncApexExecutions: limit(250_000),
          DailyBulkApiBatches: limit(15_000),
          DailyBulkV2QueryFileStorageMB: limit(976_562),
          DailyBulkV2QueryJobs: limit(10_000),
          DailyDeliveredPlatformEvents: limit(50_000),
          DailyStreamingApiEvents: limit(200_000),
          DataStorageMB: limit(1_024, 1_000),
          FileStorageMB: limit(1_024, 1_024),
          HourlyPublishedPlatformEvents: limit(50_000),
          MonthlyPlatformEventsUsageEntitlement: limit(0),
          PermissionSets: limit(1_500, 1_499),
          SingleEmail: limit(15),
        },
      }),
    },
    {
      method: 'GET',
      path: '/sobjects',
      operation: 'describeGlobal',
      handle: (call) => ifChanged(call, () => describeGlobal(schema, call.basePath)),
    },
    {
      method: 'GET',
      path: '/sobjects/:type',
      operation: 'describeBasic',
      handle: (call) => ({
        status: 200,
        body: describeBasic(findType(schema, call.params.type), call.basePath),
      }),
    },
    {
      method: 'GET',
      path: '/sobjects/:type/describe',
      operation: 'describe',
      handle(call) {
        const type = findType(schema, call.params.type);
        return ifChanged(call, () => describeObject(type, call.basePath));
      },
    },
  ];
}
