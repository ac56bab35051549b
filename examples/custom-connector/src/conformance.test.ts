import { describeConnector } from '@common/connector-testkit';
import { describe, it } from 'vitest';
import { harness } from './conformance-harness.fixture.ts';

describeConnector({ describe, it }, harness);
