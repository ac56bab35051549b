import { createHmac } from 'node:crypto';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { manualClock } from '../../clock/manual-clock.ts';
import type { WebhookRequest } from '../../contract/connector-event.ts';
import { bitFlips, post } from '../signed-request.fixture.ts';
import type { WebhookScheme, WebhookVerdict } from '../webhook-scheme.ts';
import { businessCentralNotifications } from './business-central-notifications.ts';
import { dataverseWebhooks } from './dataverse-webhooks.ts';
import { eventMeshWebhooks } from './event-mesh-webhooks.ts';
import { intuitWebhooks } from './intuit-webhooks.ts';
import { jiraWebhooks } from './jira-webhooks.ts';
import { slackRequests } from './slack-requests.ts';

const idOf = (verdict: WebhookVerdict) =>
  verdict.kind === 'verified' ? verdict.events[0]?.id : undefined;

const now = 1_700_000_000_000;
const ask = (scheme: WebhookScheme, request: WebhookRequest, at = now) =>
  scheme.verify(request, { clock: manualClock(at) });

describe('intuitWebhooks', () => {
  // The vector of Intuit's Java SDK.
  const verifierToken = 'b5771f19b12ddb4bcdb9f08bdc50bc63878a';
  const body =
    '{"eventNotifications":[{"realmId":"1185883450","dataChangeEvent":{"entities":[{"name":"Customer","id":"1","operation":"Create","lastUpdated":"2015-10-05T14:42:19-0700"}]}}]}';
  const signature = 'JC2GUwciPmRBwEO7WvrRmKqu9tGOKL8FFallocTFi8Q=';
  const scheme = intuitWebhooks({ verifierTokens: verifierToken });
  const signed = (text: string) =>
    post(text, {
      'intuit-signature': createHmac('sha256', verifierToken).update(text).digest('base64'),
    });

  it("takes the vector of Intuit's own SDK", async () => {
    expect(await ask(scheme, post(body, { 'intuit-signature': signature }))).toMatchObject({
      kind: 'verified',
      events: [
        {
          type: 'Customer.Create',
          entity: 'Customer',
          key: '1',
          op: 'upsert',
          tenant: '1185883450',
          occurredAt: '2015-10-05T21:42:19.000Z',
        },
      ],
    });
  });

  it('refuses every single turned bit of signature and body', async () => {
    for (const flipped of bitFlips(signature)) {
      const verdict = await ask(scheme, post(body, { 'intuit-signature': flipped }));
      expect(verdict.kind, flipped).toBe('refused');
    }
    for (const flipped of bitFlips(body)) {
      const request = post(Buffer.from(flipped, 'latin1'), { 'intuit-signature': signature });
      expect((await ask(scheme, request)).kind, flipped).toBe('refused');
    }
  });

  it('reads CloudEvents of several companies out of one request', async () => {
    const event = (number: number, realm: string, type: string) => ({
      specversion: '1.0',
      id: `event-${number}`,
      source: 'intuit.dsnBgbseACLLRZNxo2dfc4evmEJdxde58xeeYcZliOU=',
      type,
      datacontenttype: 'application/json',
      time: '2025-09-10T21:31:25.179851517Z',
      intuitentityid: '1234',
      intuitaccountid: realm,
      data: {},
    });
    const batch = [
      event(1, '310687', 'qbo.account.created.v1'),
      event(2, '99', 'qbo.invoice.deleted.v1'),
    ];
    expect(await ask(scheme, signed(JSON.stringify(batch)))).toMatchObject({
      events: [
        {
          id: expect.stringMatching(/^intuit\.dsn.*#event-1$/),
          entity: 'account',
          key: '1234',
          op: 'upsert',
          tenant: '310687',
          occurredAt: '2025-09-10T21:31:25.179Z',
        },
        { entity: 'invoice', op: 'delete', tenant: '99' },
      ],
    });
  });

  it('reads nothing out of headers, which are not signed', async () => {
    const { headers, body: bytes } = signed('{"eventNotifications":[]}');
    const added = {
      'ce-specversion': '1.0',
      'ce-id': '1',
      'ce-source': 's',
      'ce-type': 'qbo.invoice.deleted.v1',
      'ce-intuitaccountid': 'another company',
    };
    const request = post(bytes, { ...(headers as Record<string, string>), ...added });
    expect(await ask(scheme, request)).toEqual({ kind: 'verified', events: [] });
  });

  it('gives each change of the old form an id of its own, the same for a repeated delivery', async () => {
    const entity = (id: string, operation: string) => ({
      name: 'Item',
      id,
      operation,
      lastUpdated: '2024-01-01T00:00:00-0800',
    });
    const realm = (realmId: string) => ({
      realmId,
      dataChangeEvent: {
        entities: [entity('1', 'Update'), entity('1', 'Delete'), entity('2', 'Update')],
      },
    });
    const text = JSON.stringify({ eventNotifications: [realm('1'), realm('2')] });
    const [first, second] = [await ask(scheme, signed(text)), await ask(scheme, signed(text))];
    expect(first).toEqual(second);
    const ids = first.kind === 'verified' ? first.events.map(({ id }) => id) : [];
    expect(new Set(ids).size).toBe(6);
  });

  it.each(['[]', '{}', 'null', '[1]', '{"eventNotifications":{}}'])(
    'answers 400 to the signed body %s',
    async (text) => {
      expect(await ask(scheme, signed(text))).toMatchObject({ kind: 'refused', status: 400 });
    },
  );
});

describe('slackRequests', () => {
  // Slack's published example.
  const secret = '8f742231b10e8888abcd99yyyzzz85a5';
  const timestamp = '1531420618';
  const body =
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
  const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';
  const scheme = slackRequests({ signingSecrets: secret });
  const headers = {
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': signature,
    'content-type': 'application/x-www-form-urlencoded',
  };
  const at = Number(timestamp) * 1000;
  const signed = (payload: object) => {
    const text = JSON.stringify(payload);
    const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${text}`).digest('hex');
    return post(text, {
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${digest}`,
      'content-type': 'application/json',
    });
  };

  it("takes Slack's own example of a slash command", async () => {
    expect(await ask(scheme, post(body, headers), at)).toMatchObject({
      kind: 'verified',
      events: [
        { type: 'slash_command', tenant: 'T1DC2JH3J', data: { command: '/webhook-collect' } },
      ],
    });
  });

  it('refuses every single turned bit', async () => {
    for (const flipped of bitFlips(signature)) {
      const request = post(body, { ...headers, 'x-slack-signature': flipped });
      expect((await ask(scheme, request, at)).kind, flipped).toBe('refused');
    }
    for (const flipped of bitFlips(timestamp)) {
      const request = post(body, { ...headers, 'x-slack-request-timestamp': flipped });
      expect((await ask(scheme, request, at)).kind, flipped).toBe('refused');
    }
    for (const flipped of bitFlips(body)) {
      const request = post(Buffer.from(flipped, 'latin1'), headers);
      expect((await ask(scheme, request, at)).kind, flipped).toBe('refused');
    }
  });

  it.each([
    [-301_000, 'refused'],
    [-299_000, 'verified'],
    [299_000, 'verified'],
    [301_000, 'refused'],
  ])('with our clock %i ms away: %s', async (awayMs, kind) => {
    expect((await ask(scheme, post(body, headers), at + awayMs)).kind).toBe(kind);
  });

  it('answers the handshake of the Events API with its challenge', async () => {
    const request = signed({ type: 'url_verification', token: 't', challenge: 'abc' });
    expect(await ask(scheme, request, at)).toMatchObject({
      kind: 'handshake',
      response: { status: 200, body: 'abc' },
    });
    expect(await ask(slackRequests({ signingSecrets: 'another' }), request, at)).toMatchObject({
      kind: 'refused',
    });
  });

  it('goes by the body, not by the content type, which is not signed', async () => {
    const { headers: own, body: bytes } = signed({ type: 'event_callback', event_id: 'Ev1' });
    const asForm = { ...(own as Record<string, string>), 'content-type': headers['content-type'] };
    expect(await ask(scheme, post(bytes, asForm), at)).toMatchObject({ events: [{ id: 'Ev1' }] });
    const asJson = { ...headers, 'content-type': 'application/json' };
    expect(await ask(scheme, post(body, asJson), at)).toMatchObject({
      events: [{ type: 'slash_command' }],
    });
    expect(await ask(scheme, signed([] as object), at)).toMatchObject({ status: 400 });
  });

  it('takes what Slack tells without an id', async () => {
    const request = signed({ type: 'app_rate_limited', team_id: 'T1' });
    expect(await ask(scheme, request, at)).toMatchObject({
      events: [{ id: expect.stringMatching(/^v0=/), type: 'app_rate_limited', tenant: 'T1' }],
    });
  });

  it('reads an event', async () => {
    const request = signed({
      type: 'event_callback',
      team_id: 'T1',
      event_id: 'Ev1',
      event_time: 1531420600,
      event: { type: 'message' },
    });
    expect(await ask(scheme, request, at)).toMatchObject({
      events: [
        { id: 'Ev1', type: 'message', tenant: 'T1', occurredAt: '2018-07-12T18:36:40.000Z' },
      ],
    });
  });
});

describe('jiraWebhooks', () => {
  const secret = 'a secret of the webhook';
  const body = JSON.stringify({
    timestamp: 1606480436302,
    webhookEvent: 'jira:issue_deleted',
    issue: { id: '1', key: 'KAN-1' },
  });
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const identifier = { 'x-atlassian-webhook-identifier': 'delivery-1' };
  const event = {
    id: 'delivery-1',
    type: 'jira:issue_deleted',
    entity: 'issue',
    key: 'KAN-1',
    op: 'delete',
    occurredAt: '2020-11-27T12:33:56.302Z',
  };

  it('takes what an administrator registered, by signature', async () => {
    const scheme = jiraWebhooks({ secrets: secret });
    const request = (text: string) => post(body, { ...identifier, 'x-hub-signature': text });
    const { id: _id, ...rest } = event;
    expect(await ask(scheme, request(signature))).toMatchObject({ events: [rest] });
    for (const flipped of bitFlips(signature)) {
      expect((await ask(scheme, request(flipped))).kind, flipped).toBe('refused');
    }
    for (const flipped of bitFlips(body)) {
      const tampered = post(Buffer.from(flipped, 'latin1'), {
        ...identifier,
        'x-hub-signature': signature,
      });
      expect((await ask(scheme, tampered)).kind, flipped).toBe('refused');
    }
  });

  it('knows a signed event by its body: the identifier in the header is not signed', async () => {
    const scheme = jiraWebhooks({ secrets: secret });
    const send = (value: string) =>
      ask(
        scheme,
        post(body, { 'x-hub-signature': signature, 'x-atlassian-webhook-identifier': value }),
      );
    expect(await send('delivery-1')).toEqual(await send('another'));
    const other = body.replace('KAN-1', 'KAN-2');
    const signedOther = createHmac('sha256', secret).update(other).digest('hex');
    const second = await ask(scheme, post(other, { 'x-hub-signature': `sha256=${signedOther}` }));
    expect(second).not.toMatchObject({ events: [{ id: idOf(await send('delivery-1')) }] });
  });

  const clientSecret = 'a client secret of an app with some length';
  const token = (options: { alg?: string; secret?: string; expiresAt?: number } = {}) => {
    const jwt = new SignJWT({}).setProtectedHeader({ alg: options.alg ?? 'HS256' }).setIssuedAt(0);
    if (options.expiresAt !== Number.POSITIVE_INFINITY) {
      jwt.setExpirationTime((options.expiresAt ?? now + 60_000) / 1000);
    }
    return jwt.sign(Buffer.from(options.secret ?? clientSecret));
  };
  const bearing = (jwt: string) => post(body, { ...identifier, authorization: `Bearer ${jwt}` });
  const app = jiraWebhooks({ clientSecrets: ['the one before, also long enough', clientSecret] });

  it('takes what an app registered, by token', async () => {
    expect(await ask(app, bearing(await token()))).toMatchObject({ events: [event] });
  });

  it.each([
    ['of another app', { secret: 'another client secret, long enough too' }],
    ['that has expired', { expiresAt: now - 61_000 }],
    ['that never ends', { expiresAt: Number.POSITIVE_INFINITY }],
    ['of another algorithm', { alg: 'HS512' }],
  ])('refuses a token %s', async (_, options) => {
    expect(await ask(app, bearing(await token(options)))).toMatchObject({ status: 401 });
  });

  it('refuses a token without a signature', async () => {
    const parts = [{ alg: 'none' }, { exp: now / 1000 + 60 }].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    expect(await ask(app, bearing(`${parts.join('.')}.`))).toMatchObject({ status: 401 });
    expect(await ask(app, post(body, identifier))).toMatchObject({ status: 401 });
  });
});

describe('businessCentralNotifications', () => {
  const scheme = businessCentralNotifications({ clientStates: ['new', 'old'] });
  const notification = {
    subscriptionId: 'items',
    clientState: 'old',
    expirationDateTime: '2026-01-03T00:00:00Z',
    resource:
      'api/v2.0/companies(11111111-2222-3333-4444-555555555555)/items(aaaaaaaa-0000-0000-0000-000000000001)',
    changeType: 'updated',
    lastModifiedDateTime: '2026-01-01T10:00:00.12Z',
  };
  const send = (...value: object[]) => ask(scheme, post(JSON.stringify({ value })));

  it('answers the handshake with the token, as plain text', async () => {
    const request = post('', {}, '/bc?validationToken=a%20token%26more');
    expect(await ask(scheme, request)).toEqual({
      kind: 'handshake',
      response: {
        status: 200,
        headers: { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' },
        body: 'a token&more',
      },
    });
  });

  it('reads notifications, and keeps the secret out of them', async () => {
    const verdict = await send(notification, { ...notification, changeType: 'deleted' });
    expect(verdict).toMatchObject({
      kind: 'verified',
      events: [
        {
          entity: 'items',
          key: 'aaaaaaaa-0000-0000-0000-000000000001',
          op: 'upsert',
          tenant: '11111111-2222-3333-4444-555555555555',
          occurredAt: '2026-01-01T10:00:00.120Z',
        },
        { op: 'delete' },
      ],
    });
    expect(JSON.stringify(verdict)).not.toContain('clientState');
  });

  it('says "read the changes" for a collection', async () => {
    const resource =
      'api/v2.0/companies(11111111-2222-3333-4444-555555555555)/items?$filter=lastModifiedDateTime gt 2026-01-01T00:00:00Z';
    const verdict = await send({ ...notification, changeType: 'collection', resource });
    expect(verdict).toMatchObject({ events: [{ entity: 'items', key: undefined }] });
  });

  it.each([
    ['one without', [{ ...notification, clientState: undefined }]],
    ['one with another', [{ ...notification, clientState: 'OLD' }]],
    ['two of which one has another', [notification, { ...notification, clientState: 'x' }]],
    ['none', []],
  ])('refuses notifications: %s', async (_, value) => {
    expect(await send(...value)).toMatchObject({ kind: 'refused', status: 401 });
  });
});

describe('dataverseWebhooks', () => {
  it.each(['//', '//[', 'http://[', '*', ''])('refuses a request for %j', async (url) => {
    const request = post('{}', {}, url);
    expect(await ask(dataverseWebhooks({ keys: 'k' }), request)).toMatchObject({ status: 401 });
  });

  const context = {
    MessageName: 'Update',
    PrimaryEntityName: 'account',
    PrimaryEntityId: 'b0000000-0000-0000-0000-000000000001',
    OrganizationId: 'org-1',
    CorrelationId: 'c-1',
    OperationId: 'o-1',
    OperationCreatedOn: '/Date(1700000000000+0000)/',
    Depth: 1,
    InputParameters: [],
  };
  const body = JSON.stringify(context);

  it.each([
    ['a key', dataverseWebhooks({ keys: 'k&y' }), post(body, {}, '/dv?code=k%26y')],
    [
      'a header',
      dataverseWebhooks({ header: 'X-Key', values: ['new', 'k'] }),
      post(body, { 'x-key': 'k' }),
    ],
    [
      'a query parameter',
      dataverseWebhooks({ query: 'q', values: 'k' }),
      post(body, {}, '/dv?q=k'),
    ],
  ])('takes %s', async (_, scheme, request) => {
    expect(await ask(scheme, request)).toMatchObject({
      kind: 'verified',
      events: [
        {
          type: 'Update',
          entity: 'account',
          key: 'b0000000-0000-0000-0000-000000000001',
          tenant: 'org-1',
          occurredAt: '2023-11-14T22:13:20.000Z',
        },
      ],
    });
  });

  it.each(['/dv', '/dv?code=', '/dv?code=other', '/dv?Code=k', '/dv?x=1&code=kk'])(
    'refuses %s',
    async (url) => {
      const verdict = await ask(dataverseWebhooks({ keys: 'k' }), post(body, {}, url));
      expect(verdict).toMatchObject({ kind: 'refused', status: 401 });
    },
  );
});

describe('eventMeshWebhooks', () => {
  const authentication = { header: 'Authorization', values: 'Basic dXNlcjpwYXNz' };
  const scheme = eventMeshWebhooks({ authentication, allowedOrigins: ['eu10.example'] });
  const signedIn = { authorization: 'Basic dXNlcjpwYXNz' };
  const handshake = (headers: Record<string, string>) =>
    ask(scheme, { method: 'OPTIONS', url: '/', headers, body: new Uint8Array() });
  const event = {
    type: 'sap.s4.beh.salesorder.v1.SalesOrder.Created.v1',
    specversion: '1.0',
    source: '/default/sap.s4.beh/ER9CLNT001',
    id: '0894ef45-7741-1eea-b7be-ce30f48e9a1d',
    time: '2020-08-14T06:21:52Z',
    data: { SalesOrder: '3016329' },
  };
  const read = {
    kind: 'verified',
    events: [
      {
        id: '/default/sap.s4.beh/ER9CLNT001#0894ef45-7741-1eea-b7be-ce30f48e9a1d',
        type: 'sap.s4.beh.salesorder.v1.SalesOrder.Created.v1',
        occurredAt: '2020-08-14T06:21:52.000Z',
        data: { SalesOrder: '3016329' },
      },
    ],
  };

  it('answers the handshake with the origin', async () => {
    expect(
      await handshake({ ...signedIn, 'webhook-request-origin': 'eu10.example' }),
    ).toMatchObject({
      kind: 'handshake',
      response: { status: 200, headers: { 'webhook-allowed-origin': 'eu10.example' } },
    });
  });

  it.each([
    ['without signing in', { 'webhook-request-origin': 'eu10.example' }, 401],
    ['of another origin', { ...signedIn, 'webhook-request-origin': 'evil.example' }, 401],
    ['without an origin', signedIn, 400],
  ])('refuses a handshake %s', async (_, headers, status) => {
    expect(await handshake(headers)).toMatchObject({ kind: 'refused', status });
  });

  it('reads a structured and a binary CloudEvent alike', async () => {
    expect(await ask(scheme, post(JSON.stringify(event), signedIn))).toEqual(read);
    const { data, ...attributes } = event;
    const headers = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]),
    );
    expect(await ask(scheme, post(JSON.stringify(data), { ...signedIn, ...headers }))).toEqual(
      read,
    );
  });

  it('asks a function about tokens', async () => {
    const byToken = eventMeshWebhooks({
      authentication: async ({ headers }) => headers.authorization === 'Bearer good',
    });
    const body = JSON.stringify(event);
    expect(await ask(byToken, post(body, { authorization: 'Bearer good' }))).toEqual(read);
    expect(await ask(byToken, post(body, { authorization: 'Bearer bad' }))).toMatchObject({
      status: 401,
    });
  });

  it('answers 400 to what is no CloudEvent', async () => {
    expect(await ask(scheme, post('{"id":"1"}', signedIn))).toMatchObject({ status: 400 });
  });
});
