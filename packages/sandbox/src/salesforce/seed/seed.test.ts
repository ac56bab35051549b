import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SalesforceSandbox, startSalesforceSandbox } from '../salesforce-sandbox.ts';

let sandbox: SalesforceSandbox;

beforeEach(async () => {
  sandbox = await startSalesforceSandbox({ accounts: 4, contacts: 0, products: 2, orders: 0 });
});
afterEach(() => sandbox.close());

describe('the seed', () => {
  it('is the same for the same seed, and not simple', async () => {
    const other = await startSalesforceSandbox({
      accounts: 4,
      contacts: 0,
      products: 2,
      orders: 0,
    });
    expect(other.state.find('Account')).toEqual(sandbox.state.find('Account'));
    await other.close();
    const third = await startSalesforceSandbox({
      accounts: 12,
      orders: 9,
      seed: 2,
      invoicing: true,
    });
    const stamps = third.state.find('Account').map(({ SystemModstamp }) => SystemModstamp);
    expect(new Set(stamps).size).toBeLessThan(stamps.length);
    const names = third.state.find('Account').map(({ Name }) => String(Name));
    expect(names.some((text) => /['"]/.test(text) && text.includes(','))).toBe(true);
    expect(names).toContain('#N/A Holdings');
    const statuses = third.state.find('Order').map(({ Status }) => Status);
    expect(new Set(statuses)).toEqual(new Set(['Draft', 'Activated']));
    expect(third.state.count('Invoice')).toBe(5);
    expect(
      third.state
        .find('Account')
        .every(({ SystemModstamp }) => String(SystemModstamp) < third.clock.iso()),
    ).toBe(true);
    await third.close();
  });
});
