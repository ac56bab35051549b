// The vendors of a crash run, in a process of their own: a source and a target for each flow. Faults
// are injected by the sandbox toolkit. Started by `crash-world.ts`.
import { createSandbox, createSeededRandom } from '@common/connector-sandbox';
import {
  idempotencyOf,
  type VendorEvent,
  type VendorOrder,
  type Verdict,
} from './crash-messages.ts';
import { createCrashSource } from './crash-source.ts';
import { createCrashTarget, type TargetChange } from './crash-target.ts';

const order = JSON.parse(process.argv[2] ?? '{}') as VendorOrder;
const { flows, records, seed, faultRate, isForgetful, isHolding } = order;
const random = createSeededRandom(seed);
const systems = new Map(
  flows.map((flow, index) => {
    const count = Math.floor(records / flows.length) + (index < records % flows.length ? 1 : 0);
    const system = {
      source: createCrashSource(count),
      target: createCrashTarget(isForgetful ? 'external-reference' : idempotencyOf(flow)),
    };
    return [flow, system];
  }),
);
let isQuiet = false;
/** Not the first: something is stored by then. */
const heldWrite = 30;
const writes = new Map<string, number>();
/** Goes on with an answer that was kept back, by worker. */
const held = new Map<number, () => void>();

const tell = (event: VendorEvent): void => void process.send?.(event);
const pause = (mostMs: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, random.next() * mostMs));
const systemOf = (flow: string | undefined) => {
  const system = systems.get(flow ?? '');
  if (system === undefined) throw new Error(`There is no flow ${flow}.`);
  return system;
};
const effects = (): number =>
  [...systems.values()].reduce((sum, { target }) => sum + target.effects, 0);

function verdict(): Verdict {
  const judged = [...systems].map(([flow, { source, target }]) => {
    const { examples, ...counts } = target.judge(source.rows);
    return { ...counts, examples: examples.map((example) => `${flow}: ${example}`) };
  });
  return {
    lost: judged.reduce((sum, { lost }) => sum + lost, 0),
    doubled: judged.reduce((sum, { doubled }) => sum + doubled, 0),
    changed: [...systems.values()].reduce((sum, { source }) => sum + source.changed, 0),
    faults: sandbox.faults.injected.total,
    examples: judged.flatMap(({ examples }) => examples).slice(0, 10),
  };
}

const sandbox = await createSandbox({
  name: 'crash',
  seed,
  journal: { maxEntries: 0 },
  faults: {
    rate: faultRate,
    // Where nobody knows keys, every lost answer shows.
    kinds: isForgetful
      ? ['reset']
      : [{ kind: 'status', status: 429, retryAfter: 1 }, { kind: 'status', status: 503 }, 'reset'],
    afterWriteShare: isForgetful ? 1 : 0.5,
  },
  state: { verdict },
  actions: {
    /** Nobody works in the sources any more. */
    settle() {
      isQuiet = true;
      for (const { source } of systems.values()) source.settle();
    },
    release({ worker }) {
      held.get(Number(worker))?.();
    },
  },
  routes: [
    {
      method: 'GET',
      path: '/:flow/source',
      handler({ params, query }) {
        const { source } = systemOf(params.flow);
        if (!isQuiet) source.edit(() => random.next());
        const after = { tick: Number(query.get('tick')), id: query.get('id') ?? '' };
        return { status: 200, body: source.page(after, Number(query.get('limit'))) };
      },
    },
    {
      method: 'GET',
      path: '/:flow/source/:id',
      handler({ params }) {
        const row = systemOf(params.flow).source.rows.get(params.id ?? '');
        return row === undefined || row.isDeleted ? { status: 404 } : { status: 200, body: row };
      },
    },
    {
      method: 'GET',
      path: '/:flow/target',
      handler: ({ params, query }) => ({
        status: 200,
        body: systemOf(params.flow).target.byReference(query.get('reference') ?? ''),
      }),
    },
    {
      method: 'POST',
      path: '/:flow/target',
      async handler(request) {
        const { target } = systemOf(request.params.flow);
        const changes = request.json() as readonly TargetChange[];
        const worker = Number(request.headers['x-worker']);
        const sender = `${worker} at ${Date.now()}`;
        const results = changes.map((change) => target.apply(change, sender));
        tell({ kind: 'written', effects: effects() });
        const { flow = '' } = request.params;
        writes.set(flow, (writes.get(flow) ?? 0) + 1);
        if (isHolding && writes.get(flow) === heldWrite) {
          await new Promise<void>((resolve) => {
            held.set(worker, resolve);
            tell({ kind: 'held', worker, flow });
          });
        } else await pause(4);
        return { status: 200, body: results };
      },
    },
  ],
});
tell({ kind: 'listening', url: sandbox.url });
process.on('disconnect', () => process.exit(0));
