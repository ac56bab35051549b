// Part of the language since V8 11.4 (Node 21); TypeScript's library does not know it yet.
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

const numberOfJson = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * A value that `JSON.stringify` writes as the number with exactly these digits, for vendors that take
 * decimals as numbers: a double would change them.
 *
 * @returns `undefined` for a text that is no number of JSON: empty, `007`, `+1`, `1,5`
 */
export function exactNumber(digits: string): unknown {
  return numberOfJson.test(digits) ? rawJSON(digits) : undefined;
}
