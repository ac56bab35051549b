/** Stand-ins for values: the same value has the same one everywhere, so that what belongs together still does. */
export interface Pseudonyms {
  /** Of a secret: never the same form. */
  secret(value: string): string;
  /** Of a secret that is looked for nowhere else: cookies may hold what is in every address. */
  cookie(value: string): string;
  /** Of any other value, in its form: digits for digits, an address for an address. */
  value(value: string): string;
  /** A text with all known values replaced, in whatever form a URL writes them. */
  within(text: string): string;
}

const isDigits = /^\d+$/;
const isUuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const isEmail = /^[^\s@]+@[^\s@]+$/;

function standIn(value: string, n: number): string {
  const number = String(n);
  if (isDigits.test(value)) return number.padStart(Math.max(value.length, 6), '9');
  if (isUuid.test(value)) return `00000000-0000-4000-8000-${number.padStart(12, '0')}`;
  if (isEmail.test(value)) return `person-${number}@example.com`;
  return `value-${number}`;
}

export function createPseudonyms(): Pseudonyms {
  const known = new Map<string, string>();
  const cookies = new Map<string, string>();
  const remember = (value: string, make: (n: number) => string): string => {
    const found = known.get(value) ?? make(known.size + 1);
    known.set(value, found);
    return found;
  };
  return {
    cookie(value) {
      const found = cookies.get(value) ?? `cookie-${cookies.size + 1}`;
      cookies.set(value, found);
      return found;
    },
    secret: (value) => remember(value, (n) => `secret-${n}`),
    value: (value) => remember(value, (n) => standIn(value, n)),
    within(text) {
      // The longest first: a value may be part of another.
      const values = [...known].sort(([a], [b]) => b.length - a.length);
      return values.reduce(
        (result, [value, replacement]) =>
          value.length < 4
            ? result
            : [value, encodeURIComponent(value)].reduce(
                (line, form) => line.replaceAll(form, replacement),
                result,
              ),
        text,
      );
    },
  };
}
