/** The type of a value in words, never the value: `text of 8 characters`, `number`, `list of 2`. */
export function valueType(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (value === '') return 'empty text';
  if (typeof value === 'string') {
    return `text of ${value.length} character${value.length === 1 ? '' : 's'}`;
  }
  if (typeof value === 'number') return Number.isFinite(value) ? 'number' : 'not a finite number';
  if (Array.isArray(value)) return `list of ${value.length}`;
  return typeof value === 'object' ? 'record' : typeof value;
}
