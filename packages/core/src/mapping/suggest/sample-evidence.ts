import { isCurrency } from '../codecs/iso-currencies.ts';
import type { CanonicalField } from './canonical-fields.ts';
import type { ProposedCodec, VendorField } from './propose-codec.ts';
import { isUnit } from './propose-units.ts';

/** What samples say about a pair. */
export interface SampleEvidence {
  /** What the score is multiplied by: below 1 speaks against it. */
  readonly factor: number;
  /** Whether the values are what hardly anything else looks like. */
  readonly supports: boolean;
  readonly reason?: string | undefined;
}

const nothing: SampleEvidence = { factor: 1, supports: false };
const looksLike: { readonly [field: string]: RegExp } = {
  email: /^[^@\s]+@[^@\s]+\.[^@\s]+$/,
  invitedEmail: /^[^@\s]+@[^@\s]+\.[^@\s]+$/,
  phone: /^[+(]?[\d\s()/.-]{5,}$/,
  gtin: /^\d{8}$|^\d{12,14}$/,
  vatNumber: /^[A-Z]{0,3}[\dA-Z .-]{6,}$/,
};
const dateLike = /^\d{4}-\d\d-\d\d(?:T|$)|^\/Date\(/;

export function sampleEvidence(
  { values }: VendorField,
  canonical: CanonicalField,
  proposed: ProposedCodec | undefined,
): SampleEvidence {
  if (values.length === 0) return nothing;
  const count = values.length;
  if (proposed === undefined) return against('no value of the samples is one of it');
  if (proposed.reads < count) {
    // Unknown states of an enumeration are to be expected; a date that is none is not.
    const share = proposed.reads / count;
    const factor = canonical.kind === 'enum' ? 0.7 + 0.3 * share : 0.25 * share;
    return { factor, supports: false, reason: `reads ${proposed.reads} of ${count} sample values` };
  }
  const fits = fitsExactly(values, canonical);
  if (fits === false) return against('the samples look like something else');
  const reason = `reads all ${count} sample values`;
  return { factor: 1, supports: fits === true, reason };
}

const against = (reason: string): SampleEvidence => ({ factor: 0.3, supports: false, reason });

/** Whether values look as those of the field do; `undefined` where they could be anything. */
function fitsExactly(
  values: readonly unknown[],
  { kind, name }: CanonicalField,
): boolean | undefined {
  const all = (test: (text: string) => boolean) => values.every((value) => test(String(value)));
  switch (kind) {
    case 'currency':
      return all(isCurrency);
    case 'unit':
      return all(isUnit) || (all((text) => text.length <= 20) ? undefined : false);
    case 'country':
      return all((text) => /^[A-Z]{2}$/.test(text));
    case 'language':
      return all((text) => /^[A-Za-z]{2}$/.test(text));
    case 'date':
    case 'instant':
    case 'enum':
    case 'boolean':
      return true;
    case 'text':
    case 'number-text': {
      const pattern = looksLike[name];
      if (pattern !== undefined) return all((text) => pattern.test(text));
      return all((text) => dateLike.test(text)) ||
        values.every((value) => typeof value === 'boolean')
        ? false
        : undefined;
    }
    default:
      return undefined;
  }
}
