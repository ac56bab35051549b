// What is secret by its name, at the end of a longer name too: COMMON_CLIENT_SECRET, userPassword.
const names =
  'token|secret|password|passwd|passphrase|passcode|pwd|api[_-]?key|access[_-]?key|subscription[_-]?key|private[_-]?key|client[_-]?assertion|assertion|saml[_-]?response|client[_-]?state|signature|session[_-]?id|verifier|device[_-]?code';
// What validation says of a setting of that name is no secret.
const advice =
  'must (?:be|have|not|end|start)|is (?:empty|missing|required)|invalid (?:input|string|format)|too (?:small|big)|required|fetch';
const quote = String.raw`(?:\\*["']|%22|%27)`;
const separator = String.raw`s?\d{0,3}(?:[_-]?(?:key|value))?(?:\[\w{0,20}]|%5b%5d)?${quote}?\s*(?:=>|=(?!>)|:|%3[ad])\s*`;
const quoted = String.raw`"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|\\+"[^"]*"?`;
// A list or an object as the value, up to its first end.
const listed = String.raw`[[{](?:"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|[^"'\]}])*[\]}]?`;

// Every pattern begins at a character that the part before cannot reach over, or is bounded: a text
// of any form costs a time that grows with its length, not with its square.
const patterns: readonly (readonly [RegExp, string])[] = [
  // PEM blocks, also cut off.
  [/-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/g, '[redacted]'],
  // Whole headers: what follows on the line belongs to the value.
  [
    new RegExp(String.raw`(\b(?:authorization|cookie)${separator})(?!\[redacted])(\S[^\n]*)`, 'gi'),
    '$1[redacted]',
  ],
  // Authorization values elsewhere; "Basic authentication" is a word.
  [
    /\b([Bb]earer|[Bb]asic|BEARER|BASIC)(\s{1,8})(?![A-Z]?[a-z]+(?![A-Za-z0-9_~+/=-]|\.[A-Za-z0-9]))[A-Za-z0-9._~+/=-]{6,}/g,
    '$1$2[redacted]',
  ],
  // JSON Web Tokens.
  [/(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)*/g, '[redacted]'],
  // user:password@ in URLs.
  [/(\b[a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#]+@/gi, '$1[redacted]@'],
  // Codes and keys in the query of a URL.
  [/([?&](?:code|sig|key|jwt|sid)=)(?!\[redacted])[^&#\s"'<>]+/gi, '$1[redacted]'],
  // Slack's tokens, and its URLs that anybody may post to.
  [/\bxox[a-z]-[\w-]{8,}/g, '[redacted]'],
  [/(\bhooks\.slack\.com\/)[a-z]+\/[^\s"'<>]+/gi, '$1[redacted]'],
  // <Password>value</Password>
  [
    new RegExp(
      String.raw`(<[^<>]{0,100}(?:${names})\b[^<>]{0,200}>)(?!\[redacted])\s*(?:<!\[CDATA\[[\s\S]*?(?:]]>|$)|[^<]+)`,
      'gi',
    ),
    '$1[redacted]',
  ],
  // A line of a header or a log: what is not quoted goes to the next space, whatever is in it.
  [
    new RegExp(
      String.raw`((?:${names})(?:[_-]?(?:key|value))?:[ \t]{1,8})(?!\[redacted]|["'\\]|(?:${advice})\b)\S+`,
      'gi',
    ),
    '$1[redacted]',
  ],
  // name=value, name: value and "name": "value", also escaped.
  [
    new RegExp(
      String.raw`((?:${names})${separator})(?!\[redacted]|(?:${advice})(?![^\s.,;:)"'}\]\\]))(${quoted}|${listed}|[^\s&"][^\s&"}]*)`,
      'gi',
    ),
    '$1[redacted]',
  ],
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
