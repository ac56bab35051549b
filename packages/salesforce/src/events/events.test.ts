import {
  type Checkpoint,
  type Clock,
  type ConnectorEvent,
  type EventPage,
  systemClock,
} from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { type OpenSalesforce, openSalesforce } from '../open-salesforce.fixture.ts';
import { salesforceClientCredentials } from '../salesforce-auth.ts';

const steps: ReadonlySet<number> = new Set([1, 2, 4, 8, 16, 32, 60].map((s) => s * 1_000));

/** A clock on which pauses before a new try pass at once, and are written down; time limits stay. */
function impatient(): Clock & { readonly pauses: readonly number[] } {
  const pauses: number[] = [];
  let aheadMs = 0;
  return {
    pauses,
    now: () => systemClock.now() + aheadMs,
    sleep(milliseconds, signal) {
      if (!steps.has(milliseconds)) return systemClock.sleep(milliseconds, signal);
      pauses.push(milliseconds);
      aheadMs += milliseconds;
      return systemClock.sleep(0, signal);
    },
  };
}

const organization = {
  ...{ accounts: 3, contacts: 0, products: 2, orders: 0, opportunities: 0, purchaseOrders: 0 },
  longPollMs: 20,
};

/** Reads until so many events have come, and says what came. */
async function read(
  stream: (signal: AbortSignal) => AsyncIterable<EventPage>,
  count: number,
  onPage: (page: EventPage) => void = () => {},
): Promise<{ readonly events: readonly ConnectorEvent[]; readonly checkpoint: Checkpoint }> {
  const stop = new AbortController();
  const events: ConnectorEvent[] = [];
  let checkpoint: Checkpoint = {};
  for await (const page of stream(stop.signal)) {
    events.push(...page.events);
    checkpoint = page.checkpoint;
    onPage(page);
    if (events.length >= count) stop.abort();
  }
  return { events, checkpoint };
}

const idsOf = ({ sandbox }: OpenSalesforce): string[] =>
  sandbox.state.find('Account').map(({ Id }) => String(Id));

/** Changes records as soon as somebody has subscribed. */
async function whenSubscribed({ sandbox }: OpenSalesforce, times = 1): Promise<void> {
  const subscriptions = () =>
    sandbox.journal.entries().filter(({ body }) => body.includes('/meta/subscribe')).length;
  while (subscriptions() < times) await new Promise((resolve) => setImmediate(resolve));
}

const header = { entityName: 'Account', changeType: 'UPDATE', recordIds: ['001A'] };

const change = ({ sandbox }: OpenSalesforce, ids: readonly string[], Site: string): void =>
  sandbox.actions.changeRecords({ object: 'Account', ids, fields: { Site } });

describe('a stream of change events', () => {
  it('says what happened to which record, and who did it', async () => {
    await using org = await openSalesforce(organization);
    const reading = read((signal) => org.crm.events(undefined, { signal }), 5);
    await whenSubscribed(org);
    const [created] = await org.crm.write('customer', [{ op: 'upsert', record: { name: 'New' } }]);
    const [first = ''] = idsOf(org);
    const other = org.connect({ clientName: 'another-app' });
    await other.write('customer', [{ op: 'upsert', key: first, record: { phone: '1' } }]);
    change(org, [first], 'A');
    org.sandbox.actions.deleteRecords({ object: 'Account', ids: [first] });
    org.sandbox.actions.undeleteRecords({ object: 'Account', ids: [first] });
    const { events } = await reading;
    expect(events.map(({ type, entity, key, op }) => [type, entity, key, op])).toEqual([
      ['Account.CREATE', 'customer', created?.key, 'upsert'],
      ['Account.UPDATE', 'customer', first, 'upsert'],
      ['Account.UPDATE', 'customer', first, 'upsert'],
      ['Account.DELETE', 'customer', first, 'delete'],
      ['Account.UNDELETE', 'customer', first, 'upsert'],
    ]);
    expect(events.map(({ data }) => (data as { isOwn: boolean }).isOwn)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(5);
  });

  it('has an event for each record of a change of several', async () => {
    await using org = await openSalesforce(organization);
    const reading = read((signal) => org.crm.events(undefined, { signal }), 3);
    await whenSubscribed(org);
    change(org, idsOf(org), 'same');
    expect((await reading).events.map(({ key }) => key)).toEqual(idsOf(org));
  });

  it('says without a key that any record may have changed', async () => {
    await using org = await openSalesforce(organization);
    const reading = read((signal) => org.crm.events(undefined, { signal }), 3);
    await whenSubscribed(org);
    const [first = ''] = idsOf(org);
    const { actions } = org.sandbox;
    actions.gapEvents({ object: 'Account', ids: [first], changeType: 'GAP_DELETE' });
    actions.gapEvents({ object: 'Account', ids: ['001*'], changeType: 'GAP_UPDATE' });
    actions.gapOverflow({ object: 'Account' });
    const { events } = await reading;
    expect(events.map(({ entity, key, op }) => [entity, key, op])).toEqual([
      ['customer', first, 'delete'],
      ['customer', undefined, undefined],
      ['customer', undefined, undefined],
    ]);
  });

  it('takes a change of a line for one of its document', async () => {
    await using org = await openSalesforce({ ...organization, orders: 1 });
    const reading = read((signal) => org.crm.events(undefined, { signal }), 1);
    await whenSubscribed(org);
    const [line] = org.sandbox.state.find('OrderItem');
    org.sandbox.actions.changeRecords({
      object: 'OrderItem',
      ids: [String(line?.Id)],
      fields: { Description: 'changed' },
    });
    const { events } = await reading;
    expect(events[0]).toMatchObject({ type: 'OrderItem.UPDATE', entity: 'salesOrder' });
    expect(events[0]?.op).not.toBe('delete');
  });

  it('goes on behind a checkpoint, in another process, days later', async () => {
    await using org = await openSalesforce(organization);
    const [first = ''] = idsOf(org);
    const reading = read((signal) => org.crm.events(undefined, { signal }), 1);
    await whenSubscribed(org);
    change(org, [first], '1');
    const { checkpoint } = await reading;
    for (const site of ['2', '3']) change(org, [first], site);
    org.sandbox.clock.advance(2 * 24 * 3_600_000);
    const later = await read((signal) => org.connect().events(checkpoint, { signal }), 2);
    expect(later.events.map(({ key }) => key)).toEqual([first, first]);
    expect(JSON.parse(JSON.stringify(checkpoint))).toEqual(checkpoint);
  });

  it('does not hang on a position that is forgotten: it says so, and the caller compares', async () => {
    await using org = await openSalesforce(organization);
    const [first = ''] = idsOf(org);
    const reading = read((signal) => org.crm.events(undefined, { signal }), 1);
    await whenSubscribed(org);
    change(org, [first], '1');
    const { checkpoint } = await reading;
    org.sandbox.clock.advance(73 * 3_600_000);
    const wedged = read((signal) => org.connect().events(checkpoint, { signal }), 1);
    await expect(wedged).rejects.toMatchObject({ code: 'ERR_CHECKPOINT_EXPIRED' });
  });
});

describe('a stream that is disturbed', () => {
  it('loses no event when an answer with events is lost', async () => {
    await using org = await openSalesforce(organization);
    const clock = impatient();
    const crm = org.connect({ clock, random: () => 1 });
    const [first = ''] = idsOf(org);
    const reading = read(
      (signal) => crm.events(undefined, { signal }),
      6,
      () => {
        const lost = { match: { path: /cometd/ }, kind: 'reset-after' };
        if (seen++ % 2 === 0) org.sandbox.faults.add(lost);
        change(org, [first], `more ${seen}`);
      },
    );
    let seen = 0;
    await whenSubscribed(org);
    change(org, [first], 'first');
    const { events } = await reading;
    const published = org.sandbox.state.events().map(({ replayId }) => `${replayId}:${first}`);
    expect(events.map(({ id }) => id)).toEqual(published.slice(0, events.length));
  });

  it('loses none when it breaks before the first has come', async () => {
    await using org = await openSalesforce(organization);
    const [first = ''] = idsOf(org);
    change(org, [first], 'before anybody listened');
    const before = org.sandbox.state.events().length;
    org.sandbox.clock.advance(5_000);
    const crm = org.connect({ clock: impatient(), random: () => 1 });
    org.sandbox.faults.add({ match: { path: /cometd/ }, kind: 'reset-before', after: 3, times: 2 });
    const reading = read((signal) => crm.events(undefined, { signal }), 2);
    await whenSubscribed(org);
    for (const site of ['1', '2']) change(org, [first], site);
    const published = org.sandbox.state.events().slice(before);
    expect((await reading).events.map(({ id }) => id)).toEqual(
      published.map(({ replayId }) => `${replayId}:${first}`),
    );
  });

  it.each([
    ['ends', (org: OpenSalesforce) => org.sandbox.actions.expireSessions()],
    ['is forgotten by the server', (org: OpenSalesforce) => org.sandbox.clock.advance(41_000)],
    ['moves to another host', (org: OpenSalesforce) => void org.sandbox.actions.moveInstance()],
  ])('goes on when its session %s', async (_, disturb) => {
    await using org = await openSalesforce(organization);
    const [first = ''] = idsOf(org);
    const crm = org.connect({ clock: impatient(), random: () => 1 });
    let pages = 0;
    const reading = read(
      (signal) => crm.events(undefined, { signal }),
      2,
      () => {
        pages += 1;
        if (pages > 1) return;
        disturb(org);
        change(org, [first], 'after');
      },
    );
    await whenSubscribed(org);
    change(org, [first], 'before');
    expect((await reading).events).toHaveLength(2);
  });

  it('waits longer and longer while the org is away', async () => {
    await using org = await openSalesforce(organization);
    const [first = ''] = idsOf(org);
    const clock = impatient();
    const crm = org.connect({ clock, random: () => 1 });
    const away = { match: { path: /cometd/ }, kind: 'status', status: 503, times: 8 };
    org.sandbox.faults.add(away);
    const reading = read((signal) => crm.events(undefined, { signal }), 1);
    await whenSubscribed(org);
    change(org, [first], 'back');
    await reading;
    const pauses = [1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1_000);
    expect(clock.pauses).toEqual(pauses);
    expect(org.sandbox.journal.count({ path: /cometd/, status: 503 })).toBe(8);
  });

  it('ends when nothing will help: credentials that are refused', async () => {
    await using org = await openSalesforce(organization);
    const { clientId } = org.sandbox.settings;
    const loginUrl = org.sandbox.url;
    const auth = salesforceClientCredentials({ loginUrl, clientId, clientSecret: 'wrong' });
    const crm = org.connect({ auth, clock: impatient(), random: () => 1 });
    const reading = read((signal) => crm.events(undefined, { signal }), 1);
    await expect(reading).rejects.toMatchObject({ category: 'authentication' });
    expect(org.sandbox.journal.total).toBeLessThan(5);
  });

  it('ends when the user may have no stream at all', async () => {
    await using org = await openSalesforce(organization);
    org.sandbox.faults.add({
      kind: 'status',
      status: 200,
      contentType: 'application/json',
      body: JSON.stringify([
        { channel: '/meta/handshake', successful: false, error: '403::Access denied' },
      ]),
      match: { path: /cometd/ },
      times: 10,
    });
    const crm = org.connect({ clock: impatient(), random: () => 1 });
    const reading = read((signal) => crm.events(undefined, { signal }), 1);
    await expect(reading).rejects.toMatchObject({ code: 'ERR_PERMISSION_DENIED' });
  });

  it.each([
    ['a limit of the org', '403::Organization total events daily limit exceeded'],
    ['no answer to the poll', undefined],
  ])('pauses and goes on after %s', async (_, error) => {
    await using org = await openSalesforce({
      ...organization,
      clock: { startAt: new Date(), mode: 'ticking' },
    });
    const [first = ''] = idsOf(org);
    const clock = impatient();
    const crm = org.connect({ clock, random: () => 1 });
    const refusal = [{ channel: '/meta/subscribe', successful: false, error }];
    org.sandbox.faults.add({
      kind: 'status',
      status: 200,
      contentType: 'application/json',
      body: JSON.stringify(error === undefined ? [] : refusal),
      match: { path: /cometd/ },
      after: error === undefined ? 2 : 1,
    });
    const reading = read((signal) => crm.events(undefined, { signal }), 1);
    await whenSubscribed(org, 2);
    change(org, [first], 'after');
    expect((await reading).events).toHaveLength(1);
    expect(clock.pauses).toEqual([1_000]);
  });

  // apache/camel#25908: since version 64 the server says so itself.
  it.each([
    ['a word of its own', [{ channel: '/meta/disconnect' }, { channel: '/meta/connect' }]],
    ['advice', [{ channel: '/meta/connect', advice: { reconnect: 'handshake' } }]],
  ])('subscribes anew when the server ends the connection with %s', async (_, replies) => {
    await using org = await openSalesforce(organization);
    const [first = ''] = idsOf(org);
    const crm = org.connect({ clock: impatient(), random: () => 1 });
    change(org, [first], 'before');
    const replayId = org.sandbox.state.events().at(-1)?.replayId ?? 0;
    const last = { event: { replayId }, payload: { ChangeEventHeader: header } };
    org.sandbox.faults.add({
      ...{ kind: 'status', status: 200, contentType: 'application/json' },
      body: JSON.stringify([
        { channel: '/data/ChangeEvents', data: last },
        ...replies.map((reply) => ({ ...reply, successful: true })),
      ]),
      match: { path: /cometd/ },
      after: 2,
    });
    const reading = read((signal) => crm.events({ replayId }, { signal }), 2);
    await whenSubscribed(org, 2);
    change(org, [first], 'after');
    expect((await reading).events.map(({ key }) => key)).toEqual(['001A', first]);
  });

  it('does not stumble over an event that it does not understand: any record may have changed', async () => {
    await using org = await openSalesforce(organization);
    const strange = [{}, { entityName: 'Account' }, { ...header, recordIds: 'x' }, null, 5];
    const payloads = [
      ...strange.map((ChangeEventHeader) => ({ ChangeEventHeader })),
      { ChangeEventHeader: { ...header, commitTimestamp: 'x', changeOrigin: 7 } },
    ];
    org.sandbox.faults.add({
      ...{ kind: 'status', status: 200, contentType: 'application/json' },
      body: JSON.stringify([
        ...payloads.map((payload, n) => ({
          channel: '/data/ChangeEvents',
          data: { event: { replayId: n + 1 }, payload },
        })),
        { channel: '/meta/connect', successful: true },
      ]),
      match: { path: /cometd/ },
      after: 2,
    });
    const crm = org.connect({ clock: impatient(), random: () => 1 });
    const { events } = await read((signal) => crm.events(undefined, { signal }), payloads.length);
    expect(events.map(({ entity, key, op }) => [entity, key, op])).toEqual([
      [undefined, undefined, undefined],
      ['customer', undefined, undefined],
      ['customer', undefined, undefined],
      [undefined, undefined, undefined],
      [undefined, undefined, undefined],
      ['customer', '001A', 'upsert'],
    ]);
  });

  it('stays with the server that has it, and begins anew when that one knows it no more', async () => {
    await using org = await openSalesforce(organization);
    const [first = ''] = idsOf(org);
    const match = { path: /cometd/ };
    org.sandbox.faults.add({
      ...{ kind: 'status', status: 200, contentType: 'application/json', match },
      headers: { 'set-cookie': 'BAYEUX_BROWSER=b1; Path=/cometd/; HttpOnly' },
      body: JSON.stringify([{ channel: '/meta/handshake', successful: true, clientId: 'of-b1' }]),
    });
    const crm = org.connect({ clock: impatient(), random: () => 1 });
    const reading = read((signal) => crm.events(undefined, { signal }), 1);
    await whenSubscribed(org, 2);
    change(org, [first], 'after');
    expect((await reading).events).toHaveLength(1);
    const [, ...later] = org.sandbox.journal.entries(match);
    expect(new Set(later.map(({ headers }) => headers.cookie))).toEqual(
      // The journal shows that there is one.
      new Set(['[masked]']),
    );
  });

  it('ends soon, though the server does not answer any more', { timeout: 8_000 }, async () => {
    await using org = await openSalesforce(organization);
    const [first = ''] = idsOf(org);
    const hurried: Clock = {
      now: () => systemClock.now(),
      sleep: (milliseconds, signal) =>
        systemClock.sleep(milliseconds === 3_000 ? 0 : milliseconds, signal),
    };
    const silent = { match: { path: /cometd/ }, kind: 'slow-headers', delayMs: 60_000 };
    const crm = org.connect({ clock: hurried, random: () => 1 });
    const reading = read(
      (signal) => crm.events(undefined, { signal }),
      1,
      () => void org.sandbox.faults.add({ ...silent, times: 5 }),
    );
    await whenSubscribed(org);
    change(org, [first], 'last');
    expect((await reading).events).toHaveLength(1);
  });

  it('ends with its connector', async () => {
    await using org = await openSalesforce(organization);
    const crm = org.connect({ clock: impatient(), random: () => 1 });
    const reading = read((signal) => crm.events(undefined, { signal }), 1);
    await whenSubscribed(org);
    await crm.disconnect();
    await expect(reading).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  });

  it('names the channel that does not exist', async () => {
    await using org = await openSalesforce(organization, { eventChannel: '/data/NopeChangeEvent' });
    const reading = read((signal) => org.crm.events(undefined, { signal }), 1);
    await expect(reading).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      path: 'eventChannel',
      message: expect.stringContaining('Change Data Capture'),
    });
  });
});
