// PostgreSQL has no text with U+0000, but a vendor's key or message may. It is kept as two characters, the first
// of them one that Unicode promises never to be used in texts (a noncharacter).
const mark = '\uFDD0';

/** A text as PostgreSQL can keep it; `textOf` is the way back. */
export function storedText(text: string): string {
  if (!text.includes('\0') && !text.includes(mark)) return text;
  return text.replaceAll(mark, `${mark}1`).replaceAll('\0', `${mark}0`);
}

export function textOf(stored: string): string {
  if (!stored.includes(mark)) return stored;
  return stored.replaceAll(`${mark}0`, '\0').replaceAll(`${mark}1`, mark);
}
