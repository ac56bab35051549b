import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import packageManifest from '../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');

/** Runs the package manager of the repository there, or in another folder. */
export function runPnpm(args: readonly string[], folder = root): void {
  const { status, stdout, stderr } = spawnSync(
    'npx',
    ['-y', packageManifest.packageManager, ...args],
    { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' },
  );
  if (status !== 0) throw new Error(`pnpm ${args.join(' ')} failed.\n${stdout}${stderr}`);
}

/** Builds all packages: what is measured is what is published, as the sources are now. */
export const buildPackages = (): void => runPnpm(['build']);
