/** How a secret looks in the base64 of a longer text: it may begin at any of three offsets. */
function base64Forms(secret: string): string[] {
  return [0, 1, 2].map((offset) => {
    const bytes = Buffer.from('_'.repeat(offset) + secret);
    const text = bytes.toString('base64').replaceAll('=', '');
    // The first and last characters carry bits of the neighbours.
    return text.slice(offset === 0 ? 0 : offset + 1, bytes.length % 3 === 0 ? undefined : -1);
  });
}

/** The forms in which a secret may turn up in a text: as it is, in a URL, in JSON, in base64. */
function secretForms(secret: string): readonly string[] {
  const base64 = base64Forms(secret);
  return [
    ...new Set([
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      ...base64,
      ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    ]),
  ];
}

/** The first secret that a text gives away, in whatever form. */
export function findSecret(text: string, secrets: readonly string[]): string | undefined {
  return secrets.find((secret) => secretForms(secret).some((form) => text.includes(form)));
}
