import { executeHttpRequest } from '@sap-cloud-sdk/http-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newOrder, v2 } from './sap-caller.fixture.ts';
import { type SapSandbox, startSapSandbox } from './sap-sandbox.ts';

let sandbox: SapSandbox;

beforeAll(async () => {
  sandbox = await startSapSandbox({ products: 20, purchaseOrders: 3 });
});
afterAll(() => sandbox.close());

const destination = () => ({
  url: sandbox.url,
  username: sandbox.settings.user,
  password: sandbox.settings.password,
  sapClient: sandbox.settings.client,
  authentication: 'BasicAuthentication' as const,
});
const orders = `${v2.order}/A_PurchaseOrder`;

describe("SAP's own HTTP client", () => {
  it('reads', async () => {
    const { status, data } = await executeHttpRequest(destination(), {
      method: 'get',
      url: orders,
      params: { $top: 2, $expand: 'to_PurchaseOrderItem' },
    });
    expect(status).toBe(200);
    expect(data.d.results).toHaveLength(2);
  });

  it('fetches the CSRF token with its cookies, creates and changes', async () => {
    sandbox.journal.clear();
    const created = await executeHttpRequest(destination(), {
      method: 'post',
      url: orders,
      data: newOrder(),
      headers: { 'content-type': 'application/json' },
    });
    expect(created.status).toBe(201);
    const number = created.data.d.PurchaseOrder;
    const changed = await executeHttpRequest(destination(), {
      method: 'patch',
      url: `${orders}('${number}')`,
      data: { PaymentTerms: '0001' },
      headers: { 'content-type': 'application/json' },
    });
    expect(changed.status).toBe(204);
    expect(sandbox.journal.entries().map(({ method }) => method)).toEqual([
      'HEAD',
      'POST',
      'HEAD',
      'PATCH',
    ]);
    const [dumped] = [...sandbox.state.purchaseOrders()].filter(
      ({ header }) => header.PurchaseOrder === number,
    );
    expect(dumped!.header.PaymentTerms).toBe('0001');
  });

  it('sees the error that the simulator gives', async () => {
    const failing = executeHttpRequest(destination(), {
      method: 'post',
      url: orders,
      data: newOrder({ Supplier: '1' }),
      headers: { 'content-type': 'application/json' },
    });
    await expect(failing).rejects.toMatchObject({
      response: { status: 400, data: { error: { code: '06/321' } } },
    });
  });
});
