import { askedFields } from './codecs/codec-kinds.ts';
import { comparisonsOf } from './condition.ts';
import type { FieldMapping } from './mapping-template.ts';
import { type ScopedPath, scopedPathOf } from './scoped-path.ts';

/** Fields in such an order that a field comes after those which its conditions and its codec ask for. */
export function inOrderOfNeed(fields: readonly FieldMapping[]): readonly FieldMapping[] {
  const waiting = new Set(fields);
  const ordered: FieldMapping[] = [];
  const isWaitedFor = (path: string) =>
    [...waiting].some((field) => 'canonical' in field && topName(field.canonical) === path);
  while (waiting.size > 0) {
    const free = [...waiting].filter((field) => {
      const own = 'canonical' in field ? topName(field.canonical) : undefined;
      return neededBy(field).every((name) => name === own || !isWaitedFor(name));
    });
    // Fields that wait for each other: any order is as good.
    for (const field of free.length > 0 ? free : [...waiting]) {
      ordered.push(field);
      waiting.delete(field);
    }
  }
  return ordered;
}

const topName = (path: string): string => scopedPathOf(path).path.steps[0]?.name ?? path;

/** Names at the top of the canonical record that a field asks for, from within its lists too. */
function neededBy(field: FieldMapping): readonly string[] {
  return pathsOf(field)
    .filter(({ up }) => up === 0)
    .map(({ path }) => path.steps[0]?.name ?? '');
}

function pathsOf(field: FieldMapping): readonly ScopedPath[] {
  const conditions = comparisonsOf(field.when?.canonical).map(({ path }) => scopedPathOf(path));
  if ('each' in field) {
    const inner = field.each
      .flatMap(pathsOf)
      .flatMap((path) => (path.up > 0 ? { ...path, up: path.up - 1 } : []));
    return [...conditions, ...inner];
  }
  const codec = 'codec' in field ? field.codec : undefined;
  const asked = codec === undefined ? [] : askedFields(codec, 'encode');
  return [
    ...conditions,
    ...asked.flatMap((ask) => ('canonical' in ask ? scopedPathOf(ask.canonical) : [])),
  ];
}
