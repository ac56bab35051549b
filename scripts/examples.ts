// Runs every example, live and recorded: `npm run examples [-- --record] [name …]`
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findTokenLike, type Recording } from '@common/connector-testkit';

const folder = join(import.meta.dirname, '..', 'examples');
/** Has its own proof: `npm start`, and tests. */
const elsewhere = ['sap-to-common'];
/** What an app author has to write, at most: without imports, comments and blank lines. */
const mostLines = 60;

const linesOf = (file: string): number =>
  readFileSync(file, 'utf8')
    .replaceAll(/^import .*?;$/gms, '')
    .split('\n')
    .filter((line) => !/^\s*(?:$|\/\/|\/?\*)/.test(line)).length;

function tokenIn(file: string): string | undefined {
  const { calls } = JSON.parse(readFileSync(file, 'utf8')) as Recording;
  return calls
    .map((call) => findTokenLike(JSON.stringify(call)))
    .find(Boolean)
    ?.slice(0, 6);
}

function run(name: string, args: readonly string[]): boolean {
  const started = Date.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=@common/source', 'main.ts', ...args],
    { cwd: join(folder, name), encoding: 'utf8' },
  );
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok' : 'failed'}  ${[name, ...args].join(' ')}  ${seconds} s`);
  if (status !== 0) console.log(`${stdout}${stderr}`);
  return status === 0;
}

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
/** Makes the recordings anew, when a connector asks for something else than it did. */
const isRecording = process.argv.includes('--record');
const names = readdirSync(folder)
  .filter((name) => existsSync(join(folder, name, 'main.ts')) && !elsewhere.includes(name))
  .filter((name) => wanted.length === 0 || wanted.includes(name));
const failed = names.flatMap((name) => {
  const lines = linesOf(join(folder, name, 'main.ts'));
  if (lines > mostLines)
    console.log(`failed  ${name}: ${lines} lines of code, ${mostLines} at most`);
  const recording = join(folder, name, 'recording.json');
  const isRecorded = existsSync(recording);
  const live = run(name, isRecording && isRecorded ? ['--record'] : []);
  const runs = [live, !isRecorded || run(name, ['--recorded'])];
  const token = isRecorded ? tokenIn(recording) : undefined;
  if (token) console.log(`failed  ${name}: recording.json has what looks like a token: ${token}`);
  return lines > mostLines || token || runs.includes(false) ? [name] : [];
});
if (names.length === 0) console.error(`There is no example "${wanted.join(' ')}".`);
process.exitCode = names.length === 0 || failed.length > 0 ? 1 : 0;
