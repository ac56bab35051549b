import { generateKeyPairSync, sign } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { manualClock } from '../../clock/manual-clock.ts';
import { bitFlips, post } from '../signed-request.fixture.ts';
import type { WebhookVerdict } from '../webhook-scheme.ts';
import { type StandardWebhooksOptions, standardWebhooks } from './standard-webhooks.ts';

// The vector of the reference library.
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const seconds = 1_614_265_330;
const body = '{"test": 2432232314}';
const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

interface Delivery {
  readonly id?: string;
  readonly timestamp?: string;
  readonly signature?: string;
  readonly body?: string;
  readonly awayMs?: number;
}

function verify(
  delivery: Delivery,
  options: Partial<StandardWebhooksOptions> = {},
): Promise<WebhookVerdict> {
  const { awayMs = 0, timestamp = String(seconds), body: text = body } = delivery;
  const prefix = options.headerPrefix ?? 'webhook-';
  const headers = {
    [`${prefix}id`]: delivery.id ?? id,
    [`${prefix}timestamp`]: timestamp,
    [`${prefix}signature`]: delivery.signature ?? signature,
  };
  return standardWebhooks({ secrets: secret, ...options }).verify(
    post(Buffer.from(text, 'latin1'), headers),
    { clock: manualClock(seconds * 1000 + awayMs) },
  );
}

const kindOf = async (...parameters: Parameters<typeof verify>) =>
  (await verify(...parameters)).kind;

describe('standardWebhooks', () => {
  it('takes the vector of the reference library', async () => {
    expect(await verify({})).toEqual({
      kind: 'verified',
      events: [{ id, type: 'unknown', occurredAt: undefined, data: { test: 2432232314 } }],
    });
  });

  it('takes what the reference library signs, and reads type and time', async () => {
    const text = '{"type":"invoice.paid","timestamp":"2021-02-25T15:02:10+01:00","data":{}}';
    const signed = new Webhook(secret).sign(id, new Date(seconds * 1000), text);
    expect(await verify({ body: text, signature: signed })).toMatchObject({
      events: [{ type: 'invoice.paid', occurredAt: '2021-02-25T14:02:10.000Z' }],
    });
  });

  it.each([
    ['id', id],
    ['timestamp', String(seconds)],
    ['signature', signature],
    ['body', body],
  ] as const)('refuses every single turned bit of the %s', async (part, text) => {
    for (const flipped of bitFlips(text)) {
      const verdict = await verify({ [part]: flipped });
      expect(verdict.kind, JSON.stringify(flipped)).toBe('refused');
    }
  });

  it('refuses a body that was parsed and printed again', async () => {
    expect(await kindOf({ body: JSON.stringify(JSON.parse(body)) })).toBe('refused');
  });

  it.each([
    [-301_000, 'refused'],
    [-300_000, 'verified'],
    [-299_000, 'verified'],
    [299_000, 'verified'],
    [300_000, 'verified'],
    [301_000, 'refused'],
  ])('with our clock %i ms away: %s', async (awayMs, kind) => {
    expect(await kindOf({ awayMs })).toBe(kind);
  });

  it('says which way the clock is off', async () => {
    expect(await verify({ awayMs: 400_000 })).toMatchObject({
      status: 401,
      reason: expect.stringContaining('400 s in the past'),
    });
  });

  it.each(['', ' 1614265330', '1614265330.0', '1e9', '-1', 'NaN', '0x60'])(
    'refuses the timestamp %j',
    async (timestamp) => {
      expect(await kindOf({ timestamp })).toBe('refused');
    },
  );

  it('takes one fitting signature out of a list, whatever the others are', async () => {
    const list = `v1,AAAA v1a,AAAA v2,x ${signature} `;
    expect(await kindOf({ signature: list })).toBe('verified');
    expect(await kindOf({ signature: 'v1,AAAA v2,x' })).toBe('refused');
    expect(await kindOf({ signature: '' })).toBe('refused');
  });

  it('looks at no more signatures than a change of keys needs', async () => {
    const others = (count: number) => Array.from({ length: count }, () => 'v1a,AAAA').join(' ');
    expect(await kindOf({ signature: `${others(7)} ${signature}` })).toBe('verified');
    expect(await kindOf({ signature: `${others(8)} ${signature}` })).toBe('refused');
  });

  it('takes old and new secret while they are changed, and then only the new one', async () => {
    const next = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const signed = new Webhook(next).sign(id, new Date(seconds * 1000), body);
    for (const one of [signature, signed]) {
      expect(await kindOf({ signature: one }, { secrets: [next, secret] })).toBe('verified');
    }
    expect(await kindOf({ signature }, { secrets: [next] })).toBe('refused');
    expect(await kindOf({ signature: signed }, { secrets: [next] })).toBe('verified');
  });

  it('reads secrets at use', async () => {
    let current = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const options = { secrets: () => current };
    expect(await kindOf({}, options)).toBe('refused');
    current = secret;
    expect(await kindOf({}, options)).toBe('verified');
  });

  it('takes Ed25519 signatures, and refuses every turned bit of one', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const x = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
    const options = { secrets: `whpk_${x.toString('base64')}` };
    const message = Buffer.from(`${id}.${seconds}.${body}`);
    const signed = `v1a,${sign(null, message, privateKey).toString('base64')}`;
    expect(await kindOf({ signature: signed }, options)).toBe('verified');
    expect(await kindOf({ signature }, options)).toBe('refused');
    for (const flipped of bitFlips(signed)) {
      expect(await kindOf({ signature: flipped }, options), flipped).toBe('refused');
    }
  });

  it('takes the headers of before the specification', async () => {
    expect(await kindOf({}, { headerPrefix: 'svix-' })).toBe('verified');
  });

  it('refuses an id with a dot: it could hide where the id ends', async () => {
    const signed = new Webhook(secret).sign('a.b', new Date(seconds * 1000), body);
    expect(await kindOf({ id: 'a.b', signature: signed })).toBe('refused');
  });

  it.each(['whsec_c2hvcnQ=', 'not base64!', 'whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', ''])(
    'says that the secret %j cannot be used, without showing it',
    async (bad) => {
      const error = await verify({}, { secrets: bad }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'ERR_CONFIGURATION' });
      if (bad !== '') expect((error as Error).message).not.toContain(bad);
    },
  );

  it('refuses an empty list of secrets: nothing could ever be verified', async () => {
    await expect(verify({}, { secrets: [] })).rejects.toMatchObject({ code: 'ERR_CONFIGURATION' });
  });

  it('answers 400 to a signed body that is no JSON', async () => {
    const signed = new Webhook(secret).sign(id, new Date(seconds * 1000), 'hello');
    expect(await verify({ body: 'hello', signature: signed })).toMatchObject({ status: 400 });
  });
});
