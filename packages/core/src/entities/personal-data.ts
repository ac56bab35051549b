import type { z } from 'zod';

/**
 * What a field may tell about a person. Partners of a company may be people, so everything that
 * identifies or reaches one counts, and so does every text that somebody types in freely.
 */
export type PersonalDataClass =
  | 'name'
  | 'contact'
  | 'address'
  | 'tax-number'
  | 'bank-account'
  | 'free-text'
  | 'custom';

/** Marks a field of a canonical entity. Shows in its JSON Schema as `personalData`. */
export function personal<Schema extends z.ZodType>(
  personalData: PersonalDataClass,
  schema: Schema,
): Schema {
  return schema.meta({ ...schema.meta(), personalData });
}

/** The mark of a field, if it has one. */
export function personalDataOf(schema: z.ZodType): PersonalDataClass | undefined {
  return schema.meta()?.personalData as PersonalDataClass | undefined;
}
