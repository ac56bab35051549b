import { createHash } from 'node:crypto';
import type { ObjectField } from './object-description.ts';

/**
 * An idempotency key as a value of the external id field: itself where it fits, else as much of its
 * SHA-256 as the field holds.
 */
export function externalIdOf(idempotencyKey: string, field: ObjectField | undefined): string {
  const longest = field?.length && field.length > 0 ? field.length : 255;
  if (idempotencyKey.length <= longest && idempotencyKey.trim() === idempotencyKey) {
    return idempotencyKey;
  }
  // Hexadecimal: external ids may be compared without regard to upper and lower case.
  return createHash('sha256').update(idempotencyKey).digest('hex').slice(0, longest);
}
