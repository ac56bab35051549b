import { mkdirSync } from 'node:fs';
import type { Sync } from '@common/connector-sync';
import { openFlows } from './flows.ts';
import { createProgress } from './progress.ts';
import type { RealSystems, Settings } from './settings.ts';

/** The same flows against real systems: a dry run unless `--apply` was given. */
export async function runOnSystems(
  settings: Settings,
  systems: RealSystems,
  signal: AbortSignal,
): Promise<number> {
  const folder = '.quickstart-live';
  mkdirSync(folder, { recursive: true });
  const progress = createProgress(process.stderr);
  const dryRun = !settings.apply;
  let current = '';
  let read = 0;
  let written = 0;
  const show = () => progress.update(current, { read, written, expected: undefined });
  const flows = await openFlows({
    systems,
    dryRun,
    folder,
    onProgress(counts) {
      read = counts.read;
      show();
    },
    onWritten(count) {
      written += count;
      show();
    },
  });
  const reports: object[] = [];
  const openLetters = new Map<string, number>();
  const step = async (name: string, sync: Sync) => {
    [current, read, written] = [name, 0, 0];
    show();
    const report = await sync.run({ mode: 'incremental', signal });
    // Whose cause was mended since the last time, gets through now.
    if (!dryRun) await sync.deadLetters.replay({ status: 'open' }, { signal });
    const letters = await sync.deadLetters.list({ status: 'open', limit: 1000 });
    reports.push({ name, ...report });
    openLetters.set(sync.id, letters.length);
    progress.finish(
      name,
      `${report.read} read, ${report.inserted} ${dryRun ? 'to insert' : 'inserted'}, ${report.updated} ${dryRun ? 'to update' : 'updated'}, ${report.unchanged} unchanged, ${report.failed} failed`,
    );
    for (const { key, error } of letters.slice(0, 5)) progress.note(`  ${key}: ${error.message}`);
    if (letters.length > 5) progress.note(`  … and ${letters.length - 5} more`);
  };
  try {
    for (const [name, connector] of [
      ['SAP', flows.erp],
      ['Common', flows.hub],
    ] as const) {
      const { ok, checks } = await connector.testConnection({ signal });
      if (ok) continue;
      for (const { ok: passed, message } of checks)
        if (!passed) console.error(`${name}: ${message}`);
      return 1;
    }
    if (dryRun) {
      progress.note('Dry run: nothing is written to SAP or Common. Write with --apply.');
    }
    await step('1 catalogue', flows.catalogue);
    const orders = await flows.orders();
    // Both directions share an identity map: the one that was interrupted has to find out first what it wrote.
    const [latest] = await orders.toSap.runs(1);
    if (latest !== undefined && latest.status !== 'done') {
      await step('Common orders to SAP, going on', orders.toSap);
    }
    await step('2 SAP orders to Common', orders.toCommon);
    await step('3 Common orders to SAP', orders.toSap);
    await step('4 approved amendments to SAP', orders.amendments);
    if (settings.json) console.log(JSON.stringify({ dryRun, flows: reports }));
    const open = [...openLetters.values()].reduce((sum, count) => sum + count, 0);
    if (open > 0) {
      const remark = dryRun
        ? 'Amendments of orders that a real run would bring over first may be among them.'
        : 'Mend what is named above and run again: they are tried again.';
      console.error(`${open} records could not be synced. ${remark}`);
    }
    return open === 0 ? 0 : 1;
  } finally {
    await flows.close();
  }
}
