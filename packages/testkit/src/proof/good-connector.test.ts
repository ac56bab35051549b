import { describe, expect, it } from 'vitest';
import { behaviours } from '../behaviours/index.ts';
import { describeConnector } from '../describe-connector.ts';
import { runConformance } from '../run-conformance.ts';
import { proofHarness } from './proof-harness.ts';

describe('a connector without defects', () => {
  describeConnector({ describe, it }, proofHarness());

  it('passes everything, and everything applies to it', async () => {
    const report = await runConformance(proofHarness());
    expect(report.behaviours.filter(({ result }) => result !== 'passed')).toEqual([]);
    expect(report).toMatchObject({
      id: 'proof',
      passed: behaviours.length,
      failed: 0,
      notApplicable: 0,
    });
  });
});
