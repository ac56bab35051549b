import { describeFaults } from '@common/connector-testkit';
import { describe, it } from 'vitest';
import { conformanceHarnesses } from './conformance-harness.fixture.ts';

const [v2, v4] = conformanceHarnesses;

describe('with purchase orders over OData V2', async () => {
  await describeFaults({ describe, it }, v2.harness);
});

// The other services are the same ones.
describe('with purchase orders over OData V4', async () => {
  await describeFaults({ describe, it }, v4.harness, { entities: ['purchaseOrder'] });
});
