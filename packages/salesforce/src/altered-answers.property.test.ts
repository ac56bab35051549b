import { describe, it } from 'vitest';
import { alteringTransport } from '../../../testing/altered-answers.ts';
import { collect, openSalesforce } from './open-salesforce.fixture.ts';

describe('whatever the answers hold', () => {
  const open = async () => {
    const { transport, survives } = alteringTransport();
    const salesforce = await openSalesforce({}, { transport, retry: { maxAttempts: 1 } });
    const { crm } = salesforce;
    const [page] = await collect(crm.list('customer'));
    const key = page?.records[0]?.source?.key as string;
    const close = () => salesforce[Symbol.asyncDispose]();
    return { crm, key, survives, [Symbol.asyncDispose]: close };
  };

  it('reading ends, and says what is wrong', async () => {
    await using fixture = await open();
    const { crm, key, survives } = fixture;
    await survives(() => collect(crm.list('salesOrder')));
    await survives(() => collect(crm.changes('customer')));
    await survives(async () => crm.get('customer', key));
  });

  it('writing ends, and says what is wrong', async () => {
    await using fixture = await open();
    const { crm, key, survives } = fixture;
    let number = 0;
    await survives(async () => {
      number += 1;
      return crm.write('customer', [
        { op: 'upsert', record: { name: `New ${number}` }, idempotencyKey: `new-${number}` },
        { op: 'upsert', key, record: { phone: String(number) } },
      ]);
    });
  });
});
