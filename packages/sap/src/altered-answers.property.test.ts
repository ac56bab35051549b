import { describe, it } from 'vitest';
import { alteringTransport } from '../../../testing/altered-answers.ts';
import { collect, createOrder, newOrder, openSap } from './open-sap.fixture.ts';

describe.each(['v2', 'v4'] as const)('whatever the answers hold (%s)', (purchaseOrderApi) => {
  const open = async () => {
    const { transport, survives } = alteringTransport();
    const few = { products: 3, purchaseOrders: 2, suppliers: 2, customers: 1 };
    const retry = { maxAttempts: 1 };
    const sap = await openSap(few, { transport, retry, purchaseOrderApi });
    return { sap, erp: sap.erp, survives, [Symbol.asyncDispose]: () => sap[Symbol.asyncDispose]() };
  };

  it('reading ends, and says what is wrong', async () => {
    await using fixture = await open();
    const { erp, survives } = fixture;
    const key = await createOrder(erp);
    await survives(() => collect(erp.list('purchaseOrder')));
    await survives(() => collect(erp.changes('supplier')));
    await survives(async () => erp.get('purchaseOrder', key));
  });

  it('writing ends, and says what is wrong', async () => {
    await using fixture = await open();
    const { erp, survives } = fixture;
    const key = await createOrder(erp);
    const record = newOrder();
    await survives(async () => erp.write('purchaseOrder', [{ op: 'upsert', record }]));
    await survives(async () => erp.write('purchaseOrder', [{ op: 'upsert', key, record }]));
  });
});
