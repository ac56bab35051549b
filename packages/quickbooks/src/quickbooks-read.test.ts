import { describe, expect, it } from 'vitest';
import { openQuickbooks } from './open-quickbooks.fixture.ts';

describe('a record that is read', () => {
  it.each(['{"time":"2026-01-31T04:00:00.000-08:00"}', '{"Customer":null}', '{"Customer":[]}'])(
    'is not taken for one that is not there where the answer is %s',
    async (body) => {
      await using quickbooks = await openQuickbooks({}, { retry: { maxAttempts: 1 } });
      const { books, sandbox } = quickbooks;
      const contentType = 'application/json';
      const match = { path: /\/customer\/1/ };
      sandbox.faults.add({ kind: 'status', status: 200, contentType, body, match });
      await expect(books.get('customer', '1')).rejects.toMatchObject({
        code: 'ERR_INVALID_RESPONSE',
        key: '1',
      });
      expect(await books.get('customer', '1')).toMatchObject({ source: { key: '1' } });
      expect(await books.get('customer', '999')).toBeUndefined();
    },
  );
});
