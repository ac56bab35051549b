import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSalesforceCaller, type SalesforceCaller } from '../salesforce-caller.fixture.ts';
import { type SalesforceSandbox, startSalesforceSandbox } from '../salesforce-sandbox.ts';

let sandbox: SalesforceSandbox;
let call: SalesforceCaller;

beforeEach(async () => {
  sandbox = await startSalesforceSandbox({
    accounts: 4,
    contacts: 0,
    products: 0,
    orders: 0,
    longPollMs: 30,
  });
  call = await createSalesforceCaller(sandbox);
});
afterEach(() => sandbox.close());

// biome-ignore lint/suspicious/noExplicitAny: messages of many shapes are inspected field by field
type Message = any;

const send = async (message: Message): Promise<Message[]> =>
  (await call('POST', `${sandbox.url}/cometd/60.0`, [message])).json;

async function handshake(): Promise<string> {
  const [reply] = await send({
    channel: '/meta/handshake',
    version: '1.0',
    supportedConnectionTypes: ['long-polling'],
    id: '1',
  });
  expect(reply).toMatchObject({ channel: '/meta/handshake', successful: true, id: '1' });
  return reply.clientId;
}

const subscribe = async (clientId: string, channel: string, replay?: number): Promise<Message> =>
  (
    await send({
      channel: '/meta/subscribe',
      clientId,
      subscription: channel,
      ...(replay === undefined ? {} : { ext: { replay: { [channel]: replay } } }),
    })
  )[0];

/** Events up to the next answer without one. */
async function receive(clientId: string): Promise<Message[]> {
  const events: Message[] = [];
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const messages = await send({
      channel: '/meta/connect',
      clientId,
      connectionType: 'long-polling',
    });
    const found = messages.filter(({ data }) => data);
    if (found.length === 0 && attempt > 0) return events;
    events.push(...found);
  }
  return events;
}

const headerOf = (message: Message) => message.data.payload.ChangeEventHeader;

describe('change events', () => {
  it('tell what was created, changed, deleted and brought back, and by whom', async () => {
    const clientId = await handshake();
    expect(await subscribe(clientId, '/data/AccountChangeEvent')).toMatchObject({
      successful: true,
    });
    const created = await call(
      'POST',
      '/sobjects/Account',
      { Name: 'A', Phone: '1', BillingCity: 'Bonn', Credit_Limit__c: 5 },
      { 'sforce-call-options': 'client=Astro' },
    );
    const { id } = created.json;
    await call('PATCH', `/sobjects/Account/${id}`, { Name: 'B', Phone: null, BillingCity: 'Köln' });
    await call('DELETE', `/sobjects/Account/${id}`);
    sandbox.actions.undeleteRecords({ object: 'Account', ids: [id] });

    const messages = await receive(clientId);
    expect(messages.map((message) => headerOf(message).changeType)).toEqual([
      'CREATE',
      'UPDATE',
      'DELETE',
      'UNDELETE',
    ]);
    const [create, update, remove] = messages;
    expect(create).toMatchObject({
      channel: '/data/AccountChangeEvent',
      data: {
        event: { replayId: expect.any(Number) },
        payload: {
          ChangeEventHeader: {
            entityName: 'Account',
            recordIds: [id],
            changeOrigin: 'com/salesforce/api/rest/60.0;client=Astro',
            commitUser: sandbox.settings.userId,
            changedFields: [],
            sequenceNumber: 1,
          },
          Name: 'A',
          BillingAddress: { City: 'Bonn' },
          Credit_Limit__c: 5,
        },
      },
    });
    expect(update.data.payload).toMatchObject({ Name: 'B', Phone: null });
    expect(headerOf(update)).toMatchObject({
      changeOrigin: 'com/salesforce/api/rest/60.0',
      changedFields: ['Name', 'BillingAddress.City', 'Phone', 'LastModifiedDate'],
      nulledFields: ['Phone'],
    });
    expect(Object.keys(remove.data.payload)).toEqual(['ChangeEventHeader']);
    const ids: number[] = messages.map(({ data }) => data.event.replayId);
    expect(ids).toEqual([...ids].sort((left, right) => left - right));
    expect(ids.at(-1)! - ids[0]!).toBeGreaterThan(ids.length - 1);
  });

  it('are one event for the same change of several records, in their own channels', async () => {
    const clientId = await handshake();
    await subscribe(clientId, '/data/ChangeEvents');
    await subscribe(clientId, '/data/Purchase_Order__ChangeEvent');
    const ids = sandbox.state.find('Account').map(({ Id }) => String(Id));
    sandbox.actions.changeRecords({ object: 'Account', ids, fields: { Site: 'same' } });
    sandbox.actions.createRecords({
      object: 'Purchase_Order__c',
      records: [{ Supplier__c: ids[0] }],
    });
    const messages = await receive(clientId);
    expect(messages.map((message) => [message.channel, headerOf(message).entityName])).toEqual([
      ['/data/ChangeEvents', 'Account'],
      ['/data/ChangeEvents', 'Purchase_Order__c'],
      ['/data/Purchase_Order__ChangeEvent', 'Purchase_Order__c'],
    ]);
    expect(headerOf(messages[0]).recordIds).toEqual(ids);
  });

  it('are replayed from an id, from the oldest, or not at all', async () => {
    const [first] = sandbox.state.find('Account');
    const change = (Site: string) =>
      sandbox.actions.changeRecords({
        object: 'Account',
        ids: [String(first!.Id)],
        fields: { Site },
      });
    for (const site of ['1', '2', '3']) change(site);
    const [, second] = sandbox.state.events();
    const sites = async (replay: number | undefined): Promise<string[]> => {
      const clientId = await handshake();
      await subscribe(clientId, '/data/AccountChangeEvent', replay);
      return (await receive(clientId)).map(({ data }) => data.payload.Site);
    };
    expect(await sites(-2)).toEqual(['1', '2', '3']);
    expect(await sites(second!.replayId)).toEqual(['3']);
    expect(await sites(-1)).toEqual([]);
    expect(await sites(undefined)).toEqual([]);
  });

  it('are kept for three days; an older replay id is refused', async () => {
    const ids = [String(sandbox.state.find('Account')[0]!.Id)];
    sandbox.actions.changeRecords({ object: 'Account', ids, fields: { Site: 'old' } });
    const { replayId } = sandbox.state.events()[0]!;
    sandbox.clock.advance(72 * 3_600_000 + 1);
    call = await createSalesforceCaller(sandbox);
    const clientId = await handshake();
    const refused = await subscribe(clientId, '/data/AccountChangeEvent', replayId);
    expect(refused).toMatchObject({
      successful: false,
      error: `400::The replayId {${replayId}} you provided was invalid.  Please provide a valid ID, -2 to replay all events, or -1 to replay only new events.`,
    });
    expect(await subscribe(clientId, '/data/AccountChangeEvent', -2)).toMatchObject({
      successful: true,
    });
    expect(await receive(clientId)).toEqual([]);
  });

  it('may have lost their body', async () => {
    const clientId = await handshake();
    await subscribe(clientId, '/data/AccountChangeEvent');
    sandbox.actions.gapEvents({ object: 'Account', ids: ['001*'], changeType: 'GAP_UPDATE' });
    sandbox.actions.gapOverflow({ object: 'Account' });
    const messages = await receive(clientId);
    expect(
      messages.map((message) => [headerOf(message).changeType, headerOf(message).recordIds]),
    ).toEqual([
      ['GAP_UPDATE', ['001*']],
      ['GAP_OVERFLOW', ['000000000000000AAA']],
    ]);
    expect(() =>
      sandbox.actions.gapEvents({ object: 'Account', ids: [], changeType: 'UPDATE' }),
    ).toThrow('changeType: must be one of GAP_CREATE');
  });

  it('come while a connect is held', async () => {
    await sandbox.close();
    sandbox = await startSalesforceSandbox({ accounts: 1, longPollMs: 60_000 });
    call = await createSalesforceCaller(sandbox);
    const clientId = await handshake();
    const connect = () =>
      send({ channel: '/meta/connect', clientId, connectionType: 'long-polling' });
    await connect();
    await subscribe(clientId, '/data/AccountChangeEvent');
    const held = connect();
    await call('POST', '/sobjects/Account', { Name: 'While waiting' });
    expect((await held)[0].data.payload.Name).toBe('While waiting');
  });

  it('come to a connect that was there before the subscription', async () => {
    await sandbox.close();
    sandbox = await startSalesforceSandbox({ accounts: 1, longPollMs: 60_000 });
    call = await createSalesforceCaller(sandbox);
    await call('POST', '/sobjects/Account', { Name: 'Earlier' });
    const clientId = await handshake();
    const connect = () =>
      send({ channel: '/meta/connect', clientId, connectionType: 'long-polling' });
    await connect();
    const held = connect();
    await subscribe(clientId, '/data/AccountChangeEvent', -2);
    expect((await held)[0].data.payload.Name).toBe('Earlier');
  });

  it('are not for strangers', async () => {
    const clientId = await handshake();
    expect(await subscribe(clientId, '/data/NopeChangeEvent')).toMatchObject({
      successful: false,
      error: expect.stringMatching(/^404::/),
    });
    sandbox.clock.advance(41_000);
    const [lost] = await send({ channel: '/meta/connect', clientId });
    expect(lost).toMatchObject({
      successful: false,
      error: '403::Unknown client',
      advice: { reconnect: 'handshake' },
    });
    sandbox.actions.expireSessions();
    const [dead] = await send({ channel: '/meta/connect', clientId });
    expect(dead).toMatchObject({
      successful: false,
      error: '401::Authentication invalid',
      advice: { reconnect: 'none' },
    });
    const [denied] = await send({ channel: '/meta/handshake', version: '1.0' });
    expect(denied).toMatchObject({
      successful: false,
      ext: { sfdc: { failureReason: '401::Authentication invalid' } },
      advice: { reconnect: 'none' },
    });
  });
});
