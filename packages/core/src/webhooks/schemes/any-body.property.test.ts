import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { manualClock } from '../../clock/manual-clock.ts';
import { post } from '../signed-request.fixture.ts';
import type { WebhookScheme } from '../webhook-scheme.ts';
import { businessCentralNotifications } from './business-central-notifications.ts';
import { dataverseWebhooks } from './dataverse-webhooks.ts';
import { eventMeshWebhooks } from './event-mesh-webhooks.ts';
import { intuitWebhooks } from './intuit-webhooks.ts';
import { jiraWebhooks } from './jira-webhooks.ts';
import { slackRequests } from './slack-requests.ts';
import { standardWebhooks } from './standard-webhooks.ts';

const secret = 'b5771f19b12ddb4bcdb9f08bdc50bc63';
const seconds = '1700000000';
const hmac = (text: string, key: string | Buffer = secret) =>
  createHmac('sha256', key).update(text);

interface Signed {
  readonly scheme: WebhookScheme;
  readonly headers: (text: string) => Readonly<Record<string, string>>;
}

const schemes: Readonly<Record<string, Signed>> = {
  intuit: {
    scheme: intuitWebhooks({ verifierTokens: secret }),
    headers: (text) => ({ 'intuit-signature': hmac(text).digest('base64') }),
  },
  jira: {
    scheme: jiraWebhooks({ secrets: secret }),
    headers: (text) => ({ 'x-hub-signature': `sha256=${hmac(text).digest('hex')}` }),
  },
  slack: {
    scheme: slackRequests({ signingSecrets: secret }),
    headers: (text) => ({
      'x-slack-request-timestamp': seconds,
      'x-slack-signature': `v0=${hmac(`v0:${seconds}:${text}`).digest('hex')}`,
    }),
  },
  'standard-webhooks': {
    scheme: standardWebhooks({ secrets: `whsec_${Buffer.from(secret).toString('base64')}` }),
    headers: (text) => ({
      'webhook-id': 'msg_1',
      'webhook-timestamp': seconds,
      'webhook-signature': `v1,${hmac(`msg_1.${seconds}.${text}`, Buffer.from(secret)).digest('base64')}`,
    }),
  },
  'business-central': {
    scheme: businessCentralNotifications({ clientStates: secret }),
    headers: () => ({}),
  },
  dataverse: {
    scheme: dataverseWebhooks({ header: 'x-key', values: secret }),
    headers: () => ({ 'x-key': secret }),
  },
  'event-mesh': {
    scheme: eventMeshWebhooks({ authentication: { header: 'x-key', values: secret } }),
    headers: () => ({ 'x-key': secret }),
  },
};

// Names and values that some scheme looks at, in places where none of them has to be.
const name = fc.constantFrom(
  ...['eventNotifications', 'realmId', 'dataChangeEvent', 'entities', 'name', 'id', 'operation'],
  ...['lastUpdated', 'specversion', 'type', 'source', 'time', 'data', 'intuitentityid', 'value'],
  ...['clientState', 'resource', 'changeType', 'lastModifiedDateTime', 'MessageName', 'issue'],
  ...['OperationCreatedOn', 'PrimaryEntityId', 'webhookEvent', 'timestamp', 'key', 'event'],
  ...['event_time', 'event_id', 'challenge', '__proto__', 'constructor'],
);
const leaf = fc.oneof(
  fc.string({ maxLength: 5 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(null, true, secret, '1.0', 'qbo.invoice.deleted.v1', 'url_verification'),
  fc.constantFrom('2026-01-01T00:00:00', '2026-13-99T99:99:99Z', '1', 'May', 8.64e15, 1e300),
  fc.constantFrom(
    '/Date(1700000000000)/',
    '/Date(99999999999999999999)/',
    '/companies(1)/items(2)',
  ),
);
const { body } = fc.letrec<{ body: unknown }>((tie) => ({
  body: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'body' },
    leaf,
    fc.array(tie('body'), { maxLength: 3 }),
    fc.dictionary(name, tie('body'), { maxKeys: 6 }),
    // A notification of Business Central is genuine by what it holds.
    fc.dictionary(name, leaf, { maxKeys: 6 }).map((one) => ({
      value: [{ ...one, clientState: secret }],
    })),
  ),
}));

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

describe.each(Object.entries(schemes))('a genuine request of %s', (_name, { scheme, headers }) => {
  const verdictOf = (text: string, place: string) => {
    process.env.TZ = place;
    const clock = manualClock(Number(seconds) * 1000);
    return scheme.verify(post(text, headers(text)), { clock });
  };

  it('is read or refused with 400, never worse, and alike in every time zone', async () => {
    await fc.assert(
      fc.asyncProperty(body, async (value) => {
        const text = JSON.stringify(value);
        const verdict = await verdictOf(text, 'America/Los_Angeles');
        expect(await verdictOf(text, 'Asia/Kolkata')).toEqual(verdict);
        if (verdict.kind === 'refused') {
          // Without its secret a notification of Business Central is not genuine.
          expect(scheme.name === 'business-central' ? [400, 401] : [400]).toContain(verdict.status);
        }
        if (verdict.kind !== 'verified') return;
        for (const event of verdict.events) {
          expect(event.id).not.toBe('');
          expect(typeof event.type).toBe('string');
          const { occurredAt = '2026-01-01T00:00:00.000Z' } = event;
          expect(new Date(occurredAt).toISOString()).toBe(occurredAt);
        }
      }),
      { numRuns: 500 },
    );
  });
});
