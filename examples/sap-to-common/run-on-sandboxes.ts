import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { Product } from '@common/connector-core';
import type { Sync } from '@common/connector-sync';
import { type Flows, type OrderFlows, openFlows } from './flows.ts';
import { type Journal, openJournal } from './journal.ts';
import { createProgress, type Progress } from './progress.ts';
import { proveCatalogue, proveOrders } from './proof.ts';
import { reconcileCatalogue, reconcileOrders } from './reconcile.ts';
import { formatReport, isClean, type Report } from './report.ts';
import { runStep } from './run-step.ts';
import type { Settings } from './settings.ts';
import { takeOver } from './take-over.ts';
import { openWorld, sandboxSystems, type World } from './world.ts';

const folder = '.quickstart';

/** The whole job against sandboxes, with people at work on both sides, and the proof. */
export async function runOnSandboxes(settings: Settings, signal: AbortSignal): Promise<number> {
  const { seed, records, faults, json, fresh } = settings;
  const options = { seed, records, faults };
  const progress = createProgress(process.stderr);
  mkdirSync(folder, { recursive: true });
  const letGo = await takeOver(folder);
  const journal = openJournal(folder, options);
  if (journal.isDamaged) {
    progress.note(`${folder}/run.json cannot be read, so that this run starts from the beginning.`);
  }
  const world = await openWorld({
    ...options,
    folder,
    fresh: fresh || journal.isDamaged,
    forget: () => forget(journal),
  });
  progress.note(
    world.resumed
      ? `Going on with an interrupted run; ${journal.steps.length} steps are done.`
      : `SAP sandbox ${world.urls.sap}, Common sandbox ${world.urls.common}, ${faults * 100} % of calls are disturbed.`,
  );

  let current = '';
  let read = 0;
  let written = 0;
  let expected: number | undefined;
  const show = () => progress.update(current, { read, written, expected });
  const flows = await openFlows({
    systems: sandboxSystems(world),
    dryRun: false,
    folder,
    onProgress(counts) {
      read = counts.read;
      show();
      journal.tick();
    },
    onWritten(count) {
      written += count;
      show();
    },
  });
  const step = (name: string, sync: Sync, mode: 'full' | 'incremental', writes?: number) => {
    [current, read, written, expected] = [name, 0, 0, writes];
    show();
    return runStep({ name, sync, mode, journal, progress, signal });
  };
  const share = (of: number) => Math.max(1, Math.round((records * of) / 1000));
  try {
    await step('1 catalogue, full', flows.catalogue, 'full', records * 20);
    await world.act('sap', 'changeProducts', { count: share(500) });
    await world.act('sap', 'markProductsForDeletion', { count: share(50) });
    const changed = share(500) + share(50);
    await step('2 catalogue, what changed', flows.catalogue, 'incremental', changed);

    const orders = await flows.orders();
    const lines = await countOrderLines(world);
    await step('3 SAP orders to Common', orders.toCommon, 'incremental', lines);
    await world.act('common', 'seedOrders', {
      count: share(200),
      product_numbers: await orderableProducts(flows),
    });
    await step('4 Common orders to SAP', orders.toSap, 'incremental', share(200));
    await world.act('common', 'approveAmendments', { count: share(150) });
    await step('5 approved amendments to SAP', orders.amendments, 'incremental', share(150));
    await world.act('sap', 'changeOrderQuantities', { count: share(100) });
    await step('6 SAP changes proposed in Common', orders.toCommon, 'incremental');
    await world.act('common', 'approveProposed', {});
    await step('7 decisions back to SAP', orders.amendments, 'incremental');

    const report = await conclude({ seed, world, flows, orders, journal, progress, signal });
    writeFileSync('quickstart-report.json', `${JSON.stringify(report, null, 2)}\n`);
    console.log(json ? JSON.stringify(report) : formatReport(report));
    // Without its sandboxes a run is over, whatever is left of it.
    await world.shutdown();
    journal.clear();
    return isClean(report) ? 0 : 1;
  } finally {
    await flows.close();
    letGo();
  }
}

/** Removes what an earlier run has stored. */
function forget(journal: Journal): void {
  journal.clear();
  for (const suffix of ['', '-wal', '-shm', '-journal']) {
    rmSync(`${folder}/state.db${suffix}`, { force: true });
  }
}

async function countOrderLines(world: World): Promise<number> {
  const orders = await world.state<{ readonly items: readonly unknown[] }>('sap', 'purchaseOrders');
  return orders.reduce((sum, { items }) => sum + items.length, 0);
}

/** Products that people in Common order, with their units; the first of the catalogue will do. */
async function orderableProducts({ catalogueTable }: Flows) {
  for await (const page of catalogueTable.list('product', { pageSize: 500 })) {
    return (page.records as readonly Product[])
      .filter(({ isMarkedForDeletion }) => !isMarkedForDeletion)
      .map(({ productNumber, baseUnit }) => ({
        product_number: productNumber,
        unit: baseUnit?.code ?? 'C62',
      }));
  }
  return [];
}

async function conclude(input: {
  readonly seed: number;
  readonly world: World;
  readonly flows: Flows;
  readonly orders: OrderFlows;
  readonly journal: Journal;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}): Promise<Report> {
  const { seed, world, flows, orders, journal, progress, signal } = input;
  const reconcile = [
    await reconcileCatalogue(flows, signal),
    await reconcileOrders(flows, orders, signal),
  ];
  for (const { entity, compared, missing, extra, different, details } of reconcile) {
    const differences = missing + extra + different;
    progress.finish(`8 reconcile ${entity}`, `${compared} compared, ${differences} differ`);
    for (const { kind, leftKey = '', rightKey = '', fields } of details.slice(0, 5)) {
      progress.note(`  ${kind}: ${leftKey} ${rightKey} ${fields.join(', ')}`);
    }
  }
  const proofs = [
    await proveCatalogue(world, flows.catalogueTable),
    await proveOrders(world, orders.translation),
  ];
  const { injected, byKind } = await world.faults();
  return {
    seed,
    lost: proofs.reduce((sum, { lost }) => sum + lost, 0),
    doubled: proofs.reduce((sum, { doubled }) => sum + doubled, 0),
    requests: await world.requests(),
    seconds: journal.seconds,
    faults: { injected, byKind },
    flows: journal.steps.map(({ report }) => report),
    reconcile: reconcile.map(({ details: _details, ...counts }) => counts),
  };
}
