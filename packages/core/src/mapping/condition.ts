import type { MutableRecord } from './field-path.ts';
import type { Condition } from './mapping-template.ts';
import { type Around, scopedPathOf } from './scoped-path.ts';

export type Test = (record: Readonly<MutableRecord>, around: Around | undefined) => boolean;

/** One test out of one or several conditions; all must hold. */
export function compileConditions(
  conditions: Condition | readonly Condition[] | undefined,
): Test | undefined {
  if (conditions === undefined) return undefined;
  const tests = [conditions].flat().map(compileCondition);
  if (tests.length === 1) return tests[0];
  return (record, around) => tests.every((test) => test(record, around));
}

function compileCondition(condition: Condition): Test {
  if ('all' in condition) {
    const tests = condition.all.map(compileCondition);
    return (record, around) => tests.every((test) => test(record, around));
  }
  if ('any' in condition) {
    const tests = condition.any.map(compileCondition);
    return (record, around) => tests.some((test) => test(record, around));
  }
  if ('not' in condition) {
    const test = compileCondition(condition.not);
    return (record, around) => !test(record, around);
  }
  const path = scopedPathOf(condition.path);
  const holds = compileComparison(condition);
  return (record, around) => holds(path.read(record, around));
}

type Comparison = Extract<Condition, { readonly path: string }>;

function compileComparison(condition: Comparison): (value: unknown) => boolean {
  if ('equals' in condition) return (value) => value === condition.equals;
  if ('notEquals' in condition) return (value) => value !== condition.notEquals;
  if ('in' in condition) {
    const values = new Set<unknown>(condition.in);
    return (value) => values.has(value);
  }
  if ('notIn' in condition) {
    const values = new Set<unknown>(condition.notIn);
    return (value) => !values.has(value);
  }
  const isPresent = (value: unknown) => value !== undefined && value !== null && value !== '';
  return (value) => isPresent(value) === condition.present;
}

/** The comparisons that conditions are made of, whatever joins them. */
export function comparisonsOf(
  conditions: Condition | readonly Condition[] | undefined,
): readonly Comparison[] {
  return [conditions ?? []].flat().flatMap((condition): readonly Comparison[] => {
    if ('all' in condition) return comparisonsOf(condition.all);
    if ('any' in condition) return comparisonsOf(condition.any);
    return 'not' in condition ? comparisonsOf(condition.not) : [condition];
  });
}
