import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSalesforceCaller, type SalesforceCaller } from '../salesforce-caller.fixture.ts';
import { type SalesforceSandbox, startSalesforceSandbox } from '../salesforce-sandbox.ts';

let sandbox: SalesforceSandbox;
let call: SalesforceCaller;

beforeEach(async () => {
  sandbox = await startSalesforceSandbox({ accounts: 4, contacts: 0, products: 2, orders: 0 });
  call = await createSalesforceCaller(sandbox);
});
afterEach(() => sandbox.close());

const create = async (type: string, body: Record<string, unknown>): Promise<string> => {
  const answer = await call('POST', `/sobjects/${type}`, body);
  expect(answer.text).toContain('"success":true');
  return answer.json.id;
};

describe('orders and prices', () => {
  const standard = '01sxx0000000001AAA';
  const newOrder = () =>
    create('Order', {
      AccountId: '001xx0000000001AAA',
      EffectiveDate: '2026-01-05',
      Status: 'Draft',
      Pricebook2Id: standard,
    });
  const line = (OrderId: string) => ({
    OrderId,
    PricebookEntryId: '01uxx0000000001AAA',
    Quantity: 3,
    UnitPrice: 0.1,
  });

  it('an order adds up its lines', async () => {
    const OrderId = await newOrder();
    await create('OrderItem', line(OrderId));
    await create('OrderItem', { ...line(OrderId), Quantity: 2, UnitPrice: 0.2 });
    const { json } = await call('GET', `/sobjects/Order/${OrderId}`);
    expect(json).toMatchObject({ TotalAmount: 0.7, StatusCode: 'Draft', OrderNumber: '00000001' });
    const refused = await call('PATCH', `/sobjects/Order/${OrderId}`, { TotalAmount: 9 });
    expect(refused.json[0].errorCode).toBe('INVALID_FIELD_FOR_INSERT_UPDATE');
  });

  it('an order starts as a draft, and keeps its lines once it is activated', async () => {
    const born = await call('POST', '/sobjects/Order', {
      AccountId: '001xx0000000001AAA',
      EffectiveDate: '2026-01-05',
      Status: 'Activated',
    });
    expect(born.json[0].errorCode).toBe('FAILED_ACTIVATION');
    const OrderId = await newOrder();
    const activate = () => call('PATCH', `/sobjects/Order/${OrderId}`, { Status: 'Activated' });
    expect((await activate()).json[0].errorCode).toBe('FAILED_ACTIVATION');
    const itemId = await create('OrderItem', line(OrderId));
    expect((await activate()).status).toBe(204);
    for (const answer of [
      await call('POST', '/sobjects/OrderItem', line(OrderId)),
      await call('PATCH', `/sobjects/OrderItem/${itemId}`, { Quantity: 1 }),
      await call('DELETE', `/sobjects/OrderItem/${itemId}`),
    ]) {
      expect(answer.json[0].errorCode).toBe('ENTITY_IS_LOCKED');
    }
    expect((await call('DELETE', `/sobjects/Order/${OrderId}`)).json[0].errorCode).toBe(
      'DELETE_FAILED',
    );
  });

  it('a line is of an active price', async () => {
    const OrderId = await newOrder();
    await call('PATCH', '/sobjects/PricebookEntry/01uxx0000000001AAA', { IsActive: false });
    const refused = await call('POST', '/sobjects/OrderItem', line(OrderId));
    expect(refused.json[0]).toMatchObject({
      errorCode: 'FIELD_INTEGRITY_EXCEPTION',
      message: expect.stringContaining('pricebook entry is inactive'),
    });
  });

  it('a product has a price in each currency', async () => {
    await sandbox.close();
    sandbox = await startSalesforceSandbox({ currencies: ['EUR', 'USD'], products: 1, orders: 0 });
    call = await createSalesforceCaller(sandbox);
    const price = { Product2Id: '01txx0000000001AAA', Pricebook2Id: standard, UnitPrice: 1 };
    await create('PricebookEntry', { ...price, CurrencyIsoCode: 'USD', IsActive: true });
    const again = await call('POST', '/sobjects/PricebookEntry', price);
    expect(again.json[0].errorCode).toBe('DUPLICATE_VALUE');
  });

  it('a product has a standard price before any other', async () => {
    const Product2Id = await create('Product2', { Name: 'P' });
    const Pricebook2Id = await create('Pricebook2', { Name: 'Wholesale', IsActive: true });
    const price = { Product2Id, UnitPrice: 1, IsActive: true };
    const early = await call('POST', '/sobjects/PricebookEntry', { ...price, Pricebook2Id });
    expect(early.json[0].errorCode).toBe('STANDARD_PRICE_NOT_DEFINED');
    await create('PricebookEntry', { ...price, Pricebook2Id: standard });
    await create('PricebookEntry', { ...price, Pricebook2Id });
    const second = await call('POST', '/sobjects/PricebookEntry', { ...price, Pricebook2Id });
    expect(second.json[0].errorCode).toBe('DUPLICATE_VALUE');
  });
});
