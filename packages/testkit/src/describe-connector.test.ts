import { describe, expect, it } from 'vitest';
import { behaviours } from './behaviours/index.ts';
import type { ConformanceHarness } from './conformance-harness.ts';
import { describeConnector, type TestRunner } from './describe-connector.ts';
import type { ProofEntities } from './proof/proof-connector.ts';
import { type Defect, proofHarness } from './proof/proof-harness.ts';
import { runConformance } from './run-conformance.ts';

type Test = Parameters<TestRunner['it']>[1];

/** A runner that remembers its tests. */
function recordTests(harness: ConformanceHarness<ProofEntities>) {
  const groups: string[] = [];
  const tests = new Map<string, Test>();
  const runner: TestRunner = {
    describe(name, body) {
      groups.push(name);
      body();
    },
    it: (name, test) => tests.set(name, test),
  };
  describeConnector(runner, harness);
  return { groups, tests };
}

const withoutFilter: Defect = (connector) => {
  const { product, customer } = connector.capabilities.entities;
  const entities = { product: { ...product, filterable: [] }, customer };
  return { ...connector, capabilities: { entities } };
};
const filter = 'filters by the fields that it names as filterable';

describe('describeConnector', () => {
  it('declares one test for each behaviour, in groups', () => {
    const { groups, tests } = recordTests(proofHarness());
    expect(tests.size).toBe(behaviours.length);
    expect(groups).toEqual([...new Set(behaviours.map(({ group }) => group))]);
  });

  it('skips what does not apply, with the declared capability as the reason', async () => {
    const reasons: (string | undefined)[] = [];
    const { tests } = recordTests(proofHarness(withoutFilter));
    await tests.get(filter)?.({ skip: (reason) => reasons.push(reason) });
    expect(reasons).toEqual(['declares no filterable fields']);
  });

  it('fails the test of a behaviour that the connector lacks, and says why', async () => {
    const { tests } = recordTests(proofHarness('ignores-filter'));
    await expect(tests.get(filter)?.({})).rejects.toThrow(
      'list/filter\nproduct: Filtered by productNumber = P-1: missing [], too many [',
    );
  });
});

describe('runConformance', () => {
  it('counts what passed, failed and did not apply, and does not throw for a bad connector', async () => {
    const report = await runConformance(proofHarness(withoutFilter, 'reads-ahead'));
    const { passed, failed, notApplicable } = report;
    expect(passed + failed + notApplicable).toBe(behaviours.length);
    expect(report.behaviours).toContainEqual({
      id: 'list/filter',
      group: 'list',
      name: filter,
      result: 'not-applicable',
      reason: 'declares no filterable fields',
    });
    expect(report.behaviours).toContainEqual(
      expect.objectContaining({ id: 'list/stops', result: 'failed' }),
    );
    expect(JSON.parse(JSON.stringify(report))).toMatchObject({ id: 'proof', failed, passed });
  });

  it('fails an announced entity that the harness leaves out', async () => {
    const { product } = proofHarness().entities;
    const harness = { ...proofHarness(), entities: { product } };
    const report = await runConformance(harness as never);
    const failure = report.behaviours.find(({ id }) => id === 'manifest/all-entities-tested');
    expect(failure?.reason).toContain('The harness leaves out the entity "customer"');
  });
});
