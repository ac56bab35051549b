/** How a secret looks in the base64 of a longer text: it may begin at any of three offsets. */
function base64Forms(secret: string): string[] {
  return [0, 1, 2].map((offset) => {
    const bytes = Buffer.from('_'.repeat(offset) + secret);
    const text = bytes.toString('base64').replaceAll('=', '');
    // The first and last characters carry bits of the neighbours.
    return text.slice(offset === 0 ? 0 : offset + 1, bytes.length % 3 === 0 ? undefined : -1);
  });
}

const jsonOf = (text: string): string => JSON.stringify(text).slice(1, -1);

/** The forms in which a secret may turn up: as it is, in a URL, in JSON, in base64, in hexadecimal, and twice so. */
function secretForms(secret: string): readonly string[] {
  const inUrl = encodeURIComponent(secret);
  const json = jsonOf(secret);
  const base64 = base64Forms(secret);
  // What is encoded twice was a text of its own the first time.
  const twice = base64Forms(Buffer.from(secret).toString('base64').replaceAll('=', ''));
  const binary = [...base64, ...twice];
  const hex = Buffer.from(secret).toString('hex');
  return [
    ...new Set([
      ...[secret, inUrl, encodeURIComponent(inUrl), json, jsonOf(json), hex, hex.toUpperCase()],
      ...binary,
      ...binary.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    ]),
  ];
}

/** The first secret that a text gives away, in whatever form. */
export function findSecret(text: string, secrets: readonly string[]): string | undefined {
  return secrets.find((secret) => secretForms(secret).some((form) => text.includes(form)));
}
