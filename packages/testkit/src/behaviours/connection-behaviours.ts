import type { ConnectionReport, IErpConnector } from '@common/connector-core';
import type { Behaviour } from '../behaviour.ts';
import { ensure } from '../conformance-failure.ts';
import { expectConnectorError, show } from '../expect-error.ts';
import { listKeys, listPages } from '../reading.ts';
import { deadUrl } from '../stage/foreign-server.ts';
import { findSecret } from '../stage/secret-forms.ts';
import { canList } from './applicability.ts';

function ensureReport(report: ConnectionReport, secrets: readonly string[]): void {
  ensure(report.checks.length > 0, 'The report names no check');
  ensure(
    report.ok === report.checks.every((check) => check.ok),
    'report.ok does not agree with its checks',
  );
  ensure(
    Number.isFinite(report.latencyMs) && report.latencyMs >= 0,
    `latencyMs is ${report.latencyMs}`,
  );
  for (const { name, message } of report.checks) {
    ensure(
      name !== '' && message !== '',
      `A check without name or message: ${show({ name, message })}`,
    );
  }
  ensure(findSecret(JSON.stringify(report), secrets) === undefined, 'The report shows a secret');
}

async function failedReport(connector: IErpConnector, secrets: readonly string[]): Promise<void> {
  let report: ConnectionReport;
  try {
    report = await connector.testConnection();
  } catch (error) {
    ensure(false, `testConnection must answer a report, but it threw ${show(error)}`);
  }
  ensureReport(report, secrets);
  ensure(!report.ok, 'The report says that all is well');
  const failed = report.checks.filter((check) => !check.ok);
  ensure(
    failed.every(({ message }) => message.trim().split(/\s+/).length >= 4),
    `The report must say in words what is wrong and what to do: ${show(failed)}`,
  );
}

export const connectionBehaviours: readonly Behaviour[] = [
  {
    id: 'connection/good',
    group: 'connection',
    name: 'reports a good connection',
    async run({ stage, harness }) {
      const report = await (await stage()).connector.testConnection();
      ensureReport(report, harness.secrets);
      ensure(report.ok, `The connection is good, but the report says ${show(report.checks)}`);
    },
  },
  {
    id: 'connection/bad-credentials',
    group: 'connection',
    name: 'reports bad credentials in words, without throwing',
    async run({ stage, harness }) {
      await failedReport((await stage({ credentials: 'bad' })).connector, harness.secrets);
    },
  },
  {
    id: 'connection/host-down',
    group: 'connection',
    name: 'reports a host that does not answer in words, without throwing',
    async run({ stage, harness }) {
      await failedReport((await stage({ baseUrl: await deadUrl() })).connector, harness.secrets);
    },
  },
  {
    id: 'connection/host-down-read',
    group: 'connection',
    name: 'fails a read from a host that does not answer as transient',
    appliesTo: canList,
    async run({ stage, entity }) {
      const { connector } = await stage({ baseUrl: await deadUrl() });
      await expectConnectorError(() => listPages(connector, entity), { category: ['transient'] });
    },
  },
  {
    id: 'connection/bad-credentials-read',
    group: 'connection',
    name: 'fails a read with bad credentials as authentication',
    appliesTo: canList,
    async run({ stage, entity }) {
      const { connector } = await stage({ credentials: 'bad' });
      await expectConnectorError(() => listPages(connector, entity), {
        category: ['authentication'],
      });
    },
  },
  {
    id: 'connection/connect-again',
    group: 'connection',
    name: 'may be connected twice',
    appliesTo: canList,
    async run({ stage, entity }) {
      const { connector } = await stage();
      await connector.connect();
      await connector.connect();
      await listKeys(connector, entity);
    },
  },
  {
    id: 'connection/disconnect-twice',
    group: 'connection',
    name: 'may be disconnected twice, and before it was connected',
    async run({ stage }) {
      const { connector, another } = { ...(await stage()) };
      await connector.disconnect();
      await connector.disconnect();
      const second = await another();
      await second.connect();
      await second.disconnect();
      await second.disconnect();
    },
  },
  {
    id: 'connection/after-disconnect',
    group: 'connection',
    name: 'connects again after a disconnect, or says clearly that it is closed',
    appliesTo: canList,
    async run({ stage, entity }) {
      const { connector } = await stage();
      await listKeys(connector, entity);
      await connector.disconnect();
      const outcome = await listKeys(connector, entity).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (outcome !== undefined) await expectConnectorError(() => Promise.reject(outcome));
    },
  },
  {
    id: 'connection/health',
    group: 'connection',
    name: 'tells its health without a request',
    appliesTo: ({ connector }) => (connector.health ? true : 'has no method "health"'),
    async run({ stage }) {
      const { connector, requests } = await stage();
      const health = connector.health?.();
      ensure(
        health?.status === 'healthy',
        `A connector without calls must be healthy, not ${show(health)}`,
      );
      ensure((await requests()) === 0, 'health sent a request');
    },
  },
];
