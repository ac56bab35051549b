import type { ErpRecord } from '@common/connector-core';
import {
  isAsBefore,
  isEmptyList,
  parseShadow,
  type ShadowField,
  shadowFields,
} from '../digest/shadow.ts';
import { type ConflictRules, type Verdict, verdictOn } from './conflict-policy.ts';
import type { Flow } from './flow.ts';
import type { MappedPart } from './map-page.ts';
import { isCleared } from './shadows-after.ts';
import type { SideLink } from './side-link.ts';

/** What a three-way merge decided. */
export interface MergedFields {
  /** Fields that the target keeps as it has them. */
  readonly kept: ReadonlySet<string>;
  /** Fields that the target has already as wanted. */
  readonly present: ReadonlySet<string>;
  /** Fields that both sides changed, and that are to be held for review. */
  readonly held: readonly string[];
}

/**
 * Compares, field by field, what is wanted and what is there with what there was at the last
 * agreement.
 *
 * @param resolve - the side that somebody chose for all conflicts
 */
export function mergeFields(
  flow: Flow,
  rules: ConflictRules,
  {
    part,
    record,
    link,
    present: there,
    resolve,
  }: {
    readonly part: MappedPart;
    readonly record: ErpRecord;
    readonly link: SideLink;
    readonly present: ErpRecord;
    readonly resolve: 'source' | 'target' | undefined;
  },
): MergedFields {
  const base = parseShadow(link.targetShadow);
  const wanted = shadowFields(record, flow.canonicalJson, '');
  const found = shadowFields(there, flow.canonicalJson, '');
  const kept = new Set<string>();
  const present = new Set<string>();
  const held: string[] = [];
  // Without a shadow the digest of the whole can still say that nobody touched the target.
  const isUntouched =
    link.targetDigest !== '' && flow.targetProjection?.digest(there) === link.targetDigest;
  const cleared = [...(base?.fields ?? [])].flatMap(([name, field]) =>
    !wanted.has(name) && isCleared(flow, name, field) ? [name] : [],
  );
  for (const name of [...wanted.keys(), ...cleared]) {
    const mine = digestOf(wanted.get(name));
    const theirs = digestOf(found.get(name));
    if (mine === theirs) {
      present.add(name);
      continue;
    }
    const before = base?.fields.get(name);
    const isTheirs = !((base && isAsBefore(before, found.get(name))) ?? isUntouched);
    // What we were to write is ours, whether it was written or not.
    const isOurs = base === undefined || before?.digest === '' || mine !== digestOf(before);
    if (!isTheirs || !flow.isCompared(name)) continue;
    const verdict: Verdict = isOurs
      ? (resolve ?? verdictOn(name, rules, { source: part.part, target: there }))
      : 'target';
    if (verdict === 'target') kept.add(name);
    else if (verdict === 'hold') held.push(name);
  }
  return { kept, present, held: held.sort() };
}

/** An empty list and none are one value. */
function digestOf(field: ShadowField | undefined): string | undefined {
  return field === undefined || isEmptyList(field) ? undefined : field.digest;
}

/** Whether somebody changed the target record since the last agreement. */
export function isTouched(flow: Flow, link: SideLink, there: ErpRecord): boolean {
  const base = parseShadow(link.targetShadow);
  const isAsLinked =
    link.targetDigest !== '' && flow.targetProjection?.digest(there) === link.targetDigest;
  if (base === undefined) return !isAsLinked;
  const found = shadowFields(there, flow.canonicalJson, '');
  for (const [name, field] of base.fields) {
    if (flow.isCompared(name) && !(isAsBefore(field, found.get(name)) ?? isAsLinked)) return true;
  }
  return false;
}
