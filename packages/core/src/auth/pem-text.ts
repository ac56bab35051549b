const block = /(-----BEGIN [A-Z0-9 ]+-----)([A-Za-z0-9+/=\s]+)(-----END [A-Z0-9 ]+-----)/g;
const inLines = /^\r?\n(?:[A-Za-z0-9+/=]+\r?\n)+$/;

/**
 * PEM as the file had it, from what environment variables and forms make of it: line ends that are
 * written as `\n`, have become blanks or are gone, and quotation marks around the whole.
 */
export function pemText(text: string): string {
  return text
    .replaceAll(/(?:\\r)?\\n/g, '\n')
    .replace(/^\s*(["'])([\s\S]*)\1\s*$/, '$2')
    .replaceAll(block, (whole, begin: string, body: string, end: string) =>
      inLines.test(body)
        ? whole
        : [begin, ...(body.replaceAll(/\s/g, '').match(/.{1,64}/g) ?? []), end].join('\n'),
    );
}
