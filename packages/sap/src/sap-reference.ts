import { createHash } from 'node:crypto';

// Digits and capitals without the ones that look alike; SAP stores some reference fields in capitals.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The reference that stands for an idempotency key in a field of 12 characters: 60 bits of its SHA-256.
 * Among a million orders two keys share one with a probability of 4 in 10 million.
 */
export function referenceOf(idempotencyKey: string): string {
  const digest = createHash('sha256').update(idempotencyKey).digest();
  return Array.from({ length: 12 }, (_, index) => alphabet[digest[index]! & 31]).join('');
}
