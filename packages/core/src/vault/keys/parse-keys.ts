import type { KeyObject } from 'node:crypto';
import { ConnectorError } from '../../errors/connector-error.ts';
import { type KeySet, keyObjectOf } from './local-keys.ts';

const entry = /^(?:([A-Za-z0-9_.-]{1,64}):)?([A-Za-z0-9+/_=-]+)$/;
const keyBytes = 32;

/**
 * Reads keys that are written as `id:key`, separated by commas or new lines, the current one first.
 * A key is 32 bytes as base64 or hexadecimal. Lines that begin with `#` are remarks.
 *
 * @param options.defaultId - of a key that stands alone
 * @param options.where - for messages, for example `The environment variable VAULT_KEY`
 * @throws ConnectorError `ERR_CONFIGURATION`, without any part of a key
 */
export function parseKeys(
  text: string,
  { defaultId, where }: { readonly defaultId: string; readonly where: string },
): KeySet {
  const entries = text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .flatMap((line) => line.split(','))
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (entries.length === 0) throw refusal(`${where} holds no key.`);
  const keys = new Map<string, KeyObject>();
  for (const [index, part] of entries.entries()) {
    const ordinal =
      entries.length === 1 ? 'Its key' : `Key ${index + 1} of ${entries.length} in it`;
    const [, id, encoded] = entry.exec(part) ?? [];
    const bytes = encoded === undefined ? undefined : decodeKey(encoded);
    if (bytes === undefined) {
      throw refusal(`${where} is not usable. ${ordinal} is not 32 bytes in base64 or hexadecimal.`);
    }
    if (id === undefined && entries.length > 1) {
      throw refusal(`${where} is not usable. ${ordinal} has no id; several keys need one each.`);
    }
    if (bytes.every((byte) => byte === bytes[0])) {
      throw refusal(
        `${where} is not usable. ${ordinal} is a placeholder: all its bytes are equal.`,
      );
    }
    const keyId = id ?? defaultId;
    if (keys.has(keyId)) throw refusal(`${where} is not usable. It has two keys "${keyId}".`);
    keys.set(keyId, keyObjectOf(bytes));
  }
  return keys;
}

function decodeKey(text: string): Buffer | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  const bytes = Buffer.from(text, 'base64');
  const plain = text.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  const isWhole = bytes.toString('base64').replace(/=+$/, '') === plain;
  return isWhole && bytes.length === keyBytes ? bytes : undefined;
}

function refusal(problem: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: `${problem} Write it as id:key, or the key alone, several separated by commas with the current one first. "openssl rand -base64 32" makes a key; for a passphrase use passphraseKeys.`,
  });
}
