/** A JSON object as it comes in or is stored. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object under a key, or an empty one. */
export const objectAt = (object: JsonObject, key: string): JsonObject => {
  const value = object[key];
  return isObject(value) ? value : {};
};

/** The objects in the list under a key. */
export const listAt = (object: JsonObject, key: string): readonly JsonObject[] => {
  const value = object[key];
  return Array.isArray(value) ? value.filter(isObject) : [];
};

/** Text or number under a key, as text; nothing when it is empty. */
export const textAt = (object: JsonObject, key: string): string | undefined => {
  const value = object[key];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** The `value` of a reference under a key. */
export const referenceAt = (object: JsonObject, key: string): string | undefined =>
  textAt(objectAt(object, key), 'value');

/** Without the keys whose value is null or undefined. */
export const withoutNulls = (object: JsonObject): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== null && value !== undefined),
  );
