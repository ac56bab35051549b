import { createGovernor } from '@common/connector-core';
import { describe, it } from 'vitest';
import { alteringTransport } from '../../../testing/altered-answers.ts';
import { collect, newCustomer, openQuickbooks } from './open-quickbooks.fixture.ts';

describe('whatever the answers hold', () => {
  const open = async () => {
    const { transport, survives } = alteringTransport();
    const quickbooks = await openQuickbooks(
      { invoices: 3 },
      // Intuit's limits would be waited for.
      { transport, retry: { maxAttempts: 1 }, governor: createGovernor({}) },
    );
    const { books } = quickbooks;
    const pages = await collect(books.changes('invoice'));
    const close = () => quickbooks[Symbol.asyncDispose]();
    return { books, since: pages.at(-1)?.checkpoint, survives, [Symbol.asyncDispose]: close };
  };

  it('reading ends, and says what is wrong', async () => {
    await using fixture = await open();
    const { books, since, survives } = fixture;
    await survives(() => collect(books.list('customer')));
    await survives(() => collect(books.changes('invoice', since)));
    await survives(async () => books.get('invoice', '1'));
  });

  it('writing ends, and says what is wrong', async () => {
    await using fixture = await open();
    const { books, survives } = fixture;
    let number = 0;
    await survives(async () => {
      number += 1;
      return books.write('customer', [
        { op: 'upsert', record: newCustomer({ name: `New ${number}` }) },
        { op: 'upsert', key: '1', record: { phone: String(number) } as never },
      ]);
    });
  });
});
