import { digest } from '../digest/digest.ts';
import type { Mapping } from '../mapping/mapping.ts';
import type { ComparedFields, SyncOptions } from './sync-options.ts';

/** How a flow remembers single fields of its target. */
export interface FlowShadow {
  /** Marks the fields that this flow brought, where several flows share an identity map. */
  readonly tag: string;
  readonly isShared: boolean;
  clears(field: string): boolean;
  /** Fields that both sides keep, by the word of whoever named them. */
  readonly compared: ReadonlySet<string>;
}

const tagLength = 4;

export function flowShadow(options: {
  readonly id: string;
  readonly link: SyncOptions['link'];
  readonly mapping: Mapping;
  readonly compare: ComparedFields;
}): FlowShadow {
  const { id, link, mapping, compare } = options;
  const { clears = false } = mapping;
  const cleared = typeof clears === 'boolean' ? undefined : new Set(clears);
  return {
    tag: link === undefined ? '' : digest(id).slice(0, tagLength),
    isShared: link !== undefined,
    clears: (field) => cleared?.has(field) ?? clears === true,
    // Whole fields only: of `lines.quantity` nothing follows for `lines`.
    compared: new Set(compare.target === false ? [] : compare.target),
  };
}
