// Runs a TypeScript file of this repository on the repository's own Node, setting up first if needed.
// This file itself runs on the machine's Node (20.20 or newer) and uses nothing but Node.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const windows = process.platform === 'win32';
const node = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');
const stamp = join(root, 'node_modules', '.installed-lockfile');

const [script, ...args] = process.argv.slice(2);
if (!script) {
  console.error('usage: node scripts/run.mjs <file.ts> [arguments]');
  process.exit(2);
}

const lockfile = createHash('sha256')
  .update(readFileSync(join(root, 'pnpm-lock.yaml')))
  .digest('hex');
const isInstalled =
  existsSync(node) && existsSync(stamp) && readFileSync(stamp, 'utf8') === lockfile;

if (!isInstalled) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  console.error(`Setting up with ${packageManager} (once; about half a minute) …`);
  const install = spawnSync(
    'npx',
    ['-y', packageManager, 'install', '--frozen-lockfile', '--reporter=append-only'],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], shell: windows, encoding: 'utf8' },
  );
  if (install.status !== 0) {
    console.error(install.stdout ?? install.error?.message ?? '');
    console.error('The set-up failed. Is the npm registry reachable? Then run the command again.');
    process.exit(install.status ?? 1);
  }
  writeFileSync(stamp, lockfile);
}

const child = spawn(node, ['--conditions=@common/source', join(root, script), ...args], {
  // The channel closes when this process dies, however it does: the script need not outlive it.
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env: {
    ...process.env,
    PATH: [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(
      windows ? ';' : ':',
    ),
  },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
