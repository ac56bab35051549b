import { describe, it } from 'vitest';
import { goesOnOrRefuses } from '../../../testing/any-checkpoint.ts';
import { openSalesforce } from './open-salesforce.fixture.ts';

describe('any checkpoint is gone on from or refused', () => {
  it.each(['customer', 'salesOrder'] as const)('of changes of %s', async (entity) => {
    await using salesforce = await openSalesforce();
    await goesOnOrRefuses(
      (checkpoint) => salesforce.crm.changes(entity, checkpoint),
      ['ERR_INVALID_CHECKPOINT', 'ERR_CHECKPOINT_EXPIRED'],
    );
  });

  it('of a list', async () => {
    await using salesforce = await openSalesforce();
    await goesOnOrRefuses((after) => salesforce.crm.list('customer', { after }));
  });
});
