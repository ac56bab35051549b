import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { combineObservers, type PipelineOptions } from '@common/connector-core';
import { type AuditTrail, createAuditTrail } from '@common/connector-core/audit';
import { openTelemetry } from '@common/connector-core/telemetry';
import {
  createVault,
  environmentKeys,
  type Vault,
  vaultTokenStore,
} from '@common/connector-core/vault';
import {
  type SqlStore,
  sqlAuditSink,
  sqliteStore,
  sqlSecretStore,
} from '@common/connector-runtime';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import {
  type Artefacts,
  addArtefact,
  bytesOf,
  facesOf,
  loggerInto,
  observerInto,
  printed,
} from './artefacts.ts';
import { type Canaries, createCanaries } from './canaries.ts';

/** What scenarios work with: everything on, everything kept. */
export interface Stage {
  readonly canaries: Canaries;
  /** What the records tell about people. */
  readonly people: Canaries;
  readonly artefacts: Artefacts;
  readonly store: SqlStore;
  readonly vault: Vault;
  readonly trail: AuditTrail;
  /** For every connector and client. */
  readonly pipeline: PipelineOptions;
  /** State of the library: no record of a business may be there. */
  readonly stateFolder: string;
  /** What a target wrote: it holds records, but no secret. */
  readonly targetFolder: string;
  /** Keeps what an object shows of itself. */
  show(kind: string, ...values: readonly unknown[]): void;
  /** The work has to fail; its error is kept. */
  fails(what: string, work: () => unknown): Promise<void>;
  /** Reads what the files, the audit and the telemetry hold at the end. */
  collect(): Promise<void>;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const canaries = createCanaries();
  const people = createCanaries();
  const artefacts: Artefacts = new Map();
  const folder = mkdtempSync(join(tmpdir(), 'canary-'));
  const stateFolder = mkdtempSync(join(folder, 'state-'));
  const targetFolder = mkdtempSync(join(folder, 'target-'));
  const store = sqliteStore({ path: join(stateFolder, 'state.db') });
  const vaultKey = Buffer.from(crypto.randomUUID().replaceAll('-', '')).toString('base64');
  canaries.note('vault key', vaultKey);
  const keys = environmentKeys({ environment: { COMMON_VAULT_KEY: `2026:${vaultKey}` } });
  const vault = createVault({ secrets: sqlSecretStore({ store }), keys });
  const auditKey = canaries.make('audit key');
  const trail = createAuditTrail({ sink: sqlAuditSink({ store }), key: auditKey });

  const spans = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(spans)],
  });
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const telemetry = await openTelemetry({ tracerProvider, meterProvider, tenant: true });

  const pipeline: PipelineOptions = {
    tenant: 'acme',
    logger: loggerInto(artefacts),
    observer: combineObservers(telemetry, observerInto(artefacts)),
    tokens: vaultTokenStore({ vault, tenant: 'acme' }),
    retry: { maxAttempts: 2, baseDelayMs: 1 },
    random: () => 0,
  };
  const show = (kind: string, ...values: readonly unknown[]): void =>
    addArtefact(artefacts, kind, ...values.map(printed));

  return {
    ...{
      canaries,
      people,
      artefacts,
      store,
      vault,
      trail,
      pipeline,
      stateFolder,
      targetFolder,
      show,
    },
    async fails(what, work) {
      let error: unknown;
      try {
        await work();
      } catch (thrown) {
        error = thrown;
      }
      if (error === undefined) throw new Error(`It did not fail: ${what}`);
      addArtefact(artefacts, 'errors', `${what}\n${facesOf(error)}`);
    },
    async collect() {
      show('vault', vault, vault.forTenant('acme'), keys, trail, pipeline.tokens);
      for await (const record of sqlAuditSink({ store }).read({})) show('audit', record);
      for (const span of spans.getFinishedSpans()) {
        const { name, attributes, events, status, resource } = span;
        show('spans', { name, attributes, events, status, resource: resource.attributes });
      }
      show('metrics', (await reader.collect()).resourceMetrics.scopeMetrics);
      addArtefact(artefacts, 'state files', bytesOf(stateFolder));
      addArtefact(artefacts, 'target files', bytesOf(targetFolder));
    },
    async close() {
      await vault.close();
      await store.close();
      await Promise.all([meterProvider.shutdown(), tracerProvider.shutdown()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
