// Compiles the TypeScript of the documents. A block sees what the blocks above it declare, and
// names of `<!-- ts: declare const erp: … -->` comments; one behind `<!-- ts: a sketch -->` is left out.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '..');
const packages = readdirSync(join(root, 'packages'));
const documents = [
  'README.md',
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
  ...packages.map((name) => `packages/${name}/README.md`),
  // The tutorial quotes examples/custom-connector, which is compiled itself.
].filter((path) => path.endsWith('.md') && path !== 'docs/writing-a-connector.md');

/** The code of a document in the lines where it stands there, so that errors are told by their place. */
function codeOf(markdown: string): string {
  const imports = new Map<string, Set<string>>();
  const hoist = (statement: string, names: string, from: string): string => {
    const known = imports.get(from) ?? new Set<string>();
    for (const name of names.replaceAll('type ', '').split(',')) {
      if (name.trim() !== '') known.add(name.trim());
    }
    // Files of the reader's own are blocks further up.
    if (!from.startsWith('.')) imports.set(from, known);
    return statement.replaceAll(/[^\n]/g, '');
  };
  const given: string[] = [];
  const blocks = /<!-- ts: (?<note>[^\n]*?) -->\n|```ts\n(?<code>[\s\S]*?)```/g;
  let text = '';
  let depth = 0;
  let at = 0;
  let isSketch = false;
  for (const match of markdown.matchAll(blocks)) {
    const { note, code } = match.groups ?? {};
    const blank = match[0].replaceAll(/[^\n]/g, '');
    text += markdown.slice(at, match.index).replaceAll(/[^\n]/g, '');
    at = match.index + match[0].length;
    if (code === undefined || isSketch) {
      text += blank;
      if (note?.startsWith('declare ')) given.push(`${note};`);
    } else {
      const body = code
        .replaceAll(/^import (?:type )?\{([^}]*)\} from '([^']+)';/gm, hoist)
        .replaceAll(/^export (?=const|async|function|interface|type)/gm, '');
      // A scope in the scope of the block before: what is declared again hides the former.
      text += `{\n${body}`;
      depth += 1;
    }
    isSketch = note === 'a sketch';
  }
  const head = [...imports].map(
    ([from, names]) => `import { ${[...names].join(', ')} } from '${from}';`,
  );
  return `${[...head, ...given].join(' ')} async function document() {${text}${'}'.repeat(depth + 1)}`;
}

const sources = new Map(
  documents.map((path) => [
    join(root, `${path}.ts`),
    codeOf(readFileSync(join(root, path), 'utf8')),
  ]),
);
const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config,
  ts.sys,
  root,
);
const checked: ts.CompilerOptions = {
  ...options,
  noUnusedLocals: false,
  noUnusedParameters: false,
  verbatimModuleSyntax: false,
  paths: Object.fromEntries(
    packages.flatMap((name) => [
      [`@common/connector-${name}`, [join(root, 'packages', name, 'src/index.ts')]],
      [`@common/connector-${name}/*`, [join(root, 'packages', name, 'src/*/index.ts')]],
    ]),
  ),
};
const host = ts.createCompilerHost(checked);
const { getSourceFile, fileExists } = host;
host.fileExists = (path) => sources.has(path) || fileExists(path);
host.getSourceFile = (path, target, ...rest) => {
  const text = sources.get(path);
  return text === undefined
    ? getSourceFile(path, target, ...rest)
    : ts.createSourceFile(path, text, target);
};
const program = ts.createProgram([...sources.keys()], checked, host);
let problems = 0;
for (const path of sources.keys()) {
  const file = program.getSourceFile(path);
  const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  for (const { start, messageText, file: place } of found) {
    const line = (place?.getLineAndCharacterOfPosition(start ?? 0).line ?? 0) + 1;
    const message = ts.flattenDiagnosticMessageText(messageText, '\n  ');
    console.error(`${path.slice(root.length + 1, -3)}:${line} ${message}`);
    problems += 1;
  }
}
if (problems > 0) {
  console.error(
    `${problems} problems. Correct the code, give what it needs in <!-- ts: declare … -->, or mark <!-- ts: a sketch -->.`,
  );
  process.exit(1);
}
