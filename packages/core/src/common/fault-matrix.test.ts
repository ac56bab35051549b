import { describeFaults } from '@common/connector-testkit';
import { describe, it } from 'vitest';
import { conformanceHarnesses } from './conformance-harness.fixture.ts';

describe.each(conformanceHarnesses)('$id', async ({ harness }) => {
  await describeFaults({ describe, it }, harness);
});
