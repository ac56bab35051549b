import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../toolkit/create-sandbox.ts';
import { callerOf, type Shown, sale } from './quickbooks-caller.fixture.ts';
import { type QuickbooksSandbox, startQuickbooksSandbox } from './quickbooks-sandbox.ts';

let receiver: Sandbox;
let statuses: number[];
let sandbox: QuickbooksSandbox;

const invoice = { CustomerRef: { value: '1' }, Line: [sale(1)] };
const received = (): readonly Shown[] =>
  receiver.journal.entries().map(({ body }) => JSON.parse(body));
const headersOf = (index: number) => receiver.journal.entries()[index]!.headers;
const typesOf = (events: readonly Shown[]) =>
  events.map(({ type, intuitentityid }) => `${type} ${intuitentityid}`);

beforeEach(async () => {
  statuses = [];
  receiver = await createSandbox({
    routes: [
      { method: 'POST', path: '/hook', handler: () => ({ status: statuses.shift() ?? 200 }) },
    ],
  });
  sandbox = await startQuickbooksSandbox({
    companies: [{ realmId: '310687' }, { realmId: '2' }],
    customers: 3,
    items: 3,
    invoices: 1,
    webhook: { url: `${receiver.url}/hook` },
  });
});
afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

describe('webhooks', () => {
  it('tell what changed as CloudEvents; the seed is not news', async () => {
    await callerOf(sandbox).create('Customer', { DisplayName: 'Acme' });
    await sandbox.webhooksIdle();
    expect(received()).toEqual([
      [
        {
          specversion: '1.0',
          id: expect.stringMatching(/^[\da-f-]{36}$/),
          source: expect.stringMatching(/^intuit\./),
          type: 'qbo.customer.created.v1',
          datacontenttype: 'application/json',
          time: expect.stringMatching(/^2026-01-05T08:00:00\.\d{9}Z$/),
          intuitentityid: '4',
          intuitaccountid: '310687',
          data: {},
        },
      ],
    ]);
  });

  it('sign the bytes that are sent', async () => {
    sandbox.actions.setWebhook({ url: `${receiver.url}/hook`, verifierToken: 'b5771f19' });
    await callerOf(sandbox).create('Customer', { DisplayName: 'Bäckerei ☕' });
    await sandbox.webhooksIdle();
    const { body } = receiver.journal.entries()[0]!;
    const expected = createHmac('sha256', 'b5771f19').update(Buffer.from(body)).digest('base64');
    expect(headersOf(0)['intuit-signature']).toBe(expected);
  });

  it('come in the legacy form when wanted, by company', async () => {
    sandbox.actions.setWebhook({ url: `${receiver.url}/hook`, format: 'legacy' });
    sandbox.actions.holdWebhooks();
    const other = callerOf(sandbox, sandbox.actions.connect({ realmId: '2' }));
    await callerOf(sandbox).create('Vendor', { DisplayName: 'Acme' });
    await other.create('Vendor', { DisplayName: 'Acme' });
    sandbox.actions.merge({ entity: 'Customer', fromId: '1', intoId: '2' });
    sandbox.actions.releaseWebhooks();
    await sandbox.webhooksIdle();
    const lastUpdated = '2026-01-05T00:00:00-0800';
    expect(received()).toEqual([
      {
        eventNotifications: [
          {
            realmId: '310687',
            dataChangeEvent: {
              entities: [
                { name: 'Vendor', id: '11', operation: 'Create', lastUpdated },
                { name: 'Customer', id: '2', operation: 'Merge', lastUpdated, deletedId: '1' },
              ],
            },
          },
          {
            realmId: '2',
            dataChangeEvent: {
              entities: [{ name: 'Vendor', id: '11', operation: 'Create', lastUpdated }],
            },
          },
        ],
      },
    ]);
  });

  it('tell in one POST what one call did, with several companies mixed', async () => {
    sandbox.actions.holdWebhooks();
    sandbox.actions.payInvoices({ count: 1 });
    sandbox.actions.payInvoices({ realmId: '2', count: 1 });
    sandbox.actions.releaseWebhooks();
    await sandbox.webhooksIdle();
    expect(received()).toHaveLength(1);
    expect(received()[0].map((event: Shown) => event.intuitaccountid)).toEqual([
      '310687',
      '310687',
      '2',
      '2',
    ]);
    expect(typesOf(received()[0].slice(0, 2))).toEqual([
      'qbo.payment.created.v1 2',
      'qbo.invoice.updated.v1 1',
    ]);
  });

  it('name the record that was merged into another', async () => {
    sandbox.actions.merge({ entity: 'Customer', fromId: '1', intoId: '2' });
    await sandbox.webhooksIdle();
    expect(received().flat()).toMatchObject([
      { type: 'qbo.customer.merged.v1', intuitentityid: '2', data: { deletedId: '1' } },
    ]);
  });

  it('name deleting, voiding and sending', async () => {
    const caller = callerOf(sandbox);
    sandbox.actions.holdWebhooks();
    const first = await caller.create('Invoice', invoice);
    await caller.post(`invoice/${first.Id}/send?sendTo=a@b.example`, '');
    await caller.post('invoice?operation=void', { Id: first.Id, SyncToken: '1' });
    await caller.post('invoice?operation=delete', { Id: first.Id, SyncToken: '2' });
    sandbox.actions.releaseWebhooks({ together: false });
    await sandbox.webhooksIdle();
    expect(received().flatMap(typesOf)).toEqual(
      ['created', 'emailed', 'voided', 'deleted'].map(
        (verb) => `qbo.invoice.${verb}.v1 ${first.Id}`,
      ),
    );
    expect(received()).toHaveLength(4);
  });

  it('come out of order and twice when the test wants so', async () => {
    const caller = callerOf(sandbox);
    sandbox.actions.holdWebhooks();
    for (const DisplayName of ['A', 'B']) await caller.create('Customer', { DisplayName });
    sandbox.actions.releaseWebhooks({ order: 'reversed', together: false });
    await sandbox.webhooksIdle();
    expect(received().flatMap(typesOf)).toEqual([
      'qbo.customer.created.v1 5',
      'qbo.customer.created.v1 4',
    ]);
    sandbox.actions.redeliverWebhook({ id: sandbox.state.webhooks()[0]!.id });
    await sandbox.webhooksIdle();
    expect(received()[2]).toEqual(received()[0]);
  });

  it('climb their ladder, and hold later ones back until then', async () => {
    const waits: number[] = [];
    const caller = callerOf(sandbox);
    sandbox.actions.setWebhook({
      url: `${receiver.url}/hook`,
      async sleep(milliseconds) {
        waits.push(milliseconds / 1_000);
        // Meanwhile more happens.
        if (waits.length < 3) await caller.create('Customer', { DisplayName: `B${waits.length}` });
      },
    });
    statuses.push(...Array(9).fill(500));
    await caller.create('Customer', { DisplayName: 'A' });
    await sandbox.webhooksIdle();
    expect(waits).toEqual([10, 20, 30, 300, 1_200, 7_200, 14_400, 21_600, 21_600]);
    const bodies = received();
    expect(bodies.slice(0, 10)).toEqual(Array(10).fill(bodies[0]));
    expect(bodies.slice(10).map(typesOf)).toEqual([
      ['qbo.customer.created.v1 5', 'qbo.customer.created.v1 6'],
    ]);
    expect(sandbox.state.webhooks().map(({ state }) => state)).toEqual(['delivered', 'delivered']);
  });

  it('wait for the clock of the sandbox; only 200 counts as taken', async () => {
    statuses.push(202);
    await callerOf(sandbox).create('Customer', { DisplayName: 'A' });
    const attempts = () => sandbox.state.webhooks()[0]?.attempts ?? [];
    await expect.poll(() => attempts().length).toBe(1);
    sandbox.clock.advance(10_000);
    await sandbox.webhooksIdle();
    const [first, second, ...more] = attempts();
    expect(more).toEqual([]);
    expect(Date.parse(second!.at) - Date.parse(first!.at)).toBe(10_000);
    expect(second!.status).toBe(200);
  });

  it('stop when they are taken away', async () => {
    sandbox.actions.setWebhook({});
    await callerOf(sandbox).create('Customer', { DisplayName: 'A' });
    await sandbox.webhooksIdle();
    expect(received()).toEqual([]);
  });
});
