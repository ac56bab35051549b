/**
 * Jobs, schedules and the runs of flows: in the process, or on pg-boss.
 *
 * ```ts
 * import { openStore } from '@common/connector-runtime';
 * import { createFlowRunner, sqlJobEngine } from '@common/connector-runtime/jobs';
 * import { createSync } from '@common/connector-sync';
 *
 * const store = openStore({ url: 'state.db' });
 * const runner = createFlowRunner({
 *   store,
 *   engine: sqlJobEngine({ store }),
 *   flows: { catalogue: ({ tenant }) => createSync({ id: 'catalogue', tenant, ...sides(tenant), store }) },
 * });
 * await runner.schedule({
 *   tenant: 'acme', connection: 'sap', flow: 'catalogue',
 *   cron: '0 6 * * 1-5', timeZone: 'Europe/Berlin',
 * });
 * runner.start();
 * ```
 *
 * @module
 */
export type { FlowRef, FlowRun, FlowRunStatus } from '../schedules/flow-run.ts';
export {
  createFlowRunner,
  type FlowFactory,
  type FlowRetry,
  type FlowRunner,
  type FlowRunnerOptions,
  type FlowSchedule,
  type Runnable,
} from '../schedules/flow-runner.ts';
export type {
  JobSchedules,
  Schedule,
  ScheduledData,
  ScheduleKey,
  ScheduleRequest,
} from '../schedules/job-schedules.ts';
export type { MissedRuns } from '../schedules/missed-runs.ts';
export type {
  Job,
  JobContext,
  JobEngine,
  JobHandler,
  JobRequest,
  JobWorker,
  WorkOptions,
} from './job-engine.ts';
export {
  type JobEngineConformanceOptions,
  type JobEngineUnderTest,
  jobEngineConformance,
} from './job-engine-conformance.ts';
export { type PgBossEngine, type PgBossEngineOptions, pgBossEngine } from './pg-boss-engine.ts';
export type { PgBossDatabase, PgBossJob, PgBossLike } from './pg-boss-library.ts';
export { type SqlJobEngineOptions, sqlJobEngine } from './sql-job-engine.ts';
