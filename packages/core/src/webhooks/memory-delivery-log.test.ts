import { describe, it } from 'vitest';
import { deliveryLogConformance } from './delivery-log-conformance.ts';
import { memoryDeliveryLog } from './memory-delivery-log.ts';

describe('memoryDeliveryLog', () => {
  it.each(deliveryLogConformance)('$name', ({ run }) => run(memoryDeliveryLog()));
});
