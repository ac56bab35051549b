import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from './command-line.ts';
import { copyTemplate } from './copy-template.ts';
import { createConnector } from './create-connector.ts';

let base: string;
let template: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'create-connector-'));
  template = join(base, 'template');
  copyTemplate(template);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const read = (...path: string[]) => readFileSync(join(base, ...path), 'utf8');

describe('a new connector', () => {
  it('has the files of every connector, under its own name', () => {
    const { files } = createConnector({ name: 'my-erp', directory: 'my-erp', base, template });
    expect(files).toEqual(
      expect.arrayContaining([
        '.gitignore',
        'package.json',
        'README.md',
        'main.ts',
        'fault-matrix.test.ts',
        'structure.test.ts',
        'sandbox/my-erp-sandbox.ts',
        'src/index.ts',
        'src/my-erp-connector.ts',
        'src/my-erp-factory.ts',
        'src/templates/my-erp-product-template.ts',
        'src/conformance.test.ts',
      ]),
    );
    expect(read('my-erp', 'src', 'index.ts')).toContain(
      "export { type MyErpConnector, type MyErpOptions, myErp } from './my-erp-connector.ts';",
    );
    expect(JSON.parse(read('my-erp', 'package.json'))).toMatchObject({ name: 'connector-my-erp' });
  });

  it('has nothing of the template’s name left, in no file and no path', () => {
    const { files } = createConnector({ name: 'my-erp', directory: 'new', base, template });
    for (const file of files) {
      expect(`${file}\n${read('new', file)}`).not.toMatch(/acme|\{\{/i);
    }
  });

  it('has names that hold where they stand, also when the vendor is called by two words', () => {
    const options = { name: 'my-erp', vendor: 'My ERP', directory: 'my-erp', base, template };
    createConnector(options);
    expect(read('my-erp', 'README.md')).toContain('process.env.MY_ERP_KEY');
    // The system of a recording is an id, as that of the manifest.
    expect(read('my-erp', 'sandbox', 'open-my-erp.ts')).toContain("const system = 'my-erp';");
    expect(read('my-erp', 'sandbox', 'open-my-erp.ts')).not.toContain('myErp:');
  });

  it('calls the vendor as it was told to', () => {
    createConnector({
      name: 'b1',
      vendor: 'Größe & Söhne ERP 2.0',
      directory: 'b1',
      base,
      template,
    });
    expect(read('b1', 'src', 'b1-manifest.ts')).toContain("vendor: 'Größe & Söhne ERP 2.0'");
  });

  it('depends on the version of the packages that it came with', () => {
    const { version } = JSON.parse(
      readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'),
    );
    createConnector({ name: 'my-erp', directory: 'my-erp', base, template });
    expect(JSON.parse(read('my-erp', 'package.json')).peerDependencies).toEqual({
      '@common/connector-core': `^${version}`,
    });
  });
});

describe('what cannot be done', () => {
  it.each(['My-Erp', 'my_erp', '-x', 'x-', '9lives', '../up', 'a b', '', 'x'.repeat(61)])(
    'refuses the name "%s" and says what a name is',
    (name) => {
      expect(() => createConnector({ name, directory: 'x', base, template })).toThrow(
        /such as my-erp|longer than/,
      );
      expect(readdirSync(base)).toEqual(['template']);
    },
  );

  it.each(['X */ evil()', "O'Neil", '', 'two\nlines'])('refuses the vendor %j', (vendor) => {
    const options = { name: 'x', vendor, directory: 'x', base, template };
    expect(() => createConnector(options)).toThrow(/name of the vendor/);
  });

  it('never writes into a folder that has something in it', () => {
    createConnector({ name: 'my-erp', directory: 'taken', base, template });
    writeFileSync(join(base, 'taken', 'main.ts'), 'mine');
    const again = () => createConnector({ name: 'my-erp', directory: 'taken', base, template });
    expect(again).toThrow(/not empty/);
    expect(read('taken', 'main.ts')).toBe('mine');
  });
});

describe('the command', () => {
  const run = (...args: string[]) => {
    let output = '';
    let errors = '';
    const code = runCommandLine(args, {
      write: (text) => {
        output += text;
      },
      writeError: (text) => {
        errors += text;
      },
      directory: base,
    });
    return { code, output, errors };
  };

  it('explains itself', () => {
    expect(run('--help')).toMatchObject({ code: 0, output: expect.stringContaining('Usage:') });
  });

  it.each([[[]], [['a', 'b']], [['my-erp', '--unknown']], [['My ERP']]])(
    'ends with 2 and a sentence for %j',
    (args) => {
      const { code, errors } = run(...args);
      expect(code).toBe(2);
      expect(errors).toMatch(/\w{3,}/);
    },
  );
});
