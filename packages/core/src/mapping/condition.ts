import type { FieldPath, MutableRecord } from './field-path.ts';
import type { Condition } from './mapping-template.ts';

export type Test = (record: Readonly<MutableRecord>) => boolean;

/** One test out of one or several conditions; all must hold. */
export function compileConditions(
  conditions: Condition | readonly Condition[] | undefined,
  pathOf: (text: string) => FieldPath,
): Test | undefined {
  if (conditions === undefined) return undefined;
  const tests = [conditions].flat().map((condition) => {
    const path = pathOf(condition.path);
    const holds = compileCondition(condition);
    return (record: Readonly<MutableRecord>) => holds(path.read(record));
  });
  if (tests.length === 1) return tests[0];
  return (record) => tests.every((test) => test(record));
}

function compileCondition(condition: Condition): (value: unknown) => boolean {
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
