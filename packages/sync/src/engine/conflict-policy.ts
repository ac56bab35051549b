import { ConnectorError, type ErpRecord } from '@common/connector-core';

/**
 * What happens to a field that both sides changed since they last agreed:
 *
 * - `source`, `target`: that side's value stands;
 * - `newest`: the value of the record that was changed last, by `changedAt` of both records. It takes
 *   both systems' clocks to be right; where a record has no `changedAt`, or the two are not further
 *   apart than `clockToleranceMs`, it is held;
 * - `hold`: nothing is written, the record waits in the dead letters (`ERR_CONFLICT`) for `resolve`.
 */
export type ConflictPolicy = 'source' | 'target' | 'newest' | 'hold';

/** Policies by field. */
export interface ConflictRules {
  readonly default: ConflictPolicy;
  /** By name of the field; those of `custom` as `custom.<name>`. */
  readonly fields?: { readonly [field: string]: ConflictPolicy } | undefined;
  /**
   * One side deleted the record, the other changed it.
   * @default the default policy; `hold` where that is `newest`
   */
  readonly deletes?: 'source' | 'target' | 'hold' | undefined;
  /** @default 0 */
  readonly clockToleranceMs?: number | undefined;
}

/** Which side a conflict goes to. */
export type Verdict = 'source' | 'target' | 'hold';

const policies: ReadonlySet<string> = new Set(['source', 'target', 'newest', 'hold']);

/** @throws ConnectorError `ERR_CONFIGURATION` for a policy that does not exist */
export function conflictRules(
  given: ConflictPolicy | ConflictRules | undefined,
): ConflictRules | undefined {
  if (given === undefined) return undefined;
  const rules = typeof given === 'string' ? { default: given } : given;
  const { fields = {}, deletes } = rules;
  for (const policy of [rules.default, ...Object.values(fields), deletes ?? 'hold']) {
    if (policies.has(policy)) continue;
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `A conflict policy is one of ${[...policies].join(', ')}, not "${policy}".`,
      path: 'conflicts',
    });
  }
  return rules;
}

export function verdictOn(
  field: string,
  rules: ConflictRules,
  { source, target }: { readonly source: ErpRecord; readonly target: ErpRecord },
): Verdict {
  const own = rules.fields !== undefined && Object.hasOwn(rules.fields, field);
  const policy = (own ? rules.fields?.[field] : undefined) ?? rules.default;
  if (policy !== 'newest') return policy;
  const difference = changedAt(source) - changedAt(target);
  if (Number.isNaN(difference) || Math.abs(difference) <= (rules.clockToleranceMs ?? 0)) {
    return 'hold';
  }
  return difference > 0 ? 'source' : 'target';
}

export function verdictOnDeletion(rules: ConflictRules): Verdict {
  return rules.deletes ?? (rules.default === 'newest' ? 'hold' : rules.default);
}

function changedAt(record: ErpRecord): number {
  const value = (record as { readonly changedAt?: unknown }).changedAt;
  return typeof value === 'string' ? Date.parse(value) : Number.NaN;
}
