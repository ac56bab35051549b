import { checkStructure } from '@common/connector-testkit';
import { expect, it } from 'vitest';

it('has the structure of every connector', () => {
  expect(checkStructure({ folder: import.meta.dirname })).toEqual([]);
});
