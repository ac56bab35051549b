import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkStructure } from './check-structure.ts';

const root = join(import.meta.dirname, '../../../..');
const folders: string[] = [];

const good: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({
    name: 'connector-my-erp',
    type: 'module',
    exports: { '.': './dist/index.js' },
    peerDependencies: { '@common/connector-core': '^1.0.0' },
    scripts: { build: 'tsc' },
  }),
  'src/index.ts': "/** About it. */\nexport { myErp } from './my-erp-connector.ts';\n",
  'src/my-erp-connector.ts':
    "import { z } from '@common/connector-core';\nexport function myErp() {}\n",
  'src/templates/index.ts': '',
  'src/conformance.test.ts': "import { describeConnector } from '@common/connector-testkit';\n",
  ...Object.fromEntries(
    ['settings', 'auth', 'error', 'entities', 'query', 'changes', 'write'].map((part) => [
      `src/my-erp-${part}.ts`,
      '',
    ]),
  ),
};

/** A package with these files; those that are `undefined` are left out. */
function packageWith(changes: Readonly<Record<string, string | undefined>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'structure-'));
  folders.push(folder);
  for (const [file, text] of Object.entries({ ...good, ...changes })) {
    if (text === undefined) continue;
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return folder;
}

const manifest = (changes: object): Readonly<Record<string, string>> => ({
  'package.json': JSON.stringify({ ...JSON.parse(good['package.json']!), ...changes }),
});

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describe('the structure', () => {
  it.each([
    'packages/sap',
    'packages/salesforce',
    'packages/quickbooks',
    'examples/custom-connector',
  ])('of %s is that of every connector', (folder) => {
    expect(checkStructure({ folder: join(root, folder) })).toEqual([]);
  });

  it('of a good package has no problem', () => {
    expect(checkStructure({ folder: packageWith() })).toEqual([]);
  });

  const many = Array.from({ length: 26 }, (_, n) => `export { a${n} } from './a.ts';`).join('\n');
  it.each<[string, Readonly<Record<string, string | undefined>>, string, string]>([
    ['a file is missing', { 'src/my-erp-error.ts': undefined }, 'files', 'lacks it'],
    [
      'there is no template',
      { 'src/templates/index.ts': undefined },
      'files',
      'templates/index.ts',
    ],
    ['it is not tested', { 'src/conformance.test.ts': undefined }, 'files', 'conformance.test.ts'],
    [
      'its factory has another name',
      { 'src/my-erp-connector.ts': 'export function createMyErp() {}' },
      'factory',
      'factory function myErp',
    ],
    ['its index is long', { 'src/index.ts': many }, 'index', '26 statements'],
    [
      'its index exports all',
      { 'src/index.ts': "export * from './my-erp-connector.ts';\n" },
      'index',
      'lists names only',
    ],
    [
      'it imports another connector',
      { 'src/my-erp-write.ts': "import { sap } from '@common/connector-sap';" },
      'imports',
      'knows no other one',
    ],
    [
      'it imports the sandbox',
      { 'src/my-erp-write.ts': "const x = await import('@common/connector-sandbox/sap');" },
      'imports',
      'which is for tests',
    ],
    [
      'it has a default export',
      { 'src/my-erp-write.ts': 'export default 1;' },
      'imports',
      'by its name',
    ],
    ['the core is no peer', manifest({ peerDependencies: {} }), 'package', 'peer dependency'],
    [
      'the core is a dependency',
      manifest({ dependencies: { '@common/connector-core': '1' } }),
      'package',
      'as well',
    ],
    [
      'the testkit is a dependency',
      manifest({ dependencies: { '@common/connector-testkit': '1' } }),
      'package',
      'production',
    ],
    [
      'something runs at its installation',
      manifest({ scripts: { postinstall: 'node x.js' } }),
      'package',
      'postinstall',
    ],
    ['it is no module', manifest({ type: 'commonjs' }), 'package', '"module"'],
    ['all of it is public', manifest({ exports: undefined }), 'package', 'no "exports"'],
    ['it has no package.json', { 'package.json': undefined }, 'package', 'no package.json'],
  ])('is another one when %s', (_when, changes, rule, message) => {
    const problems = checkStructure({ folder: packageWith(changes) });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ rule, message: expect.stringContaining(message) });
  });

  it('cannot be told without a connector, or with two', () => {
    const none = packageWith({ 'src/my-erp-connector.ts': undefined });
    expect(checkStructure({ folder: none })[0]?.message).toContain('there is none');
    const two = packageWith({ 'src/other-connector.ts': '' });
    expect(checkStructure({ folder: two })[0]?.message).toContain('src/other-connector.ts');
    expect(checkStructure({ folder: two, name: 'my-erp' })).toEqual([]);
  });
});
