/**
 * JSON with one text per value: keys sorted, `undefined` members left out. Two records have the
 * same text exactly when they are equal as JSON.
 *
 * @param omit - names of members of the outermost object to leave out
 */
export type CanonicalJson = (value: unknown, omit?: ReadonlySet<string>) => string;

/** The keys of objects that were built alike, in their own order and sorted. */
interface Shape {
  readonly keys: readonly string[];
  readonly sorted: readonly string[];
  /** `"key":` of each sorted key. */
  readonly labels: readonly string[];
}

/** Shapes that begin with the same key; more than this are not worth a search. */
const mostShapes = 8;

/**
 * Makes a writer that remembers the shapes of the objects it has seen: records of one entity are
 * built alike, and sorting their keys each time would take as long as all the rest.
 */
export function createCanonicalJson(): CanonicalJson {
  const shapes = new Map<string, Shape[]>();

  function shapeOf(keys: readonly string[]): Shape {
    const first = keys[0] as string;
    const known = shapes.get(first) ?? [];
    for (const shape of known) if (isSame(shape.keys, keys)) return shape;
    const sorted = [...keys].sort();
    const shape = { keys, sorted, labels: sorted.map((key) => `${JSON.stringify(key)}:`) };
    if (known.length === 0) shapes.set(first, known);
    if (known.length < mostShapes) known.push(shape);
    return shape;
  }

  function write(value: unknown, omit?: ReadonlySet<string>): string {
    switch (typeof value) {
      case 'string':
        return isPlain(value) ? `"${value}"` : JSON.stringify(value);
      case 'number':
        return Number.isFinite(value) ? JSON.stringify(value) : 'null';
      case 'boolean':
        return value ? 'true' : 'false';
      case 'object':
        if (value === null) return 'null';
        if (Array.isArray(value)) return writeArray(value);
        if (value instanceof Date) return JSON.stringify(value);
        return writeObject(value as Readonly<Record<string, unknown>>, omit);
      default:
        return 'null';
    }
  }

  function writeArray(items: readonly unknown[]): string {
    let text = '';
    for (let index = 0; index < items.length; index += 1) {
      text += index === 0 ? write(items[index]) : `,${write(items[index])}`;
    }
    return `[${text}]`;
  }

  function writeObject(
    object: Readonly<Record<string, unknown>>,
    omit: ReadonlySet<string> | undefined,
  ): string {
    const keys = Object.keys(object);
    if (keys.length === 0) return '{}';
    const { sorted, labels } = shapeOf(keys);
    let text = '';
    for (let index = 0; index < sorted.length; index += 1) {
      const key = sorted[index] as string;
      const member = object[key];
      if (member === undefined || omit?.has(key) === true) continue;
      text += (text === '' ? '' : ',') + labels[index] + write(member);
    }
    return `{${text}}`;
  }

  return write;
}

// Nothing that JSON escapes: true of almost every text of a record, and faster than to stringify it.
const isPlain = (text: string) => /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/.test(text);

function isSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (a[index] !== b[index]) return false;
  return true;
}
