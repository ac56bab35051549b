import { type FieldPath, type MutableRecord, parsePath } from './field-path.ts';

/** The record around the element of a list that is being mapped. */
export interface Around {
  readonly record: Readonly<MutableRecord>;
  readonly around: Around | undefined;
}

/** A path that may begin outside of the list: `^.currency` is the currency of the record around. */
export interface ScopedPath {
  readonly text: string;
  /** How many records further out it begins; 0 for the record itself. */
  readonly up: number;
  readonly path: FieldPath;
  read(record: Readonly<MutableRecord>, around: Around | undefined): unknown;
}

/** Reads the text of such a path, or answers in words what is wrong with it. */
export function parseScopedPath(text: string): ScopedPath | { readonly problem: string } {
  let up = 0;
  while (text.startsWith('^.', up * 2)) up += 1;
  const path = parsePath(text.slice(up * 2));
  if ('problem' in path) return path;
  if (up === 0) return { text, up, path, read: path.read };
  return {
    text,
    up,
    path,
    read: (_record, around) => {
      let outer = around;
      for (let level = 1; level < up; level += 1) outer = outer?.around;
      return outer && path.read(outer.record);
    },
  };
}

/** A scoped path of a template that was checked. */
export function scopedPathOf(text: string): ScopedPath {
  const path = parseScopedPath(text);
  if ('problem' in path) throw new TypeError(`A path ${path.problem}`);
  return path;
}
