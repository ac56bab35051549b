import { describeConnector } from '@common/connector-testkit';
import { describe, it } from 'vitest';
import { conformanceHarnesses } from './conformance-harness.fixture.ts';

describe.each(conformanceHarnesses)('$id', ({ harness }) => {
  describeConnector({ describe, it }, harness);
});
