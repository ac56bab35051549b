import type { ErpRecord } from '@common/connector-core';
import type {
  LookupCache,
  LookupResolver,
  MappingNeeds,
  MappingContext as TemplateContext,
} from '@common/connector-core/mapping';
import type { Mapping, MappingContext } from './mapping.ts';
import { linkedReferences, loadReferences, type ReferenceLinks } from './template-references.ts';

/** What is used of a template that `compileTemplate` of `@common/connector-core/mapping` has made ready. */
export interface CompiledTemplate<Canonical extends object, Vendor extends object> {
  encode(record: Canonical, context?: TemplateContext): Vendor;
  decode(record: Vendor, context?: TemplateContext): Canonical;
  readonly template?: { readonly version: string | number };
  collectNeeds(records: Iterable<Canonical | Vendor>, direction: 'encode' | 'decode'): MappingNeeds;
}

export interface TemplateMappingOptions {
  /**
   * The identity maps that translate `reference` codecs, by entity. They are read once per page. A record
   * that refers to one without a link goes to the dead letters as `retryable`: the next run tries it again.
   *
   * @example `{ supplier: { space: 'suppliers', vendor: 'left' } }`
   */
  readonly references?: ReferenceLinks | undefined;
  /** The tables that the template was compiled with as `'supplied'`. */
  readonly lookups?: LookupCache | undefined;
}

/**
 * A mapping template as the mapping of a flow.
 *
 * @param direction - `encode`: the source's records are the template's canonical side; `decode`: its
 * vendor side
 */
export function templateMapping<Canonical extends ErpRecord, Vendor extends ErpRecord>(
  template: CompiledTemplate<Canonical, Vendor>,
  direction: 'encode' | 'decode',
  { references, lookups }: TemplateMappingOptions = {},
): Mapping {
  // A context is of one page, so what was looked up for it is as well.
  const supplied = new WeakMap<MappingContext, LookupResolver>();

  async function prepare(records: readonly ErpRecord[], context: MappingContext): Promise<void> {
    const needs = template.collectNeeds(records as readonly (Canonical | Vendor)[], direction);
    if (references !== undefined) {
      await loadReferences(references, needs.references, { direction, context });
    }
    if (lookups !== undefined) {
      const { signal } = context;
      supplied.set(context, await lookups.resolve(needs.lookups, { signal }));
    }
  }

  return {
    ...(template.template === undefined ? {} : { version: String(template.template.version) }),
    // A template names every field that it knows: what it leaves out is empty.
    clears: true,
    ...(references === undefined && lookups === undefined ? {} : { prepare }),
    map(record, context) {
      const given: TemplateContext = {
        references: references && linkedReferences(references, context),
        lookups: lookups && supplied.get(context),
      };
      return {
        record:
          direction === 'encode'
            ? template.encode(record as Canonical, given)
            : template.decode(record as Vendor, given),
      };
    },
  };
}
