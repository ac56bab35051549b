// Follows the links of the documents and compiles their TypeScript. A block sees what the blocks above it
// declare, and names of `<!-- ts: declare const erp: … -->` comments; one behind `<!-- ts: a sketch -->` is left out.
// One behind `<!-- from: a/file.ts -->` is a quotation, which must stand in that file.
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { brokenLinks } from './broken-links.ts';

const root = join(import.meta.dirname, '..');
const packages = readdirSync(join(root, 'packages'));
const documents = globSync(
  ['README.md', 'docs/*.md', 'docs/connectors/*.md', 'packages/*/README.md'],
  {
    cwd: root,
  },
);

const furtherPages = globSync(
  ['CONTRIBUTING.md', 'SECURITY.md', 'docs/decisions/*.md', 'examples/*/README.md'],
  { cwd: root },
);

const quotations = /<!-- from: (?<from>[^\n]*?) -->\n```ts\n(?<code>[\s\S]*?)```/g;

/** Quotations that the quoted file does not have, by the line where they stand. */
function misquotedIn(markdown: string): string[] {
  return [...markdown.matchAll(quotations)].flatMap(({ index, groups = {} }) => {
    const { from = '', code = '' } = groups;
    if (readFileSync(join(root, from), 'utf8').includes(code)) return [];
    return [`${markdown.slice(0, index).split('\n').length} is not in ${from} (any more)`];
  });
}

/** The code of a document in the lines where it stands there, so that errors are told by their place. */
function codeOf(document: string): string {
  const markdown = document.replaceAll(quotations, (block) => block.replaceAll(/[^\n]/g, ''));
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

/** What an app can import of a package, and the source behind it. */
function entriesOf(name: string): [string, string[]][] {
  const { exports }: { exports: Record<string, string | { '@common/source': string }> } =
    JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'));
  return Object.entries(exports).flatMap(([entry, target]) =>
    typeof target === 'string'
      ? []
      : [
          [
            join('@common', `connector-${name}`, entry),
            [join(root, 'packages', name, target['@common/source'])],
          ],
        ],
  );
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
  paths: Object.fromEntries(packages.flatMap(entriesOf)),
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
for (const path of [...documents, ...furtherPages]) {
  for (const problem of brokenLinks(root, path)) {
    console.error(`${path}:${problem}`);
    problems += 1;
  }
}
for (const path of documents) {
  for (const problem of misquotedIn(readFileSync(join(root, path), 'utf8'))) {
    console.error(`${path}:${problem}`);
    problems += 1;
  }
}
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
    `${problems} problems. Correct the link or the code, give what it needs in <!-- ts: declare … -->, or mark <!-- ts: a sketch -->.`,
  );
  process.exit(1);
}
