import { describeFaults } from '@common/connector-testkit';
import { describe, it } from 'vitest';
import { conformanceHarnesses } from './conformance-harness.fixture.ts';

const [{ harness }] = conformanceHarnesses;

describe('QuickBooks', async () => {
  await describeFaults({ describe, it }, harness);
});
