import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPackages, runPnpm } from './build-packages.ts';
import benchManifest from './package.json' with { type: 'json' };
import type { Row } from './row.ts';

const packages = join(import.meta.dirname, '..', 'packages');
const ours = ['core', 'odata', 'sap', 'salesforce', 'quickbooks'];
const limitMb = 25;

/** What lies on the disk of an app that talks to SAP, Salesforce and QuickBooks: ours, and the usual libraries. */
export async function benchInstalledSize(): Promise<Row[]> {
  buildPackages();
  const folder = mkdtempSync(join(tmpdir(), 'bench-size-'));
  try {
    const packed = ours.map((name) => {
      runPnpm(['pack', '--pack-destination', folder], join(packages, name));
      const { version } = JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8'));
      return [
        `@common/connector-${name}`,
        `file:../common-connector-${name}-${version}.tgz`,
      ] as const;
    });
    const { jsforce, 'node-quickbooks': quickbooks, ...others } = benchManifest.dependencies;
    const usual = {
      '@sap-cloud-sdk/odata-v2': others['@sap-cloud-sdk/odata-v2'],
      jsforce,
      'node-quickbooks': quickbooks,
    };
    const value = install(join(folder, 'ours'), Object.fromEntries(packed));
    const peerValue = install(join(folder, 'usual'), usual);
    return [
      {
        ...{ name: 'installed: core, SAP, Salesforce, QuickBooks', value, unit: 'MB' },
        ...{ peer: Object.keys(usual).join(', '), peerValue, ratio: value / peerValue },
        ...{ bar: `<= ${limitMb} MB`, pass: value <= limitMb },
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Installs into an empty project, and answers its megabytes. */
function install(project: string, dependencies: Readonly<Record<string, string>>): number {
  mkdirSync(project);
  const overrides = Object.fromEntries(
    Object.entries(dependencies).filter(([, version]) => version.startsWith('file:')),
  );
  const manifest = { name: 'app', private: true, dependencies, pnpm: { overrides } };
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest));
  // Optional peers are for those who have them.
  runPnpm(['install', '--ignore-scripts', '--config.auto-install-peers=false'], project);
  return sizeOf(join(project, 'node_modules')) / 1e6;
}

/** As `du` counts: whole blocks, for many small files cost more than their bytes, and a file once. */
function sizeOf(path: string, seen = new Set<number>()): number {
  const { blocks, size, ino, nlink } = lstatSync(path);
  const isDirectory = lstatSync(path).isDirectory();
  if (!isDirectory && nlink > 1 && seen.has(ino)) return 0;
  seen.add(ino);
  // Windows tells no blocks.
  const own = blocks > 0 ? blocks * 512 : size;
  if (!isDirectory) return own;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name), seen), own);
}
