// Is bundled into the workflow's sandbox: types only.
import type { FlowName, StepReport } from './page-step.ts';

/** Of a workflow: pages until there is no more. A history holds so many; then it begins a new one. */
export async function syncWorkflow(
  name: FlowName,
  engine: {
    readonly syncPage: (name: FlowName) => Promise<StepReport>;
    readonly continueAsNew: (name: FlowName) => Promise<never>;
  },
): Promise<void> {
  for (let page = 0; page < 1_000; page += 1) {
    const { hasMore } = await engine.syncPage(name);
    if (!hasMore) return;
  }
  await engine.continueAsNew(name);
}
