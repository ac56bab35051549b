import { isObject } from './check.ts';
import type { FieldMapping } from './mapping-template.ts';
import type { TemplateExtension } from './template-extension.ts';

type Side = 'canonical' | 'vendor';
type Data = Readonly<Record<string, unknown>>;

/** A new name for a field, in the names that extensions use. */
export interface Renaming {
  readonly side: Side;
  /** `lines[].price`, or `lines[].vendor:Price`. */
  readonly from: string;
  /** The new path of that side alone: `unitPrice`, `NetPrice`. */
  readonly to: string;
}

const listMark = '[].';

/** Renames a field wherever an extension speaks of it: as a name, as a path, in conditions, in codecs. */
export function renameInExtension(
  extension: TemplateExtension,
  renaming: Renaming,
): TemplateExtension {
  const { override, add, remove } = extension;
  return {
    ...extension,
    ...(override && {
      override: Object.fromEntries(
        Object.entries(override).map(([name, change]) => [
          renamed(name, renaming),
          renameInField(change, prefixOf(name), renaming) as Data,
        ]),
      ),
    }),
    ...(add && { add: add.map((field) => renameInAdded(field, renaming)) }),
    ...(remove && { remove: remove.map((name) => renamed(name, renaming)) }),
  };
}

/** What a name begins with: the lists around the field. */
function prefixOf(name: string): string {
  const end = name.lastIndexOf(listMark);
  return end === -1 ? '' : name.slice(0, end + listMark.length);
}

function renamed(name: string, { side, from, to }: Renaming): string {
  if (name === from) return `${prefixOf(from)}${side === 'vendor' ? 'vendor:' : ''}${to}`;
  const isInside = side === 'canonical' && name.startsWith(`${from}${listMark}`);
  return isInside ? `${prefixOf(from)}${to}${name.slice(from.length)}` : name;
}

function renameInAdded(field: FieldMapping, renaming: Renaming): FieldMapping {
  const canonical = 'canonical' in field ? field.canonical : undefined;
  const vendor = 'vendor' in field ? field.vendor : undefined;
  const prefix = prefixOf(canonical ?? '');
  const inside = renameInField(field as unknown as Data, prefix, renaming);
  return {
    ...inside,
    ...(canonical === undefined ? {} : { canonical: renamed(canonical, renaming) }),
    ...(vendor === undefined ? {} : { vendor: renamedVendorPath(vendor, canonical, renaming) }),
  } as unknown as FieldMapping;
}

/** `to_Item[].Batch` where a vendor path of one of the lists around is another one now. */
function renamedVendorPath(
  path: string,
  canonical: string | undefined,
  { side, from, to }: Renaming,
): string {
  if (side === 'canonical') return path;
  const lists = canonical?.split(listMark);
  return path
    .split(listMark)
    .map((name, depth) => {
      const around = lists?.slice(0, depth).map((list) => list + listMark);
      const isMeant =
        around === undefined
          ? from.split(listMark).length === depth + 1 && from.endsWith(`vendor:${name}`)
          : from === `${around.join('')}vendor:${name}`;
      return isMeant ? to : name;
    })
    .join(listMark);
}

/** Conditions, and the fields that codecs ask for, of a field that stands behind a prefix. */
function renameInField(field: Data, prefix: string, renaming: Renaming): Data {
  const path = (text: unknown, side: Side) =>
    typeof text === 'string' && side === renaming.side ? scoped(text, prefix, renaming) : text;
  const condition = (value: unknown, side: Side): unknown => {
    if (Array.isArray(value)) return value.map((item) => condition(item, side));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => {
        if (name === 'path') return [name, path(inner, side)];
        return [name, ['all', 'any', 'not'].includes(name) ? condition(inner, side) : inner];
      }),
    );
  };
  const { when, codec, each } = field;
  return {
    ...field,
    ...(isObject(when) && {
      when: Object.fromEntries(
        Object.entries(when).map(([side, value]) => [side, condition(value, side as Side)]),
      ),
    }),
    ...(isObject(codec) && { codec: renameInCodec(codec, path) }),
    ...(Array.isArray(each) && {
      each: each.map((inner: Data) =>
        renameInField(inner, `${prefix}${field.canonical}[].`, renaming),
      ),
    }),
  };
}

const askingOptions = {
  scale: ['currencyField', 'canonical'],
  minScale: ['currencyField', 'canonical'],
  canonicalUnit: ['field', 'canonical'],
  vendorUnit: ['field', 'vendor'],
  packs: ['item', 'canonical'],
} as const;

function renameInCodec(codec: Data, path: (text: unknown, side: Side) => unknown): Data {
  return Object.fromEntries(
    Object.entries(codec).map(([option, value]) => {
      if (!isObject(value) || !Object.hasOwn(askingOptions, option)) return [option, value];
      const [name, side] = askingOptions[option as keyof typeof askingOptions];
      return [option, { ...value, [name]: path(value[name], side) }];
    }),
  );
}

/** A path as a field behind the prefix writes it, `^.currency`. */
function scoped(text: string, prefix: string, { side, from, to }: Renaming): string {
  let up = 0;
  while (text.startsWith('^.', up * 2)) up += 1;
  const lists = prefix.split(listMark).slice(0, -1);
  const around = lists.slice(0, Math.max(lists.length - up, 0)).map((list) => list + listMark);
  const name = `${around.join('')}${side === 'vendor' ? 'vendor:' : ''}${text.slice(up * 2)}`;
  return name === from ? '^.'.repeat(up) + to : text;
}
