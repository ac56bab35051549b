/** Headers, fields and parameters that hold a secret, by their names. */
const secretName =
  /^(?:proxy-)?authorization$|cookie|token|secret|passw|passphrase|assertion|api[-_]?key|private[-_]?key|signature|verifier|session[-_]?id|csrf|^(?:sid|sig|jwt)$/i;
/** Names that only sound like it. */
const harmlessName =
  /^(?:token_?type|.*expires.*|.*_?token_?(?:url|endpoint)|next_?page_?token|continuation_?token|sync_?token|delta_?token|.*[$]skiptoken|.*[$]deltatoken|count(?:ry)?_?code)$/i;

/** Whether what has this name is a secret: it is never kept, whatever else is. */
export const isSecretName = (name: string): boolean =>
  secretName.test(name) && !harmlessName.test(name);

/**
 * The same for parameters of an address or a form, where `code` is what one signs in with (RFC 6749,
 * section 4.1.2). As a member of JSON it is what nearly every vendor calls its errors by.
 */
export const isSecretParameter = (name: string): boolean =>
  isSecretName(name) || name.toLowerCase() === 'code';

const patterns: readonly RegExp[] = [
  /\beyJ[\w-]{8,}\.[\w-]+/, // JSON Web Tokens
  /\b(?:Bearer|Basic)\s+(?!secret-)[\w+/=.~-]{8,}/i,
  /\b(?:sk|rk|pk|whsec|ghp|xox[abp])[_-][\w-]{12,}/,
  /\b00D[A-Za-z0-9]{12,15}![\w.]{20,}/, // Salesforce sessions
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b[0-9a-f]{40,}\b/, // hashes and keys in hexadecimal
];

/** Random bytes are long and mixed. So are paths, but no part of one between two slashes is. */
const isRandom = (word: string): boolean =>
  word
    .split('/')
    .some(
      (part) => part.length >= 20 && /\d/.test(part) && /[A-Z]/.test(part) && /[a-z]/.test(part),
    );

/** The first part of a text that looks like a token or a key, or nothing. */
export function findTokenLike(text: string): string | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) return found;
  }
  const words = text.match(/\b[\w+/-]{40,}={0,2}/g) ?? [];
  return words.find(isRandom);
}
