import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildPackages } from './build-packages.ts';
import type { Row } from './row.ts';

const root = join(import.meta.dirname, '..');
const rounds = 15;

const built = (name: string): string =>
  `await import(${JSON.stringify(join(root, `packages/${name}/dist/index.js`))});`;
const cases = {
  bare: '',
  core: built('core'),
  sap: built('core') + built('sap'),
  salesforce: built('core') + built('salesforce'),
  quickbooks: built('core') + built('quickbooks'),
  '@sap-cloud-sdk/odata-v2': `await import('@sap-cloud-sdk/odata-v2');`,
  jsforce: `await import('jsforce');`,
  'node-quickbooks': `await import('node-quickbooks');`,
};

/** Time to import the built packages, as wall time of a whole process over a bare Node. */
export async function benchImportTime(): Promise<Row[]> {
  buildPackages();
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
      ['import of core', 'core', '@sap-cloud-sdk/odata-v2', 90],
      ['import of core and SAP', 'sap', '@sap-cloud-sdk/odata-v2', 130],
      ['import of core and Salesforce', 'salesforce', 'jsforce', 130],
      ['import of core and QuickBooks', 'quickbooks', 'node-quickbooks', 130],
    ] as const
  ).map(([name, key, peer, limit]) => ({
    name,
    value: Math.round(over(key)),
    unit: 'ms over bare Node',
    peer,
    peerValue: Math.round(over(peer)),
    ratio: over(key) / over(peer),
    bar: `<= ${limit} ms`,
    pass: over(key) <= limit,
  }));
}
