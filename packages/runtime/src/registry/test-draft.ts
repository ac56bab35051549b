import { type CallOptions, type ConnectionReport, ConnectorError } from '@common/connector-core';
import type { Connection } from './connection.ts';
import type { ConnectionDraft } from './connection-drafts.ts';
import type { RegistryContext } from './registry-context.ts';

/** What a draft would be as a connection. */
export function previewOf(
  { state }: ConnectionDraft,
  {
    tenant,
    id,
    before,
  }: {
    readonly tenant: string;
    readonly id: string;
    readonly before?: { readonly connection: Connection } | undefined;
  },
): Connection {
  const { code, name, type, environment, active, settings, authMethod, url } = state;
  return {
    ...{ createdBy: '', createdAt: 0, updatedBy: '', updatedAt: 0, version: 0 },
    ...{ lastSyncAt: undefined, removedAt: undefined },
    ...before?.connection,
    ...{ tenant, id, code, name, type, environment, active, settings, authMethod },
    url: url ?? undefined,
  };
}

/**
 * Asks the vendor whether a draft would work. Its token goes where it belongs, for a sign-in may use up
 * what it was given.
 *
 * @throws ConnectorError `ERR_CONNECTION_TEST_FAILED` with what the checks say
 */
export async function testDraft(
  context: RegistryContext,
  plan: Parameters<typeof previewOf>[1] & { readonly after: ConnectionDraft },
  call: CallOptions,
): Promise<void> {
  const { state, credentials } = plan.after;
  const factory = context.types.of(state.type);
  const connection = previewOf(plan.after, plan);
  const connector = context.makeConnector(factory, { connection, credentials, token: state.token });
  let report: ConnectionReport;
  try {
    report = await connector.testConnection(call);
  } finally {
    await connector.disconnect().catch(() => undefined);
  }
  if (report.ok) return;
  const failed = report.checks.filter(({ ok }) => !ok);
  throw new ConnectorError({
    code: 'ERR_CONNECTION_TEST_FAILED',
    category: 'configuration',
    system: state.type,
    message: `The connection ${state.code} was not stored, for its test failed. ${failed.map(({ name, message }) => `${name}: ${message}`).join('; ')}`,
  });
}
