// Everything that CI checks, in the order of the quickest answer. `npm test` runs it.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findPostgres, withoutPostgres } from '../packages/runtime/src/testing/postgres-server.ts';

const root = join(import.meta.dirname, '..');
const { packageManager } = (await import('../package.json', { with: { type: 'json' } })).default;

interface Step {
  readonly name: string;
  readonly commands: readonly (readonly string[])[];
}

const runNode = ['node', '--conditions=@common/source'];
const steps: readonly Step[] = [
  { name: 'lint and format', commands: [['biome', 'check', '.']] },
  {
    name: 'types',
    commands: [
      ['tsc', '-p', 'tsconfig.json'],
      [...runNode, 'scripts/docs-check.ts'],
    ],
  },
  { name: 'unused code', commands: [['knip']] },
  {
    name: 'build',
    commands: [['npx', '-y', packageManager, '-r', '--filter', './packages/*', 'build']],
  },
  { name: 'unit, sandbox and conformance tests', commands: [['vitest', 'run']] },
  {
    name: 'packed tarballs: publint, attw, an empty project',
    commands: [[...runNode, 'scripts/pack-check.ts']],
  },
  {
    name: 'examples',
    commands: [[...runNode, 'scripts/examples.ts']],
  },
];

function run(command: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const [file, ...args] = command;
    const child = spawn(file ?? '', args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) =>
      resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') }),
    );
  });
}

const only = process.argv.slice(2);
const selected = steps.filter(
  // By the beginning of a word: "lint" is not "publint".
  (step) => only.length === 0 || only.some((word) => ` ${step.name}`.includes(` ${word}`)),
);
if (selected.length === 0) {
  console.error(
    `No step is named "${only.join(' ')}". Steps: ${steps.map((step) => step.name).join(' · ')}`,
  );
  process.exit(2);
}

const started = Date.now();
for (const [index, step] of selected.entries()) {
  const stepStarted = Date.now();
  process.stdout.write(`[${index + 1}/${selected.length}] ${step.name} … `);
  for (const command of step.commands) {
    const { code, output } = await run(command);
    if (code === 0) continue;
    console.log(`failed\n\n$ ${command.join(' ')}\n${output}`);
    console.log(`Failed: ${step.name}. Run it alone with: npm test -- "${step.name}"`);
    process.exit(1);
  }
  console.log(`ok (${((Date.now() - stepStarted) / 1000).toFixed(1)} s)`);
  if (step.name.startsWith('unit') && findPostgres() === undefined) {
    console.log(`      ${withoutPostgres}`);
  }
}
console.log(
  `All ${selected.length} steps passed in ${((Date.now() - started) / 1000).toFixed(0)} s.`,
);
