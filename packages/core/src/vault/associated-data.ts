import type { KeyContext } from './key-provider.ts';
import type { SecretAddress } from './secret-store.ts';

/** Changes when the meaning of an envelope changes. */
export const envelopeFormat = 'v1';

const word = 4;

/**
 * Fields as bytes, each with its length before it: no two lists of fields give the same bytes, as
 * joining them by a separator could. The texts must be well-formed.
 */
export function encodeFields(fields: readonly string[]): Buffer {
  const texts = fields.map((field) => Buffer.from(field, 'utf8'));
  return Buffer.concat(
    texts.flatMap((text) => {
      const length = Buffer.alloc(word);
      length.writeUInt32BE(text.length);
      return [length, text];
    }),
  );
}

/** What the text of a secret is bound to. Not to the key id, which changes without a new encryption. */
export function secretData(secret: SecretAddress & { readonly version: number }): Buffer {
  return encodeFields([`common-vault ${envelopeFormat} secret`, ...placeOf(secret)]);
}

/**
 * What the wrapped data key of a secret is bound to. It is of one write only, and so is the text
 * that it opens: that is bound to the key id by it.
 */
export function keyData(context: KeyContext): Buffer {
  return encodeFields([`common-vault ${envelopeFormat} key`, ...placeOf(context), context.keyId]);
}

function placeOf(secret: SecretAddress & { readonly version: number }): readonly string[] {
  return [secret.tenant, secret.connection, secret.name, String(secret.version)];
}
