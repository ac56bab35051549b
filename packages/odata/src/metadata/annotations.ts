import type { AnnotationTarget, MetadataDraft } from './metadata-draft.ts';

/** An annotation of V4 while it is being read. */
export interface OpenAnnotation {
  readonly term: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Values of its record by property. */
  readonly values: Map<string, string>;
  readonly target: AnnotationTarget | undefined;
}

/**
 * Takes over the annotations that matter to a client. Vocabularies are known by the last part of the
 * term: their aliases differ by service (`SAP__common.Label`, `Common.Label`).
 */
export function applyAnnotation(annotation: OpenAnnotation, draft: MetadataDraft): void {
  const { target, attributes, values } = annotation;
  if (target === undefined) return;
  const term = annotation.term.slice(annotation.term.lastIndexOf('.') + 1);
  const holds = attributes.Bool !== 'false';
  if (target.kind === 'property') {
    const { property } = target;
    if (term === 'Label') property.label = draft.intern(attributes.String);
    if (term === 'Unit' || term === 'ISOCurrency') property.unit = draft.intern(attributes.Path);
    if (term === 'Computed' && holds) property.creatable = property.updatable = false;
    if (term === 'Immutable' && holds) property.updatable = false;
    if (term === 'IsDigitSequence' && holds) property.displayFormat = 'NonNegative';
    if (term === 'IsUpperCase' && holds) property.displayFormat = 'UpperCase';
    return;
  }
  if (target.kind === 'entity-type') {
    if (term === 'Label') target.type.label = draft.intern(attributes.String);
    return;
  }
  const { set } = target;
  if (term === 'Label') set.label = draft.intern(attributes.String);
  if (term === 'OptimisticConcurrency') set.needsEtag = true;
  if (term === 'InsertRestrictions' && values.get('Insertable') === 'false') set.creatable = false;
  if (term === 'UpdateRestrictions' && values.get('Updatable') === 'false') set.updatable = false;
  if (term === 'DeleteRestrictions' && values.get('Deletable') === 'false') set.deletable = false;
}
