const patterns: readonly (readonly [RegExp, string])[] = [
  // Authorization header values and bare tokens.
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi, '$1 [redacted]'],
  // JSON Web Tokens.
  [/\beyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?/g, '[redacted]'],
  // user:password@ in URLs.
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1[redacted]@'],
  // name=value, name: value and "name": "value" of things that are secret by name.
  [
    /(["']?\b(?:access_?token|refresh_?token|id_?token|client_?secret|client_?assertion|assertion|api_?key|apikey|password|passwd|pwd|secret|signature|authorization|cookie|set-cookie|x-csrf-token)\b["']?\s*[=:]\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s&,;"'}]+)/gi,
    '$1[redacted]',
  ],
  // PEM blocks.
  [/-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g, '[redacted]'],
];

/**
 * Takes out of a text what must never reach a log, an error or a dead letter: tokens, passwords,
 * keys, credentials in URLs. The last net: whoever writes a text still leaves secrets out of it.
 */
export function redact(text: string): string {
  let result = text;
  for (const [pattern, replacement] of patterns) result = result.replace(pattern, replacement);
  return result;
}
