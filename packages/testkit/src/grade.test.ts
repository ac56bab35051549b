import { describe, expect, it } from 'vitest';
import { behaviours } from './behaviours/index.ts';
import { gradeOf, harmfulBehaviours } from './grade.ts';

type Result = 'passed' | 'failed' | 'not-applicable';

const suite = (failed: readonly string[], result: Result = 'passed') =>
  behaviours.map(({ id }) => ({ id, result: failed.includes(id) ? ('failed' as const) : result }));
const harmless = behaviours.map(({ id }) => id).filter((id) => !harmfulBehaviours.includes(id));

describe('the grade', () => {
  it('knows the harm of behaviours that exist', () => {
    const known = behaviours.map(({ id }) => id);
    expect(harmfulBehaviours.filter((id) => !known.includes(id))).toEqual([]);
  });

  it.each([
    ['A', []],
    ['B', harmless.slice(0, 1)],
    ['B', harmless.slice(0, Math.floor(behaviours.length / 20))],
    ['C', harmless.slice(0, Math.floor(behaviours.length / 20) + 1)],
    ['D', ['changes/ties']],
    ['D', ['idempotency/lost-answer', ...harmless]],
    ['F', ['redaction/log']],
    ['F', ['webhooks/unsigned', 'changes/ties']],
  ])('is %s when these fail: %j', (grade, failed) => {
    expect(gradeOf(suite(failed))).toBe(grade);
  });

  it('does not count what does not apply', () => {
    const results = suite(harmless.slice(0, 1), 'not-applicable');
    expect(gradeOf([...results, { id: 'list/one', result: 'passed' }])).toBe('C');
  });

  it('is none to be proud of when nothing was proven', () => {
    expect(gradeOf(suite([], 'not-applicable'))).toBe('D');
    expect(gradeOf([])).toBe('D');
  });
});
