import type { CodecOptions } from '../codec-options.ts';
import type { Target } from './canonical-targets.ts';
import { isCustomerField } from './customer-field.ts';
import { meaningsOf } from './field-words.ts';
import { nameLikeness } from './name-likeness.ts';
import { proposeCodec } from './propose-codec.ts';
import { sampleEvidence } from './sample-evidence.ts';
import type { ScopedField } from './vendor-scope.ts';
import { typeFit } from './vendor-type.ts';

/** How well a vendor field and a canonical field fit, and why. */
export interface PairScore {
  readonly score: number;
  readonly isSeen: boolean;
  readonly codec: CodecOptions;
  readonly reasons: readonly string[];
}

/** What the name and the label of a vendor field mean. */
export interface FieldMeanings {
  readonly names: readonly { readonly meanings: readonly string[]; readonly weight: number }[];
  readonly label: readonly string[];
}

// Below, two names have nothing to do with each other.
const leastLikeness = 0.4;
// The customer's own fields go to `custom`, unless their name leaves no doubt.
const leastLikenessOfCustom = 0.85;

export function meaningsOfField({ name, description: { label } }: ScopedField): FieldMeanings {
  const steps = name.split('.');
  // `VendorRef.value` is what `Vendor` says.
  if (steps.length > 1 && /^(?:value|refName)$/i.test(steps.at(-1) as string)) {
    steps.splice(-2, 2, (steps.at(-2) as string).replace(/Ref$/, ''));
  }
  const last = steps.at(-1) as string;
  return {
    names: [
      { meanings: meaningsOf(steps.join(' ')), weight: 1 },
      ...(steps.length > 1 ? [{ meanings: meaningsOf(last), weight: 0.9 }] : []),
    ],
    label: label === undefined ? [] : meaningsOf(label),
  };
}

export function pairScore(
  vendor: ScopedField,
  target: Target,
  {
    meanings,
    context,
    overlap,
  }: {
    readonly meanings: FieldMeanings;
    readonly context: ReadonlySet<string>;
    /** Share of the vendor's sample values that canonical samples have as well. */
    readonly overlap: (vendor: ScopedField, target: Target) => number;
  },
): PairScore | undefined {
  const fit = typeFit(vendor.description, target.field);
  if (fit === 0) return undefined;
  const byName = Math.max(
    ...meanings.names.map((name) => name.weight * bestLikeness(name.meanings, target, context)),
  );
  const byLabel = 0.95 * bestLikeness(meanings.label, target, context);
  const likeness = Math.max(byName, byLabel);
  const shared = overlap(vendor, target);
  if (likeness < leastLikeness && shared < 0.5) return undefined;
  if (isCustomerField(vendor.description) && likeness < leastLikenessOfCustom) return undefined;
  const proposed = proposeCodec(vendor, target.field);
  const evidence = sampleEvidence(vendor, target.field, proposed);
  if (proposed === undefined) return undefined;
  let score = Math.max(likeness, 0.8 * shared) * fit * evidence.factor;
  if (evidence.supports) score += (1 - score) * 0.1;
  score += (1 - score) * 0.5 * shared;
  const { description } = vendor;
  return {
    score,
    isSeen: evidence.supports,
    codec: proposed.codec,
    reasons: [
      ...(byName >= leastLikeness
        ? [`the name means "${meanings.names[0]?.meanings.join(' ')}"`]
        : []),
      ...(byLabel >= leastLikeness ? [`the label is "${description.label}"`] : []),
      ...(fit < 0.7 ? [`the type ${description.type} is unusual for it`] : []),
      ...(evidence.reason === undefined ? [] : [evidence.reason]),
      ...(shared >= 0.5 ? ['the canonical samples have the same values'] : []),
    ],
  };
}

function bestLikeness(
  meanings: readonly string[],
  { terms }: Target,
  context: ReadonlySet<string>,
): number {
  if (meanings.length === 0) return 0;
  // `id`, `orderId` in an order: the record's own key in its system, which is no number of a document.
  const isOwnKey =
    meanings.includes('id') && meanings.every((each) => each === 'id' || context.has(each));
  let best = 0;
  for (const term of terms) {
    if (isOwnKey && term.join() !== meanings.join()) continue;
    best = Math.max(best, nameLikeness(meanings, term, context));
  }
  return best;
}
