import { describeConnector } from '@common/connector-testkit';
import { describe, it } from 'vitest';
import { harness } from './conformance-harness.fixture.ts';

describe('Salesforce', () => {
  describeConnector({ describe, it }, harness);
});
