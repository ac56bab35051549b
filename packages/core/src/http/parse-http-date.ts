const zone = /(?:GMT|UTC|[+-]\d{4})$/i;

/**
 * Reads a date of HTTP in any of its three forms (RFC 9110, 5.6.7), and the forms near them that
 * servers write. One without a zone is in GMT, as the form of `asctime` is.
 *
 * @returns milliseconds since 1970; `undefined` for what is no date
 */
export function parseHttpDate(text: string | undefined): number | undefined {
  const date = text?.trim() ?? '';
  // Date.parse takes almost anything, "-5" too; a date of HTTP begins with its weekday.
  if (!/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /i.test(date)) return undefined;
  const at = Date.parse(zone.test(date) ? date : `${date} GMT`);
  return Number.isNaN(at) ? undefined : at;
}
