import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface StructureOptions {
  /** The package: where its `package.json` is. */
  readonly folder: string;
  /**
   * What its files are named after, in kebab-case.
   * @default as the one file `src/<name>-connector.ts` says
   */
  readonly name?: string | undefined;
}

/** Something that is not as in every other connector. */
export interface StructureProblem {
  readonly rule: 'files' | 'factory' | 'index' | 'imports' | 'package';
  /** The file, from the folder on. */
  readonly file: string;
  /** What is wrong and what to do. */
  readonly message: string;
}

interface Manifest {
  readonly name?: string;
  readonly type?: string;
  readonly private?: boolean;
  readonly exports?: unknown;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const core = '@common/connector-core';
const parts = ['connector', 'settings', 'auth', 'error', 'entities', 'query', 'changes', 'write'];
const others = ['index.ts', 'templates/index.ts', 'conformance.test.ts'];
const mostIndexLines = 25;
/** Packages of ours that are no plugins. */
const shared = /^@common\/connector-(?:core|odata)(?:\/|$)/;
const development = /^@common\/connector-(?:testkit|sandbox)(?:\/|$)/;
const installScripts = ['preinstall', 'install', 'postinstall', 'prepare'];

const camelCase = (name: string): string =>
  name.replaceAll(/-([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());

const withoutComments = (source: string): string =>
  source.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');

const importsOf = (source: string): readonly string[] =>
  [...withoutComments(source).matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map(
    ([, from = '']) => from,
  );

/**
 * Looks whether a connector has the structure that all have, so that who knows one knows it: its list of
 * files, one factory with the name of the system, an `index.ts` that lists names, nothing of another
 * connector, the core as peer dependency, and nothing that runs when it is installed.
 *
 * @example
 * ```ts
 * it('has the structure of every connector', () => {
 *   expect(checkStructure({ folder: import.meta.dirname })).toEqual([]);
 * });
 * ```
 */
export function checkStructure({ folder, name }: StructureOptions): readonly StructureProblem[] {
  const problems: StructureProblem[] = [];
  const report = (rule: StructureProblem['rule'], file: string, message: string): void => {
    problems.push({ rule, file, message });
  };
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  const has = (file: string): boolean => existsSync(join(folder, file));

  const connectors = globSync('src/*-connector.ts', { cwd: folder });
  const [only = ''] = connectors;
  const vendor = name ?? (connectors.length === 1 ? only.slice(4, -'-connector.ts'.length) : '');
  if (vendor === '') {
    const found = connectors.length === 0 ? 'there is none' : `there are ${connectors.join(', ')}`;
    report('files', 'src', `There must be one file <name>-connector.ts, but ${found}.`);
    return problems;
  }

  for (const file of [...parts.map((part) => `${vendor}-${part}.ts`), ...others]) {
    // What has grown into a folder is found by its name all the same.
    const isThere =
      has(`src/${file}`) ||
      (!others.includes(file) && globSync(`src/*/${file}`, { cwd: folder }).length > 0);
    if (!isThere) {
      report('files', `src/${file}`, `Every connector has the file ${file}; this one lacks it.`);
    }
  }

  const connectorFile = `src/${vendor}-connector.ts`;
  if (has(connectorFile)) {
    const factory = camelCase(vendor);
    if (!new RegExp(`export (?:const|function) ${factory}\\b`).test(read(connectorFile))) {
      const message = `It must export the factory function ${factory}: the system's name, no "create" and no class.`;
      report('factory', connectorFile, message);
    }
  }

  if (has('src/index.ts')) {
    const lines = withoutComments(read('src/index.ts'))
      .split(/;\s*\n/)
      .filter((line) => line.trim() !== '');
    if (lines.length > mostIndexLines) {
      const message = `It has ${lines.length} statements, at most ${mostIndexLines} can be taken in at a glance. Export less, or through a subpath.`;
      report('index', 'src/index.ts', message);
    }
    const other = lines.find((line) => !/^\s*export (?:type )?\{/.test(line));
    if (other !== undefined) {
      const message = `It lists names only; "${other.trim().split('\n')[0]?.slice(0, 60)}" does something else.`;
      report('index', 'src/index.ts', message);
    }
  }

  const manifest: Manifest = has('package.json')
    ? (JSON.parse(read('package.json')) as Manifest)
    : {};
  for (const file of globSync('src/**/*.ts', { cwd: folder }).sort()) {
    const isForTests = /\.(?:test|test-d|fixture|vectors)\.ts$/.test(file);
    const source = read(file);
    for (const from of importsOf(source)) {
      const isOwn = from === manifest.name || from.startsWith(`${manifest.name}/`);
      const isPlugin = /^@common\/connector-/.test(from) && !shared.test(from);
      if (!isPlugin || isOwn || (isForTests && development.test(from))) continue;
      const message = development.test(from)
        ? `It imports ${from}, which is for tests: whoever installs the connector does not have it.`
        : `It imports ${from}: a connector knows no other one. What both need belongs to the core.`;
      report('imports', file, message);
    }
    if (/^export default\b/m.test(withoutComments(source))) {
      report('imports', file, 'It has a default export; export it by its name.');
    }
  }

  if (!has('package.json')) {
    report('package', 'package.json', 'There is no package.json.');
    return problems;
  }
  if (manifest.private !== true && manifest.peerDependencies?.[core] === undefined) {
    const message = `${core} must be a peer dependency: two copies of it do not know each other's errors.`;
    report('package', 'package.json', message);
  }
  if (manifest.private !== true && manifest.dependencies?.[core] !== undefined) {
    const message = `${core} must not be a dependency as well: the app brings its own.`;
    report('package', 'package.json', message);
  }
  for (const dependency of Object.keys(manifest.dependencies ?? {})) {
    const isPlugin = /^@common\/connector-/.test(dependency) && !shared.test(dependency);
    if (isPlugin && manifest.private !== true) {
      const message = `${dependency} must not be a dependency: connectors and tools for tests do not belong into production.`;
      report('package', 'package.json', message);
    }
  }
  for (const script of installScripts) {
    if (manifest.scripts?.[script] !== undefined) {
      const message = `The script "${script}" runs on the machine of whoever installs it; npm and pnpm refuse that by now. Remove it.`;
      report('package', 'package.json', message);
    }
  }
  if (manifest.type !== 'module') {
    report('package', 'package.json', '"type" must be "module".');
  }
  if (manifest.exports === undefined && manifest.private !== true) {
    const message = 'It has no "exports": then every file of it can be reached, and is public.';
    report('package', 'package.json', message);
  }
  return problems;
}
