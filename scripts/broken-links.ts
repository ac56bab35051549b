import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Links of a document that lead to no file, or to no heading of it, each as `<line> <link> …`. */
export function brokenLinks(root: string, document: string): string[] {
  const text = proseOf(readFileSync(join(root, document), 'utf8'));
  return [...text.matchAll(/\]\((?<link>[^)\s]+)\)/g)].flatMap(({ index, groups }) => {
    const link = groups?.link ?? '';
    if (/^[a-z]+:/.test(link)) return [];
    const [file = '', heading] = link.split('#');
    const path = file === '' ? join(root, document) : join(root, dirname(document), file);
    const problem = !existsSync(path)
      ? 'leads to no file'
      : heading !== undefined && !headingsOf(path).has(heading)
        ? 'leads to no heading'
        : undefined;
    const line = text.slice(0, index).split('\n').length;
    return problem === undefined ? [] : [`${line} ${link} ${problem}`];
  });
}

/** What is not code, in the lines where it stands. */
const proseOf = (markdown: string): string =>
  markdown.replaceAll(/^```[\s\S]*?^```/gm, (block) => block.replaceAll(/[^\n]/g, ''));

/** The anchors of a document, as GitHub makes them. */
function headingsOf(path: string): Set<string> {
  const headings = proseOf(readFileSync(path, 'utf8')).matchAll(/^#+ (?<words>.*)$/gm);
  return new Set(
    [...headings].map(({ groups }) =>
      (groups?.words ?? '')
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
