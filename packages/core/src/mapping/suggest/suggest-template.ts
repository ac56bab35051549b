import { defineTemplate } from '../define-template.ts';
import type { FieldMapping, MappingTemplate } from '../mapping-template.ts';
import type { FieldSuggestion, MappingSuggestions } from './suggest-mapping.ts';

export interface SuggestTemplateOptions {
  /** Name of the template, for example `acme.purchaseOrder`. */
  readonly id: string;
  /** The vendor's system, for example `acme`. */
  readonly system: string;
  /** The pairs that the template has, for example those that a person accepted. @default all suggestions */
  readonly accepted?: readonly FieldSuggestion[] | undefined;
}

/**
 * A first draft of a template out of suggestions: version 1, to be read and completed by a person. What
 * the record of a list needs and the vendor has not (a line number, where the record is its own line) is a
 * constant; the customer's own fields pass through `custom`.
 *
 * @throws ConnectorError `ERR_INVALID_TEMPLATE` when pairs are accepted that cannot stand together
 */
export function suggestTemplate(
  found: MappingSuggestions,
  { id, system, accepted = found.suggestions }: SuggestTemplateOptions,
): MappingTemplate {
  const currency = accepted.some(({ canonical }) => canonical === 'currency');
  return defineTemplate({
    id,
    version: 1,
    description: 'Draft out of suggestions; confidences stand in the notes',
    vendor: { system, entity: found.vendor.entity },
    canonical: { entity: found.canonical.entity },
    ...recordParts({ found, accepted, currency }, { vendor: '', canonical: '' }),
  });
}

interface Draft {
  readonly found: MappingSuggestions;
  readonly accepted: readonly FieldSuggestion[];
  /** Whether the record says its currency. */
  readonly currency: boolean;
}

/** What the paths of a record begin with on both sides. */
interface At {
  readonly vendor: string;
  readonly canonical: string;
}

function recordParts(draft: Draft, at: At): Pick<MappingTemplate, 'fields' | 'custom'> {
  const own = draft.accepted.filter((each) => isAt(each.canonical, at.canonical));
  const lists = draft.found.lists.filter((list) => isAt(list.canonical, at.canonical));
  const names = draft.found.custom
    .filter((name) => isAt(name, at.vendor) && !name.slice(at.vendor.length).includes('.'))
    .map((name) => name.slice(at.vendor.length));
  const fields: readonly FieldMapping[] = [
    ...own.map((each) => fieldOf(each, at, draft)),
    ...(own.some((each) => each.canonical.startsWith('lines[only].'))
      ? [{ canonical: 'lines[only].lineNumber', constant: '1' }]
      : []),
    ...lists.flatMap((list): readonly FieldMapping[] => {
      const inner = recordParts(draft, {
        vendor: `${list.vendor}[].`,
        canonical: `${list.canonical}[].`,
      });
      if (inner.fields.length === 0) return [];
      return [
        {
          vendor: list.vendor.slice(at.vendor.length),
          canonical: list.canonical.slice(at.canonical.length),
          each: inner.fields,
          ...(inner.custom && { custom: inner.custom }),
        },
      ];
    }),
  ];
  return { fields, ...(names.length > 0 && { custom: { names } }) };
}

/** Whether a path is one of a record's own: behind its beginning, and in no list further inside. */
const isAt = (path: string, prefix: string): boolean =>
  path.startsWith(prefix) && !path.slice(prefix.length).includes('[].');

function fieldOf(suggestion: FieldSuggestion, at: At, { currency }: Draft): FieldMapping {
  const { codec, confidence, isReadOnly } = suggestion;
  const depth = at.canonical.split('[].').length - 1;
  // Amounts have the places of their currency where the record says it.
  const minScale = { currencyField: `${'^.'.repeat(depth)}currency` };
  const isAmount = codec.kind === 'decimal' && codec.minScale !== undefined && currency;
  return {
    vendor: suggestion.vendor.slice(at.vendor.length),
    canonical: suggestion.canonical.slice(at.canonical.length),
    codec: isAmount ? { ...codec, minScale } : codec,
    ...(isReadOnly && { direction: 'decode' as const }),
    note: `Suggested with confidence ${confidence.toFixed(2)}`,
  };
}
