import { describe, expect, it } from 'vitest';
import type { ConformanceHarness } from '../conformance-harness.ts';
import type { ProofEntities } from '../proof/proof-connector.ts';
import { type Defect, proofHarness } from '../proof/proof-harness.ts';
import { describeFaults } from './describe-faults.ts';
import { faultCases, faultMatrix } from './fault-matrix.ts';

/** Runs the cases whose names begin so. */
async function run(name: string, harness: ConformanceHarness<ProofEntities>) {
  const cases = await faultCases(harness);
  const fitting = cases.filter((one) => one.name.startsWith(name));
  expect(fitting).not.toEqual([]);
  return Promise.all(fitting.map((one) => one.run()));
}

describe('a connector without defects', async () => {
  await describeFaults({ describe, it }, proofHarness());
});

describe('the matrix', () => {
  it('has every operation of each way of being repeatable, and most of what goes wrong', async () => {
    const cases = await faultCases(proofHarness());
    const operations = new Set(cases.map(({ name }) => name.split(' × ')[0]));
    expect([...operations]).toEqual([
      'list of product',
      'list, second page of product',
      'get of product',
      'find of customer',
      'changes of product',
      'changes, second page of product',
      'create with a key of product',
      'create without a key of product',
      'create three with keys of product',
      'create with a key of customer',
      'create without a key of customer',
      'create three with keys of customer',
      'update of product',
      'update, its read of product',
      'delete of product',
      'call recount of product',
    ]);
    expect(cases.length).toBeGreaterThan(400);
  });

  it.each<[Defect, string]>([
    ['waits-for-ever', 'list of product × answer that stalls'],
    ['gives-up-on-reset', 'get of product × reset twice'],
    ['never-signs-in-again', 'changes, second page of product × token expired'],
    ['never-repeats', 'find of customer × 503'],
    ['hurries', 'list of product × 429 for an hour'],
    ['retries-400', 'list of product × 400'],
    ['never-gives-up', 'get of product × down'],
    ['loops-on-401', 'get of product × 401 for ever'],
    ['reads-html-as-empty', 'list of product × login page with 200'],
    ['throws-syntax-error', 'list of product × malformed answer'],
    ['repeats-any-write', 'create without a key of product × lost answer'],
    ['repeats-any-write', 'create three with keys of customer × lost answer'],
    ['calls-lost-failed', 'create with a key of customer × lost answer'],
    ['forgets-key', 'create with a key of product × lost answer'],
    ['takes-503-for-undone', 'create without a key of product × 503 after the work was done'],
    ['takes-503-for-undone', 'create without a key of product × 500 after the work was done'],
    ['takes-503-for-undone', 'delete of product × 500 after the work was done'],
    ['takes-500-for-success', 'get of product × 500'],
    ['takes-garbage-for-undone', 'update of product × malformed answer'],
    ['takes-garbage-for-undone', 'delete of product × empty answer'],
    ['repeats-any-write', 'call recount of product × lost answer'],
    ['repeats-any-write', 'call recount of product × peer that vanishes after the work was done'],
    ['takes-503-for-undone', 'call recount of product × 503 after the work was done'],
    ['takes-garbage-for-undone', 'call recount of product × malformed answer'],
    ['waits-for-ever', 'get of product × peer that vanishes'],
    [
      'repeats-any-write',
      'create without a key of product × peer that vanishes after the work was',
    ],
  ])('catches a connector that %s: %s', async (defect, name) => {
    const [{ result, reason } = {}] = await run(name, proofHarness(defect));
    expect(result).toBe('failed');
    expect(reason).toContain(`${name}`);
    expect(reason).toContain(': expected ');
  });

  it("tries the vendor's own faults on the operations that they can hit", async () => {
    const fault = { kind: 'status', status: 409 } as const;
    const faults = [
      { name: 'in use', fault, hits: ['updates'], expect: 'refusal', category: ['conflict'] },
      { name: 'in use, but well', fault, hits: ['updates'], expect: 'nothing' },
    ] as const;
    const harness = { ...proofHarness(), faults };
    const cases = (await faultCases(harness)).filter(({ name }) => name.includes('in use'));
    const [good, bad] = await Promise.all(cases.map((one) => one.run()));
    expect(cases).toHaveLength(2);
    expect(good).toMatchObject({ operation: 'update', fault: 'in use', result: 'passed' });
    expect(bad?.reason).toContain('expected the operation ends as without the fault. It ended as');
  });

  it('proves nothing by a fault that never hit', async () => {
    const fault = { kind: 'status', status: 503, match: { path: /^\/nowhere/ } } as const;
    const faults = [{ name: 'elsewhere', fault, hits: ['reads'], expect: 'nothing' }] as const;
    const cases = await faultCases({ ...proofHarness(), faults });
    const result = await cases.find(({ name }) => name === 'list of product × elsewhere')?.run();
    expect(result?.reason).toContain('The fault never hit');
  });

  it('can be kept to some entities, and be run over every one', async () => {
    const harness = proofHarness();
    const some = await faultCases(harness, { entities: ['customer'] });
    expect(some.some(({ name }) => name.includes('of product'))).toBe(false);
    const every = await faultCases(harness, { everyEntity: true });
    expect(every.some(({ name }) => name.startsWith('list of customer'))).toBe(true);
    const report = await faultMatrix(
      { ...harness, faults: [] },
      { entities: ['customer'], timeLimitMs: 5_000 },
    );
    expect(report).toMatchObject({ id: 'proof', passed: some.length, failed: 0 });
  });
});
