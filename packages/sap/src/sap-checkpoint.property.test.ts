import { describe, it } from 'vitest';
import { goesOnOrRefuses } from '../../../testing/any-checkpoint.ts';
import { openSap } from './open-sap.fixture.ts';

describe('any checkpoint is gone on from or refused', () => {
  const few = { products: 2, purchaseOrders: 1, suppliers: 1, customers: 1 };

  it.each(['product', 'supplier'] as const)('of changes of %s', async (entity) => {
    await using sap = await openSap(few);
    await goesOnOrRefuses((checkpoint) => sap.erp.changes(entity, checkpoint));
  });

  it('of a list', async () => {
    await using sap = await openSap(few);
    await goesOnOrRefuses((after) => sap.erp.list('product', { after }));
  });
});
