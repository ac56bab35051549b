import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import packageManifest from '../package.json' with { type: 'json' };
import type { Row } from './row.ts';

const root = join(import.meta.dirname, '..');
const rounds = 15;

/** Time to import the built packages, as wall time of a whole process over a bare Node. */
export async function benchImportTime(): Promise<Row[]> {
  const core = join(root, 'packages/core/dist/index.js');
  const sap = join(root, 'packages/sap/dist/index.js');
  // What is measured is what is published, as the sources are now.
  const build = spawnSync('npx', ['-y', packageManifest.packageManager, 'build'], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (build.status !== 0) throw new Error(`The build failed.\n${build.stdout}${build.stderr}`);
  const peer = '@sap-cloud-sdk/odata-v2';
  const cases = {
    bare: '',
    core: `await import(${JSON.stringify(core)});`,
    plugin: `await import(${JSON.stringify(core)}); await import(${JSON.stringify(sap)});`,
    peer: `await import('${peer}');`,
  };
  const times: Record<string, number[]> = {};
  // One of each in turn, so that a busy machine slows all of them down.
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, code] of Object.entries(cases)) {
      const started = performance.now();
      const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
        cwd: import.meta.dirname,
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`${name}: ${stderr}`);
      // The first round fills the disk cache.
      if (round > 0) times[name] = [...(times[name] ?? []), performance.now() - started];
    }
  }
  const median = (name: keyof typeof cases) => times[name]!.toSorted((a, b) => a - b)[rounds >> 1]!;
  const over = (name: keyof typeof cases) => median(name) - median('bare');
  return (
    [
      ['import of core', 'core', 90],
      ['import of core and SAP', 'plugin', 130],
    ] as const
  ).map(([name, key, limit]) => ({
    name,
    value: Math.round(over(key)),
    unit: 'ms over bare Node',
    peer,
    peerValue: Math.round(over('peer')),
    ratio: over(key) / over('peer'),
    bar: `<= ${limit} ms`,
    pass: over(key) <= limit,
  }));
}
