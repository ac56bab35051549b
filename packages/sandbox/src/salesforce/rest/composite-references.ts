import { isJsonObject } from '../call.ts';
import { badRequest } from '../salesforce-error.ts';

const reference = /@\{([A-Za-z_]\w*)((?:\[\d+\]|\.?\w+)*)\}/g;

/** A value behind `.records[0].Id`. */
function follow(value: unknown, path: string): unknown {
  let at = value;
  for (const [, index, name] of path.matchAll(/\[(\d+)\]|\.(\w+)/g)) {
    const isList = index !== undefined;
    if (isList ? !Array.isArray(at) : !isJsonObject(at)) return undefined;
    at = isList ? (at as unknown[])[Number(index)] : (at as Record<string, unknown>)[name!];
  }
  return at;
}

/** The names of the parts that a request refers to. */
export function referencesIn(value: unknown): readonly string[] {
  const text = JSON.stringify(value) ?? '';
  return [...text.matchAll(reference)].map(([, name]) => name!);
}

/**
 * Puts answers of earlier parts where `@{name.path}` stands.
 * @throws SalesforceError PROCESSING_HALTED when there is no such value
 */
export function insertReferences<Value>(
  value: Value,
  answers: ReadonlyMap<string, unknown>,
): Value {
  if (typeof value === 'string') {
    return value.replace(reference, (_whole, name: string, path: string) => {
      const found = follow(answers.get(name), path);
      if (typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean') {
        return String(found);
      }
      throw badRequest(
        'PROCESSING_HALTED',
        `Invalid reference specified. No value for ${name}${path} found in ${name}`,
      );
    }) as Value;
  }
  if (Array.isArray(value)) {
    return value.map((item) => insertReferences(item, answers)) as Value;
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, insertReferences(item, answers)]),
  ) as Value;
}
