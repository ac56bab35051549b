import { describe, expect, it } from 'vitest';
import { requestIdOf } from './request-id.ts';

describe('a request id', () => {
  it('has at most the 50 characters that Intuit takes, however long the key is', () => {
    expect(requestIdOf('create', 'Invoice', 'x'.repeat(500))).toMatch(/^[a-z0-9-]{40}$/);
  });

  it('is the same for the same write in every process', () => {
    expect(requestIdOf('create', 'Invoice', 'K1')).toBe('cc-4c880ad230887b12db27181f0ede47f55afec');
  });

  it('is another one for another operation, entity or key, wherever their borders are', () => {
    const ids = [
      requestIdOf('create', 'Invoice', 'K1'),
      requestIdOf('create', 'Bill', 'K1'),
      requestIdOf('update', 'Invoice', 'K1'),
      requestIdOf('create', 'InvoiceK', '1'),
      requestIdOf('create', 'Invoice', undefined),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});
