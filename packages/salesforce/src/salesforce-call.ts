import { type CallOptions, type JsonValue, operationOf, parseInput } from '@common/connector-core';
import { z } from 'zod';
import type { SalesforceSession } from './salesforce-session.ts';
import { bindSoql } from './soql/bind-soql.ts';

const apiName = z
  .string()
  .regex(/^[A-Za-z]\w{0,79}$/, 'must be an API name, for example "Account"');
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const query = z.strictObject({
  soql: z.string().min(1),
  /** Values of `:names` in the query. */
  bind: z.record(z.string(), z.union([scalar, z.array(scalar)])).default({}),
});
const anything = z.record(z.string(), z.json());
const nothing = z.strictObject({}).optional();

const apexRoot = '/services/apexrest';
/** As the address will be read: `%2e%2e` is `..` too. */
const staysInApex = (path: string): boolean =>
  new URL(apexRoot + path, 'https://org.invalid').pathname.startsWith(`${apexRoot}/`);

const operation = <Schema extends z.ZodType>(
  schema: Schema,
  run: (input: z.output<Schema>, session: SalesforceSession, call: CallOptions) => Promise<unknown>,
) => ({ schema, run });

const readAll =
  (all: boolean) =>
  async (
    { soql, bind }: z.output<typeof query>,
    session: SalesforceSession,
    call: CallOptions,
  ): Promise<unknown> => {
    const records: unknown[] = [];
    for await (const page of session.query(bindSoql(soql, bind), { ...call, all })) {
      records.push(...page.records);
    }
    return { totalSize: records.length, records };
  };

const post =
  (path: string, readOnly = false) =>
  async (json: unknown, session: SalesforceSession, call: CallOptions): Promise<unknown> =>
    (
      await session.request({ ...call, method: 'POST', path, json, readOnly, operation: path })
    ).json();

/** Operations of `call`, with what they take. */
const operations = {
  /** `{ soql, bind }`: every record, to the last page. */
  query: operation(query, readAll(false)),
  /** The same with records that are deleted or archived. */
  queryAll: operation(query, readAll(true)),
  /** A parameterized search: `{ q, sobjects, fields, … }`. What is searched for is data. */
  search: operation(anything, post('/parameterizedSearch', true)),
  /** What is left of the org's limits. */
  limits: operation(nothing, async (_, session, call) => get(session, '/limits', call)),
  /** The objects of the org. */
  describeGlobal: operation(nothing, async (_, session, call) => get(session, '/sobjects', call)),
  /** Up to 25 requests, one after the other; `{ allOrNone, compositeRequest }`. */
  composite: operation(anything, post('/composite')),
  /** Up to 25 independent requests; `{ haltOnError, batchRequests }`. */
  compositeBatch: operation(anything, post('/composite/batch')),
  /** Transactions of up to 500 steps; `{ graphs }`. */
  graph: operation(anything, post('/composite/graph')),
  /** Nested records of one object; `{ object, records }`. */
  tree: operation(
    z.strictObject({ object: apiName, records: z.array(anything) }),
    ({ object, records }, session, call) =>
      post(`/composite/tree/${object}`)({ records }, session, call),
  ),
  /** One record by the value of an external id field. */
  recordByExternalId: operation(
    z.strictObject({ object: apiName, field: apiName, value: z.string().min(1) }),
    ({ object, field, value }, session, call) =>
      get(session, `/sobjects/${object}/${field}/${encodeURIComponent(value)}`, call),
  ),
  /** A REST service of the org in Apex: `{ method, path, body }`. */
  apex: operation(
    z.strictObject({
      method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
      path: z
        .string()
        .regex(/^\/[^\s#\\]*$/, 'must begin with /, and have no blank, # or backslash')
        .refine(staysInApex, 'must have no ..'),
      body: z.json().optional(),
    }),
    async ({ method, path, body }, session, call) => {
      const answer = await session.request({
        ...call,
        method,
        path: apexRoot + path,
        operation: 'apex',
        ...(body === undefined ? {} : { json: body }),
      });
      return answer.bytes.length === 0 ? null : answer.json();
    },
  ),
} as const;

/** Names that `call` accepts. */
export const salesforceOperations: readonly string[] = Object.keys(operations);

/**
 * Runs an operation.
 *
 * @throws ConnectorError `ERR_UNSUPPORTED_OPERATION` for another name, `ERR_VALIDATION` for input that it
 *   does not take
 */
export async function callSalesforce(
  session: SalesforceSession,
  name: string,
  input: JsonValue | undefined,
  call: CallOptions,
): Promise<JsonValue> {
  const about = { system: 'salesforce', operation: name };
  const { schema, run } = operationOf<(typeof operations)[keyof typeof operations]>(
    operations,
    about,
  );
  const checked = parseInput(schema as z.ZodType, input, about);
  return (await run(checked as never, session, call)) as JsonValue;
}

async function get(session: SalesforceSession, path: string, call: CallOptions): Promise<unknown> {
  return (await session.request({ ...call, method: 'GET', path, operation: path })).json();
}
