/** A number of a JSON text that a double would not hold; only its text is exact. */
export class ExactNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

// Node has both since 21; the types of TypeScript do not yet.
const jsonOfNode = JSON as unknown as {
  readonly rawJSON: (text: string) => unknown;
  readonly parse: (
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ) => unknown;
};

/** A number for `JSON.stringify` that is written with exactly this text. */
export const rawNumber = (text: string): unknown => jsonOfNode.rawJSON(text);

const maybeLong = /\d[\d.]{14,}/;

/** Reads JSON; numbers of 16 digits and more stay exact. @throws SyntaxError */
export function parseJson(text: string): unknown {
  if (!maybeLong.test(text)) return JSON.parse(text);
  return jsonOfNode.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && maybeLong.test(source)
      ? new ExactNumber(source)
      : value,
  );
}
