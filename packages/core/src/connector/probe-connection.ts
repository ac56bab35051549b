import type { ConnectionReport } from '../contract/connection-report.ts';
import { testConnectionInSteps } from './test-connection-in-steps.ts';

/**
 * `testConnection` in one call: sends the cheapest request that needs the credentials and says in words
 * how far it came. For more than one request there is `testConnectionInSteps`.
 *
 * @throws ConnectorError `ERR_ABORTED` when the caller gave up
 */
export async function probeConnection(probe: {
  readonly send: () => Promise<unknown>;
  /** Said when all is well, for example `ACME answers and accepts the API key.` */
  readonly message: string;
  /** Milliseconds, from wherever. @default performance.now */
  readonly now?: (() => number) | undefined;
}): Promise<ConnectionReport> {
  const { send, message, now } = probe;
  const report = await testConnectionInSteps({
    steps: { credentials: { passed: message } },
    probes: [{ step: 'service', send }],
    now,
  });
  return { ...report, checks: report.checks.filter(({ ok }) => ok === report.ok) };
}
