import { describeFaults } from '@common/connector-testkit';
import { describe, it } from 'vitest';
import { harness } from './src/conformance-harness.fixture.ts';

await describeFaults({ describe, it }, harness);
