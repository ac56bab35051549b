import {
  type CallOptions,
  type ConnectionCheck,
  type ConnectionReport,
  ConnectorError,
  testConnectionInSteps,
} from '@common/connector-core';
import type { SalesforceEntity } from './salesforce-entity.ts';
import type { SalesforceSession } from './salesforce-session.ts';

/** Signs in, asks for the limits, and looks at each object that an entity needs. */
export async function testSalesforceConnection(input: {
  readonly session: SalesforceSession;
  readonly entities: ReadonlyMap<string, SalesforceEntity>;
  readonly call: CallOptions;
}): Promise<ConnectionReport> {
  const { session, entities, call } = input;
  const { http, now } = session;
  const request = { ...call, method: 'GET', path: '/limits', operation: 'testConnection' } as const;
  let system = '';
  const report = await testConnectionInSteps({
    service: {
      baseUrl: http.baseUrl,
      name: 'the API of Salesforce',
      setting: 'loginUrl and instanceUrl',
    },
    steps: {
      credentials: {
        passed: 'Salesforce accepts the sign-in.',
        failed: ({ message }) => `No session of Salesforce. ${message}`,
      },
      version: {
        passed: `The org has version ${session.apiVersion} of the API.`,
        failed: ({ httpStatus, message }) =>
          httpStatus === 404
            ? `Salesforce does not know this version of the API. Check apiVersion, and that instanceUrl is the address of an org. ${message}`
            : message,
      },
      permission: {
        passed: 'The user may use the API.',
        failed: ({ message }) => `The user may sign in but not use the API. ${message}`,
      },
    },
    probes: [
      {
        step: 'version',
        async send() {
          const answer = await session.request(request);
          answer.json();
          system = new URL(answer.url).host;
        },
      },
    ],
    now,
  });
  if (!report.ok) return report;
  session.forgetDescriptions();
  const objects: ConnectionCheck[] = [];
  for (const entity of entities.values()) objects.push(await lookAt(session, entity, call));
  const ok = objects.every((object) => object.ok);
  return { ...report, ok, checks: [...report.checks, ...objects], system };
}

/** Whether the org has what an entity needs. */
async function lookAt(
  session: SalesforceSession,
  entity: SalesforceEntity,
  call: CallOptions,
): Promise<ConnectionCheck> {
  const { name, object, lines, externalIdField } = entity;
  try {
    const description = await session.describe(object, call);
    if (lines !== undefined) await session.describe(lines.object, call);
    const field =
      externalIdField === undefined ? undefined : description.fields.get(externalIdField);
    const problem = !description.queryable
      ? `The user may not read ${object}. Give it the permission.`
      : externalIdField === undefined
        ? undefined
        : field === undefined
          ? `${object} has no field ${externalIdField}, or the user may not see it. Make one (Text, External ID, Unique) and give the user access; or set externalIdFields: { ${name}: 'none' }, then a write whose answer is lost stays unknown.`
          : field.externalId !== true
            ? `${externalIdField} of ${object} is no external id. Tick "External ID" and "Unique" in its definition.`
            : undefined;
    if (problem !== undefined) return { name, ok: false, message: problem };
    const isUnique = field === undefined || field.unique === true;
    const message = isUnique
      ? `${object} is there.`
      : `${object} is there. Make ${externalIdField} unique: two writes at the same moment could make two records.`;
    return { name, ok: true, message };
  } catch (error) {
    if (!ConnectorError.isInstance(error) || error.code === 'ERR_ABORTED') throw error;
    return { name, ok: false, message: error.message };
  }
}
