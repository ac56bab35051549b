import type { Sync, SyncCounts } from '@common/connector-sync';
import type { Journal } from './journal.ts';
import type { Progress } from './progress.ts';

/** Runs a flow as one step of the job, unless an earlier process has finished the step. */
export async function runStep(input: {
  readonly name: string;
  readonly sync: Sync;
  readonly mode: 'full' | 'incremental';
  readonly journal: Journal;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { name, sync, mode, journal, progress, signal } = input;
  if (journal.steps.some(({ report }) => report.name === name)) return;
  await sync.run({ mode, signal });

  // What interrupted processes did counts too: all runs of the flow that belong to no earlier step.
  const earlier = journal.steps
    .filter(({ flow }) => flow === sync.id)
    .flatMap(({ runIds }) => runIds);
  const runs = (await sync.runs(1000)).filter(({ runId }) => !earlier.includes(runId));
  const sum = (count: keyof SyncCounts) =>
    runs.reduce((total, { counts }) => total + counts[count], 0);
  const report = {
    name,
    read: sum('read'),
    inserted: sum('inserted'),
    updated: sum('updated'),
    unchanged: sum('unchanged'),
    deleted: sum('deleted'),
    failed: sum('failed'),
    retried: sum('retried'),
    seconds: runs.reduce((total, run) => total + run.updatedAt - run.startedAt, 0) / 1000,
  };
  journal.finish({ report, flow: sync.id, runIds: runs.map(({ runId }) => runId) });
  const { read, inserted, updated, unchanged, failed } = report;
  progress.finish(
    name,
    `${read} read, ${inserted} inserted, ${updated} updated, ${unchanged} unchanged, ${failed} failed`,
  );
}
