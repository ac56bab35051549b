const exponentForm = /^([+-]?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,4})$/;

/** Digits as JSON wants them: without leading zeros. */
export function withoutLeadingZeros(digits: string): string {
  return digits.replace(/^(-?)0+(?=\d)/, '$1');
}

/** Writes a number in plain decimal notation: `1.5E3` becomes `1500`; `undefined` when it is none. */
export function plainDecimal(text: string): string | undefined {
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return text;
  if (/^\+\d+(?:\.\d+)?$/.test(text)) return text.slice(1);
  const match = exponentForm.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponentText] = match;
  const exponent = Number(exponentText);
  const digits = whole + fraction;
  const point = whole.length + exponent;
  const moved =
    point <= 0
      ? `0.${'0'.repeat(-point)}${digits}`
      : point >= digits.length
        ? digits + '0'.repeat(point - digits.length)
        : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return (sign === '-' ? '-' : '') + withoutLeadingZeros(moved);
}
