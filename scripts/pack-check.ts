// Packs every public package, looks at the tarballs with publint and attw, installs them into an empty
// project and uses them there: import and require of every entry, type check under four tsconfigs, no
// install script anywhere.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly packageManager: string;
  readonly private?: boolean;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const root = join(import.meta.dirname, '..');
const readManifest = (path: string): Manifest => JSON.parse(readFileSync(path, 'utf8'));
const rootManifest = readManifest(join(root, 'package.json'));
const consumer = mkdtempSync(join(tmpdir(), 'connector-consumer-'));

const pnpm = (args: readonly string[], cwd: string) =>
  execFileSync('npx', ['-y', rootManifest.packageManager, ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });

/** Runs a tool of this repository; its words are shown only when it has something to say against us. */
function run(tool: string, args: readonly string[]): void {
  const { status, stdout, stderr, error } = spawnSync(tool, args, {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`${tool} ${args.join(' ')}\n${error ?? ''}${stdout}${stderr}`);
}

const packages = readdirSync(join(root, 'packages'))
  .map((folder) => ({
    folder,
    manifest: readManifest(join(root, 'packages', folder, 'package.json')),
  }))
  .filter(({ manifest }) => !manifest.private);

if (packages.some(({ folder }) => !existsSync(join(root, 'packages', folder, 'dist')))) {
  console.error('The packages are not built. Run both steps: npm test -- build packed');
  process.exit(1);
}

pnpm(['-r', '--filter', './packages/*', 'pack', '--pack-destination', consumer], root);
const tarballs = packages.map(({ manifest }) => {
  const file = `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`;
  if (!existsSync(join(consumer, file))) throw new Error(`${manifest.name} packed no ${file}`);
  return [manifest.name, `file:./${file}`] as const;
});
for (const [, tarball] of tarballs) {
  const file = join(consumer, tarball.slice('file:'.length));
  run('publint', ['run', '--strict', file]);
  // ESM only: `require` loads it as ESM does, which attw knows as a dynamic import.
  run('attw', [file, '--profile', 'esm-only', '--format', 'ascii']);
}

const dependencies = Object.fromEntries(tarballs);
writeFileSync(
  join(consumer, 'package.json'),
  JSON.stringify({
    name: 'consumer',
    private: true,
    type: 'module',
    dependencies,
    devDependencies: {
      typescript: rootManifest.devDependencies.typescript,
      '@types/node': rootManifest.devDependencies['@types/node'],
    },
    pnpm: { overrides: dependencies },
  }),
);
pnpm(['install', '--ignore-scripts', '--reporter=silent'], consumer);

const entries = packages.flatMap(({ manifest }) =>
  Object.keys(manifest.exports)
    .filter((entry) => entry !== './package.json')
    .map((entry) => manifest.name + entry.slice(1)),
);

const names = (entry: string) => entry.replace(/\W+/g, '_');
const esm = entries.map((entry) => `import * as ${names(entry)} from '${entry}';`).join('\n');
const used = `console.log([${entries.map(names).join(', ')}].map((module) => Object.keys(module).length).join(' '));\n`;
// Node prints the name of the class with an uncaught error.
const named = `if (_common_connector_core.ConnectorError.name !== 'ConnectorError') throw new Error('The bundle renames ConnectorError');\n`;
writeFileSync(join(consumer, 'esm.mjs'), `${esm}\n${named}${used}`);
writeFileSync(
  join(consumer, 'cjs.cjs'),
  `${entries.map((entry) => `const ${names(entry)} = require('${entry}');`).join('\n')}\n${used}`,
);
writeFileSync(join(consumer, 'types.ts'), `${esm}\n${used}`);

for (const file of ['esm.mjs', 'cjs.cjs']) {
  const counts = execFileSync(process.execPath, [file], { cwd: consumer, encoding: 'utf8' });
  if (
    counts
      .trim()
      .split(' ')
      .some((count) => Number(count) === 0)
  ) {
    throw new Error(
      `${file}: an entry exports nothing (${counts.trim()} for ${entries.join(', ')})`,
    );
  }
}

// An import alone does not open node:sqlite, a socket or axios.
for (const folder of ['quickstart', 'shared']) {
  const filter = (path: string): boolean => !path.includes('node_modules');
  cpSync(join(root, 'examples', folder), join(consumer, folder), { recursive: true, filter });
}
execFileSync(process.execPath, ['quickstart/main.ts'], {
  cwd: consumer,
  stdio: ['ignore', 'ignore', 'inherit'],
});

const tsconfigs = {
  strict: { module: 'nodenext', strict: true },
  bundler: { module: 'esnext', moduleResolution: 'bundler', strict: true },
  pedantic: {
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
  },
  declarations: { module: 'nodenext', strict: true, declaration: true, composite: true },
};
const tsc = createRequire(join(consumer, 'package.json')).resolve('typescript/lib/tsc.js');
for (const [name, compilerOptions] of Object.entries(tsconfigs)) {
  const project = join(consumer, `tsconfig.${name}.json`);
  writeFileSync(
    project,
    JSON.stringify({
      compilerOptions: {
        target: 'es2023',
        types: ['node'],
        outDir: `out-${name}`,
        skipLibCheck: name !== 'strict',
        ...compilerOptions,
      },
      files: ['types.ts'],
    }),
  );
  execFileSync(process.execPath, [tsc, '-p', project], {
    cwd: consumer,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

// A new connector, made and tested as a stranger would: by the packed command, on the packed packages.
const scaffold = join(consumer, 'my-erp');
const inScaffold = (file: string, args: readonly string[]) =>
  execFileSync(file, args, { cwd: scaffold, stdio: ['ignore', 'ignore', 'inherit'] });
execFileSync(
  process.execPath,
  [join(consumer, 'node_modules/@common/create-connector/dist/cli.js'), 'my-erp'],
  { cwd: consumer, stdio: ['ignore', 'ignore', 'inherit'] },
);
const scaffoldManifest = join(scaffold, 'package.json');
const overrides = Object.fromEntries(
  tarballs.map(([name, tarball]) => [name, tarball.replace('file:./', 'file:../')]),
);
writeFileSync(
  scaffoldManifest,
  JSON.stringify({ ...JSON.parse(readFileSync(scaffoldManifest, 'utf8')), pnpm: { overrides } }),
);
pnpm(['install', '--ignore-workspace', '--ignore-scripts', '--reporter=silent'], scaffold);
for (const script of ['test', 'start', 'build']) inScaffold('npm', ['run', '--silent', script]);
run('publint', ['run', '--strict', '--pack', 'npm', scaffold]);

const installed = globSync('node_modules/.pnpm/*/node_modules/{*,@*/*}/package.json', {
  cwd: consumer,
})
  .map((path) => readManifest(join(consumer, path)))
  .filter(({ name }) => name !== undefined);
const withScript = installed.filter(({ scripts }) =>
  ['preinstall', 'install', 'postinstall'].some((script) => scripts?.[script]),
);
if (withScript.length > 0) {
  throw new Error(`Install scripts in the tree: ${withScript.map(({ name }) => name).join(', ')}`);
}

console.log(
  `${packages.length} packages, ${entries.length} entries: import, require, ${Object.keys(tsconfigs).length} tsconfigs, ` +
    `${new Set(installed.map(({ name }) => name)).size} packages in the tree without an install script`,
);
rmSync(consumer, { recursive: true, force: true });
