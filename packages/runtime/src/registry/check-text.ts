import { unusable } from './registry-error.ts';

const mostCharacters = 200;

/**
 * Texts that name somebody or something: not empty, and nothing in them that a database or a log
 * could read as another.
 *
 * @throws ConnectorError `ERR_CONFIGURATION`
 */
export function checkText(path: string, value: unknown): string {
  if (typeof value !== 'string' || value.trim() === '') {
    throw unusable(path, 'must be a text that is not empty.');
  }
  // Control characters could end a line of a log.
  if (value.length > mostCharacters || /\p{Cc}/u.test(value) || !value.isWellFormed()) {
    throw unusable(
      path,
      `must be well-formed text of at most ${mostCharacters} characters, without control characters.`,
    );
  }
  return value;
}

/** Sign-ins that wait for their callback have this place in the vault. */
const reserved = 'pending-authorizations';

/** @throws ConnectorError `ERR_CONFIGURATION` */
export function checkCode(value: unknown): string {
  if (typeof value !== 'string' || !/^[a-z0-9][a-z0-9._-]{0,62}$/.test(value)) {
    throw unusable(
      'code',
      'must be 1 to 63 lower-case letters, digits, "-", "_" or ".", beginning with a letter or digit, for example "sap-production".',
    );
  }
  if (value === reserved) throw unusable('code', `must not be ${reserved}, which is taken.`);
  return value;
}

/** @throws ConnectorError `ERR_CONFIGURATION` */
export function checkFlag(path: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw unusable(path, 'must be true or false.');
  return value;
}

/** Whether two names are of one person: "Jane@acme.example" is "jane@acme.example", and so is one with characters that nobody sees. */
export function isSamePerson(left: string, right: string): boolean {
  return plain(left) === plain(right);
}

function plain(actor: string): string {
  const seen = actor.normalize('NFKC').replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu, '');
  // Upwards first: then "ß" is "SS" too.
  return seen.trim().toUpperCase().toLowerCase();
}
