// Puts every connector of the repository through the conformance suite. `npm run conformance`
//
//   --json            the report as data on the standard output, nothing else
//   --only <id,…>     some connectors
//
// Ends with 1 when a behaviour fails. A connector takes part by its harness: a file
// `conformance-harness.fixture.ts` that exports `conformanceHarnesses`, or one `harness`.
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import {
  type BehaviourResult,
  type ConformanceHarness,
  type ConformanceReport,
  runConformance,
} from '@common/connector-testkit';

interface HarnessModule {
  readonly conformanceHarnesses?: readonly { readonly id: string; readonly harness: object }[];
  readonly harness?: object;
}

/** One harness of one file. */
interface Task {
  readonly name: string;
  readonly file: string;
  readonly index: number;
}

type Message =
  | { readonly kind: 'result'; readonly result: BehaviourResult }
  | { readonly kind: 'report'; readonly report: ConformanceReport };

const root = join(import.meta.dirname, '..');

async function harnessesOf(file: string): Promise<readonly { id?: string; harness: object }[]> {
  const module = (await import(join(root, file))) as HarnessModule;
  const { conformanceHarnesses, harness } = module;
  const found = conformanceHarnesses ?? (harness === undefined ? [] : [{ harness }]);
  if (found.length === 0) {
    throw new Error(`${file} exports neither conformanceHarnesses nor harness.`);
  }
  return found;
}

/** Runs one harness; a thread of its own, for the suite keeps a core busy. */
async function runTask({ name, file, index }: Task): Promise<void> {
  const send = (message: Message): void => parentPort?.postMessage(message);
  const { harness } = (await harnessesOf(file))[index]!;
  const report = await runConformance(harness as ConformanceHarness, {
    onResult: (result) => send({ kind: 'result', result }),
  });
  send({ kind: 'report', report: { ...report, id: name } });
}

function startTask(task: Task, onResult: (result: BehaviourResult) => void) {
  return new Promise<ConformanceReport>((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: task });
    worker.on('message', (message: Message) => {
      if (message.kind === 'result') onResult(message.result);
      else resolve(message.report);
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`${task.file} ended with ${code}.`)));
  });
}

const marks = { passed: '✓', failed: '✗', 'not-applicable': '·' } as const;

function printTable(reports: readonly ConformanceReport[]): void {
  const names = reports.map(({ id }) => id);
  const width = Math.max(...names.map((name) => name.length)) + 2;
  const line = (head: string, cells: readonly string[]): string =>
    head.padEnd(34) + cells.map((cell) => cell.padStart(width)).join('');
  console.log(line('', names));
  const groups = new Set(reports[0]?.behaviours.map(({ group }) => group));
  for (const group of groups) {
    console.log(`\n${group}`);
    for (const { id } of reports[0]!.behaviours.filter((entry) => entry.group === group)) {
      const results = reports.map(({ behaviours }) => behaviours.find((entry) => entry.id === id));
      console.log(
        line(
          `  ${id}`,
          results.map((entry) => (entry === undefined ? ' ' : marks[entry.result])),
        ),
      );
    }
  }
  const total = (head: string, cell: (report: ConformanceReport) => string | number): void =>
    console.log(
      line(
        head,
        reports.map((report) => String(cell(report))),
      ),
    );
  console.log('');
  total('passed ✓', (report) => report.passed);
  total('failed ✗', (report) => report.failed);
  total('does not apply ·', (report) => report.notApplicable);
  total('grade', (report) => report.grade);
  for (const { id, behaviours } of reports) {
    for (const { id: behaviour, name, result, reason } of behaviours) {
      if (result === 'failed') console.log(`\n✗ ${id} · ${behaviour}: ${name}\n${reason}`);
    }
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { json: { type: 'boolean', default: false }, only: { type: 'string' } },
  });
  const files = globSync(
    [
      'packages/*/src/**/conformance-harness.fixture.ts',
      'examples/*/src/**/conformance-harness.fixture.ts',
    ],
    { cwd: root, exclude: (path) => String(path).includes('node_modules') },
  ).sort();
  const tasks: Task[] = [];
  for (const file of files) {
    for (const [index, { id }] of (await harnessesOf(file)).entries()) {
      tasks.push({ file, index, name: id ?? file.split('/')[1] ?? file });
    }
  }
  const wanted = values.only?.split(',');
  const selected = tasks.filter(({ name }) => wanted === undefined || wanted.includes(name));
  if (selected.length === 0) {
    console.error(
      `No connector is named "${values.only}": ${tasks.map(({ name }) => name).join(', ')}.`,
    );
    process.exit(2);
  }

  const startedAt = Date.now();
  const reports = new Map<Task, ConformanceReport>();
  const waiting = [...selected];
  const work = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      const { name } = task;
      const report = await startTask(task, ({ id, result }) => {
        if (result === 'failed') console.error(`${name}: ✗ ${id}`);
      });
      reports.set(task, report);
      console.error(
        `${name}: ${report.passed} passed, ${report.failed} failed, ${report.notApplicable} do not apply: ${report.grade}`,
      );
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  console.error(`${((Date.now() - startedAt) / 1000).toFixed(0)} s`);

  const inOrder = selected.map((task) => reports.get(task)!);
  if (values.json) {
    const connectors = inOrder.map(({ behaviours, ...report }) => ({
      ...report,
      behaviours: behaviours.map(({ name, result, reason }) => ({ name, result, reason })),
    }));
    console.log(JSON.stringify({ connectors }, undefined, 2));
  } else printTable(inOrder);
  if (inOrder.some(({ failed }) => failed > 0)) process.exitCode = 1;
}

await (isMainThread ? main() : runTask(workerData as Task));
