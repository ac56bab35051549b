import { createGovernor } from '@common/connector-core';
import { describe, it } from 'vitest';
import { goesOnOrRefuses } from '../../../testing/any-checkpoint.ts';
import { openQuickbooks } from './open-quickbooks.fixture.ts';

// Intuit's limits would be waited for.
const open = () => openQuickbooks({}, { governor: createGovernor({}) });

// A place in another list is told by the count at the end.
const ofAnother = ['ERR_INVALID_RESPONSE'];

describe('any checkpoint is gone on from or refused', () => {
  it.each(['customer', 'invoice'] as const)('of changes of %s', async (entity) => {
    await using quickbooks = await open();
    await goesOnOrRefuses(
      (checkpoint) => quickbooks.books.changes(entity, checkpoint),
      ['ERR_INVALID_CHECKPOINT', 'ERR_CHECKPOINT_EXPIRED', ...ofAnother],
    );
  });

  it('of a list', async () => {
    await using quickbooks = await open();
    await goesOnOrRefuses(
      (after) => quickbooks.books.list('customer', { after }),
      ['ERR_INVALID_CHECKPOINT', ...ofAnother],
    );
  });
});
