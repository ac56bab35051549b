import type { CodecOptions } from '../codec-options.ts';
import { askedFields } from '../codecs/codec-kinds.ts';
import { comparisonsOf } from '../condition.ts';
import { parsePath } from '../field-path.ts';
import type { FieldMapping, MappingTemplate } from '../mapping-template.ts';
import { parseScopedPath } from '../scoped-path.ts';

/** How templates use a field of the vendor. */
export interface FieldUse {
  readonly isRead: boolean;
  readonly isWritten: boolean;
  /** A record without it is refused when it is read. */
  readonly isRequiredToRead: boolean;
  /** Every record that is written has it. */
  readonly isAlwaysWritten: boolean;
  /** Codecs that the field goes through. */
  readonly codecs: readonly CodecOptions[];
}

const noUse: FieldUse = {
  isRead: false,
  isWritten: false,
  isRequiredToRead: false,
  isAlwaysWritten: false,
  codecs: [],
};

type Uses = Map<string, FieldUse>;

/**
 * The vendor's fields that templates use, by path: what they read, write, compare in conditions, and look
 * at for units. Elements of lists are written `to_Item[].Price`, whichever of them a path means.
 */
export function usedFields(templates: readonly MappingTemplate[]): ReadonlyMap<string, FieldUse> {
  const uses: Uses = new Map();
  for (const template of templates) {
    collect(template.fields, [], uses);
    for (const name of template.custom?.names ?? []) {
      add(uses, name, { isRead: true, isWritten: true });
    }
  }
  return uses;
}

function collect(fields: readonly FieldMapping[], lists: readonly string[], uses: Uses): void {
  const prefix = lists.at(-1) ?? '';
  for (const field of fields) {
    for (const { path } of comparisonsOf(field.when?.vendor)) addScoped(uses, path, lists);
    if (!('vendor' in field)) continue;
    const path = prefix + describedPath(field.vendor, uses, prefix);
    const { direction = 'both' } = field;
    if ('each' in field) {
      add(uses, path, { isRead: direction !== 'encode', isWritten: direction !== 'decode' });
      collect(field.each, [...lists, `${path}[].`], uses);
      continue;
    }
    add(uses, path, useOf(field));
    const codec = 'codec' in field ? field.codec : undefined;
    for (const asked of codec === undefined ? [] : askedFields(codec, 'decode')) {
      if ('vendor' in asked) addScoped(uses, asked.vendor, lists);
    }
  }
}

function useOf(field: Exclude<FieldMapping, { each: unknown }>): Partial<FieldUse> {
  const { direction = 'both', when } = field;
  if ('constant' in field) return { isWritten: true, isAlwaysWritten: when === undefined };
  const { codec = { kind: 'text' }, required, vendorDefault } = field;
  const isAlwaysThere = required === true || required === 'encode' || vendorDefault !== undefined;
  return {
    isRead: direction !== 'encode',
    isWritten: direction !== 'decode',
    isRequiredToRead: direction !== 'encode' && (required === true || required === 'decode'),
    isAlwaysWritten: direction !== 'decode' && isAlwaysThere && when === undefined,
    codecs: [codec],
  };
}

/** A path that conditions and codecs ask for, `^.Type`; it is only read. */
function addScoped(uses: Uses, text: string, lists: readonly string[]): void {
  const parsed = parseScopedPath(text);
  if ('problem' in parsed) return;
  const prefix = lists[lists.length - 1 - parsed.up] ?? '';
  add(uses, prefix + describedPath(parsed.path.text, uses, prefix), { isRead: true });
}

function add(uses: Uses, path: string, use: Partial<FieldUse>): void {
  const known = uses.get(path) ?? noUse;
  uses.set(path, {
    isRead: known.isRead || use.isRead === true,
    isWritten: known.isWritten || use.isWritten === true,
    isRequiredToRead: known.isRequiredToRead || use.isRequiredToRead === true,
    isAlwaysWritten: known.isAlwaysWritten || use.isAlwaysWritten === true,
    codecs: [...known.codecs, ...(use.codecs ?? [])],
  });
}

/** A template's path as descriptions write it; the field that chooses an element is used as well. */
function describedPath(text: string, uses: Uses, prefix: string): string {
  const parsed = parsePath(text);
  if ('problem' in parsed) return text;
  let path = '';
  for (const { name, selector } of parsed.steps) {
    path += (path === '' ? '' : '.') + name;
    if (selector === undefined) continue;
    path += '[]';
    if (selector.kind === 'where') {
      add(uses, `${prefix}${path}.${selector.name}`, { isRead: true, isWritten: true });
    }
  }
  return path;
}
