import {
  type CallOptions,
  type Clock,
  type ConnectionReport,
  ConnectorError,
  testConnectionInSteps,
} from '@common/connector-core';
import { statementOf } from './quickbooks-query.ts';
import type { QuickbooksServices } from './quickbooks-services.ts';
import type { QuickbooksSession } from './quickbooks-session.ts';
import { baseUrlOf } from './quickbooks-settings.ts';
import { isRow } from './row/merge-row.ts';

/** Signs in, reads the company, looks whether accounting may be read; says in words what is wrong. */
export async function testQuickbooksConnection(
  context: {
    readonly session: QuickbooksSession;
    readonly services: QuickbooksServices;
    readonly clock: Clock;
  },
  call: CallOptions,
): Promise<ConnectionReport> {
  const { session, services, clock } = context;
  const { realmId, environment } = services.settings;
  const info = { ...call, operation: 'testConnection', path: `companyinfo/${realmId}` };
  const statement = statementOf({ resource: 'Customer', count: true });
  let system = `QuickBooks Online, company ${realmId}`;
  const report = await testConnectionInSteps({
    service: {
      baseUrl: baseUrlOf(services.settings),
      name: 'the API of QuickBooks',
      setting: 'baseUrl',
    },
    steps: {
      credentials: { passed: 'The sign-in is accepted.' },
      company: { passed: `The company is ${realmId} (${environment}).` },
      permission: { passed: 'Records can be read.' },
    },
    // What QuickBooks forbids or refuses is the company first, then accounting.
    stepOf: ({ category }, probed) =>
      category === 'permission' || category === 'validation' ? probed : undefined,
    probes: [
      { step: 'settings', send: () => assertRealm(services, call) },
      {
        step: 'company',
        async send() {
          const { body } = await session.send(info);
          const { CompanyInfo: company } = body;
          const country = isRow(company) ? company.Country : undefined;
          if (typeof country === 'string') system = `${system} (${country})`;
        },
      },
      { step: 'permission', send: () => session.query({ resource: 'Customer', statement }, call) },
    ],
    now: () => clock.now(),
  });
  return { ...report, system };
}

/** The sign-in told which company was chosen: another realmId can be named, not only suspected. */
async function assertRealm(
  { settings, auth, pipeline }: QuickbooksServices,
  call: CallOptions,
): Promise<void> {
  if (auth.expiry === undefined) return;
  const stored = await pipeline.tokens.read(pipeline.connection, { signal: call.signal });
  const chosen = stored?.token.extra?.realmId;
  if (chosen === undefined || chosen === settings.realmId) return;
  throw new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: `The sign-in was made for company ${chosen}, the setting realmId is ${settings.realmId}. Correct realmId, or connect the other company.`,
    system: 'quickbooks',
    notExecuted: true,
  });
}
