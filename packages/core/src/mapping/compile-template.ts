import { isObject } from './check.ts';
import type { LookupSupply, MappingContext, OwnCodecFactory } from './codec.ts';
import { codecEnvironment } from './codec-environment.ts';
import { collectNeeds, type MappingNeeds, needsOf } from './collect-needs.ts';
import { templateError } from './define-template.ts';
import { explainRecord, type RecordExplanation } from './explain-record.ts';
import type { MutableRecord } from './field-path.ts';
import { mappingError, notARecord } from './mapping-error.ts';
import { compilePlan, type MappingPlan } from './mapping-plan.ts';
import type { MappingDirection, MappingTemplate } from './mapping-template.ts';
import type { LookupResolver, MappedReference, ReferenceResolver } from './reference-resolver.ts';
import { missingParts } from './template-parts.ts';
import { traceRecord } from './trace-record.ts';

/** What a template leaves open. */
export interface CompileOptions {
  /** Translates the keys of `reference` codecs, when a call does not bring its own resolver. */
  readonly references?: ReferenceResolver | undefined;
  /**
   * Tables of `lookup` codecs by name. They go before tables of the same name in the template.
   * `'supplied'`: too large or too quick to change to be given here; each call brings `lookups`, for
   * example from `createLookupCache`.
   */
  readonly lookups?: { readonly [table: string]: LookupSupply } | undefined;
  /** Translates the values of tables that are `'supplied'`, when a call does not bring its own. */
  readonly suppliedLookups?: LookupResolver | undefined;
  /** Own codecs by name. */
  readonly codecs?: { readonly [name: string]: OwnCodecFactory } | undefined;
}

/** A template made ready: two plain, synchronous functions. */
export interface Mapping<Canonical extends object, Vendor extends object> {
  readonly template: MappingTemplate;
  /**
   * Vendor → canonical. The result is a new record; fields without a value are absent.
   *
   * @throws ConnectorError `ERR_MAPPING` with the path of the first problem and up to 5 in the message
   */
  decode(record: Vendor, context?: MappingContext): Canonical;
  /**
   * Canonical → vendor. Absent fields stay absent, null clears.
   *
   * @throws ConnectorError `ERR_MAPPING`, as `decode`
   */
  encode(record: Canonical, context?: MappingContext): Vendor;
  /**
   * Canonical → vendor for an update with only what changes: an absent field is not required and gets
   * no default. The elements of a list are whole, as in `encode`.
   *
   * @throws ConnectorError `ERR_MAPPING`, as `decode`
   */
  encodePatch(
    record: { readonly [Field in keyof Canonical]?: Canonical[Field] | null },
    context?: MappingContext,
  ): Partial<Vendor>;
  /** Field by field: where a value came from and what was done. Does not throw for bad values. */
  explain(
    record: Vendor | Canonical,
    direction: MappingDirection,
    context?: MappingContext,
  ): RecordExplanation;
  /**
   * The keys that `reference` codecs of these records will ask for, each once, so that they can be
   * resolved in bulk before a page is mapped.
   */
  collectReferences(
    records: Iterable<Vendor | Canonical>,
    direction: MappingDirection,
  ): readonly MappedReference[];
  /** The keys and the values of supplied tables that these records will ask for, in one pass. */
  collectNeeds(records: Iterable<Vendor | Canonical>, direction: MappingDirection): MappingNeeds;
}

/**
 * Compiles a template into functions. Do it once per template, not per record.
 *
 * @throws ConnectorError `ERR_INVALID_TEMPLATE` when the template names a table or an own codec that is
 * not given
 */
export function compileTemplate<
  Canonical extends object = Record<string, unknown>,
  Vendor extends object = Record<string, unknown>,
>(template: MappingTemplate, options: CompileOptions = {}): Mapping<Canonical, Vendor> {
  const environment = codecEnvironment(template, options);
  const missing = missingParts(template, environment);
  if (missing.length > 0) throw templateError(template, missing);

  const given: MappingContext = {
    references: options.references,
    lookups: options.suppliedLookups,
  };
  const contextOf = (context: MappingContext | undefined): MappingContext =>
    context === undefined
      ? given
      : {
          references: context.references ?? given.references,
          lookups: context.lookups ?? given.lookups,
        };
  const plans = {
    decode: compilePlan(template, { direction: 'decode', environment }),
    encode: compilePlan(template, { direction: 'encode', environment }),
    encodePatch: compilePlan(template, { direction: 'encode', environment, isPatch: true }),
  };
  const needs = {
    decode: needsOf(plans.decode, environment),
    encode: needsOf(plans.encode, environment),
  };
  const map = (plan: MappingPlan, record: object, context: MappingContext): MutableRecord => {
    try {
      return plan.run(record as MutableRecord, context);
    } catch (error) {
      if (!isObject(record)) throw notARecord(template, plan.direction, record);
      // The quick way stops at the first problem and knows no path; this one finds them all.
      const trace = traceRecord(plan, record as MutableRecord, context);
      if (trace.every((entry) => entry.problem === undefined)) throw error;
      throw mappingError(template, plan.direction, trace);
    }
  };
  return {
    template,
    decode: (record, context) => map(plans.decode, record, contextOf(context)) as Canonical,
    encode: (record, context) => map(plans.encode, record, contextOf(context)) as Vendor,
    encodePatch: (record, context) =>
      map(plans.encodePatch, record, contextOf(context)) as Partial<Vendor>,
    explain: (record, direction, context) =>
      explainRecord(template, plans[direction], record as MutableRecord, contextOf(context)),
    collectReferences: (records, direction) =>
      collectNeeds(needs[direction], records as Iterable<MutableRecord>).references,
    collectNeeds: (records, direction) =>
      collectNeeds(needs[direction], records as Iterable<MutableRecord>),
  };
}
