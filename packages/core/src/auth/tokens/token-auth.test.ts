import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { manualClock } from '../../clock/manual-clock.ts';
import { ConnectorError } from '../../errors/connector-error.ts';
import { scriptedTransport } from '../../http/scripted-transport.fixture.ts';
import type { AuthContext, AuthStrategy, RequestDraft } from '../auth-strategy.ts';
import { memoryTokenStore } from './memory-token-store.ts';
import { createTokenAuth, type TokenAuthOptions } from './token-auth.ts';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

function setUp(overrides: Partial<AuthContext> = {}) {
  const clock = manualClock();
  const context: AuthContext = {
    transport: scriptedTransport([{ status: 200 }]),
    clock,
    logger: silent,
    tokens: memoryTokenStore(),
    connection: 'test',
    baseUrl: 'https://erp.example.com',
    ...overrides,
  };
  return { clock, context };
}

const draftOf = (): RequestDraft => ({
  method: 'GET',
  url: 'https://erp.example.com/',
  headers: {},
});

async function sign(auth: AuthStrategy, context: AuthContext): Promise<RequestDraft> {
  const draft = draftOf();
  await auth.authorize(draft, context);
  return draft;
}

const tokenOn = (draft: RequestDraft): string | undefined => draft.headers.authorization;

const refused = (draft: RequestDraft, context: AuthContext) => ({
  status: 401,
  headers: {},
  signedAt: context.clock.now(),
  draft,
});

/** Issues a1, a2, … with refresh tokens r1, r2, … and counts. */
function issuing(options: Partial<TokenAuthOptions> = {}) {
  const calls: string[] = [];
  let count = 0;
  const issue = () => {
    count += 1;
    return { accessToken: `a${count}`, refreshToken: `r${count}`, expiresInMs: 3_600_000 };
  };
  const auth = createTokenAuth({
    kind: 'test',
    async obtain() {
      calls.push('obtain');
      await Promise.resolve();
      return issue();
    },
    async refresh(previous) {
      calls.push(`refresh ${previous.refreshToken}`);
      await Promise.resolve();
      return issue();
    },
    ...options,
  });
  return { auth, calls };
}

const refusal = new ConnectorError({
  code: 'ERR_AUTHENTICATION_FAILED',
  category: 'authentication',
  message: 'refused',
  vendorCode: 'invalid_grant',
  httpStatus: 400,
});
const outage = new ConnectorError({
  code: 'ERR_TRANSIENT',
  category: 'transient',
  message: 'down',
});

describe('a token', () => {
  it('is obtained once and used until a minute before it expires', async () => {
    const { clock, context } = setUp();
    const { auth, calls } = issuing();
    expect(tokenOn(await sign(auth, context))).toBe('Bearer a1');
    await clock.advance(3_600_000 - 60_001);
    expect(tokenOn(await sign(auth, context))).toBe('Bearer a1');
    await clock.advance(1);
    expect(tokenOn(await sign(auth, context))).toBe('Bearer a2');
    expect(calls).toEqual(['obtain', 'refresh r1']);
  });

  it('that lives for less than a minute is used for half its life', async () => {
    const { clock, context } = setUp();
    let count = 0;
    const { auth } = issuing({
      obtain: async () => ({ accessToken: `a${++count}`, expiresInMs: 30_000 }),
    });
    await sign(auth, context);
    await clock.advance(14_999);
    expect(tokenOn(await sign(auth, context))).toBe('Bearer a1');
    await clock.advance(1);
    expect(tokenOn(await sign(auth, context))).toBe('Bearer a2');
  });

  it('without a known end is used until it is refused', async () => {
    const { clock, context } = setUp();
    let count = 0;
    const { auth } = issuing({ obtain: async () => ({ accessToken: `a${++count}` }) });
    await sign(auth, context);
    await clock.advance(1_000_000_000);
    const draft = await sign(auth, context);
    expect(tokenOn(draft)).toBe('Bearer a1');
    expect(await auth.recover?.(refused(draft, context), context)).toBe('retry');
    expect(tokenOn(await sign(auth, context))).toBe('Bearer a2');
  });

  it('counts its life from before it was asked for', async () => {
    const { clock, context } = setUp();
    let count = 0;
    const { auth } = issuing({
      async obtain({ clock: time }) {
        await time.sleep(20_000);
        return { accessToken: `a${++count}`, expiresInMs: 100_000 };
      },
    });
    await clock.runUntil(sign(auth, context));
    await clock.advance(30_000);
    expect(tokenOn(await clock.runUntil(sign(auth, context)))).toBe('Bearer a2');
  });

  it('is found in the store by another process', async () => {
    const { context } = setUp();
    await sign(issuing().auth, context);
    const other = issuing();
    expect(tokenOn(await sign(other.auth, context))).toBe('Bearer a1');
    expect(other.calls).toEqual([]);
  });

  it('of one connection is not used for another', async () => {
    const { context } = setUp();
    const { auth } = issuing();
    expect(tokenOn(await sign(auth, context))).toBe('Bearer a1');
    expect(tokenOn(await sign(auth, { ...context, connection: 'other' }))).toBe('Bearer a2');
  });

  it('goes where the strategy puts it', async () => {
    const { context } = setUp();
    const { auth } = issuing({
      apply: (draft, token) => {
        draft.headers['x-session'] = token.accessToken;
      },
    });
    expect((await sign(auth, context)).headers).toEqual({ 'x-session': 'a1' });
  });
});

describe('a thousand callers', () => {
  it('on an expired token renew it once', async () => {
    const { clock, context } = setUp();
    const { auth, calls } = issuing();
    await sign(auth, context);
    await clock.advance(3_600_000);
    const drafts = await Promise.all(Array.from({ length: 1000 }, () => sign(auth, context)));
    expect(new Set(drafts.map(tokenOn))).toEqual(new Set(['Bearer a2']));
    expect(calls).toEqual(['obtain', 'refresh r1']);
  });

  it('who are refused renew it once, also those who learn of it late', async () => {
    const { clock, context } = setUp();
    const { auth, calls } = issuing();
    const drafts = await Promise.all(Array.from({ length: 1000 }, () => sign(auth, context)));
    const early = drafts
      .slice(0, 500)
      .map((draft) => auth.recover?.(refused(draft, context), context));
    await Promise.all(early);
    // The same millisecond, and again much later: the token they were signed with tells.
    await auth.recover?.(refused(drafts[500]!, context), context);
    await clock.advance(60_000);
    for (const draft of drafts.slice(501)) await auth.recover?.(refused(draft, context), context);
    expect(calls).toEqual(['obtain', 'refresh r1']);
  });

  it('without their drafts are told apart by the time of signing', async () => {
    const { clock, context } = setUp();
    const { auth, calls } = issuing();
    await sign(auth, context);
    const signedAt = clock.now();
    await clock.advance(10);
    await auth.recover?.({ status: 401, headers: {}, signedAt }, context);
    await clock.advance(10);
    await auth.recover?.({ status: 401, headers: {}, signedAt }, context);
    expect(calls).toEqual(['obtain', 'refresh r1']);
    await auth.recover?.({ status: 401, headers: {}, signedAt: clock.now() }, context);
    expect(calls).toEqual(['obtain', 'refresh r1', 'refresh r2']);
  });
});

describe('a sign-in that is refused', () => {
  const wrongSecret = () =>
    new ConnectorError({
      code: 'ERR_AUTHENTICATION_FAILED',
      category: 'authentication',
      message: 'refused',
    });
  const failing = (errors: readonly (Error | undefined)[]) => {
    let attempts = 0;
    const auth = createTokenAuth({
      kind: 'test',
      async obtain() {
        const error = errors[attempts];
        attempts += 1;
        await Promise.resolve();
        if (error !== undefined) throw error;
        return { accessToken: `a${attempts}` };
      },
    });
    return { auth, attempts: () => attempts };
  };
  const outcomes = (auth: AuthStrategy, context: AuthContext, callers: number) =>
    Promise.allSettled(Array.from({ length: callers }, () => sign(auth, context)));

  it('is one request for a thousand callers, and none for those who come within five seconds', async () => {
    const { clock, context } = setUp();
    const { auth, attempts } = failing([wrongSecret()]);
    const all = await outcomes(auth, context, 1000);
    expect(all.every(({ status }) => status === 'rejected')).toBe(true);
    expect(attempts()).toBe(1);
    await clock.advance(4_999);
    await expect(sign(auth, context)).rejects.toMatchObject({
      code: 'ERR_AUTHENTICATION_FAILED',
      retryable: false,
      retryAfterMs: 1,
    });
    expect(attempts()).toBe(1);
    await clock.advance(1);
    expect(tokenOn(await sign(auth, context))).toBe('Bearer a2');
  });

  it('is repeated ever more seldom, five minutes apart at most', async () => {
    const { clock, context } = setUp();
    const { auth, attempts } = failing(Array.from({ length: 1000 }, wrongSecret));
    for (let second = 0; second < 3600; second += 1) {
      await outcomes(auth, context, 1);
      await clock.advance(1000);
    }
    // 5, 10, 20, … 160 s, and then 12 an hour.
    expect(attempts()).toBe(7 + 10);
  });

  it('does not keep anybody from a token that another process stored meanwhile', async () => {
    const { context } = setUp();
    const { auth } = failing([wrongSecret()]);
    await outcomes(auth, context, 1);
    await context.tokens.write(context.connection, { accessToken: 'new', obtainedAt: 0 }, 0);
    expect(tokenOn(await sign(auth, context))).toBe('Bearer new');
  });

  it('does not take away a token that still is valid', async () => {
    const { clock, context } = setUp();
    const { auth } = issuing({ refresh: () => Promise.reject(refusal), obtain: undefined });
    const token = { accessToken: 'a0', refreshToken: 'r0', obtainedAt: clock.now() };
    const expiresAt = clock.now() + 3_600_000;
    await context.tokens.write(context.connection, { ...token, expiresAt }, 0);
    await sign(auth, context);
    await clock.advance(3_590_000);
    expect(tokenOn(await sign(auth, context))).toBe('Bearer a0');
    await clock.advance(10_000);
    await expect(sign(auth, context)).rejects.toMatchObject({
      code: 'ERR_REAUTHORIZATION_REQUIRED',
    });
  });

  it('that failed for another reason is tried again at once', async () => {
    const { context } = setUp();
    const down = new ConnectorError({ code: 'ERR_TRANSIENT', category: 'transient', message: 'x' });
    const { auth } = failing([down]);
    await outcomes(auth, context, 1);
    expect(tokenOn(await sign(auth, context))).toBe('Bearer a2');
  });
});

describe('tokens that are refused however often they are renewed', () => {
  it('are renewed three times, and again after five seconds', async () => {
    const { clock, context } = setUp();
    const { auth, calls } = issuing();
    const verdicts = [];
    for (let call = 0; call < 100; call += 1) {
      verdicts.push(await auth.recover?.(refused(await sign(auth, context), context), context));
    }
    expect(verdicts.filter((verdict) => verdict === 'retry')).toHaveLength(3);
    expect(calls).toHaveLength(4);
    await clock.advance(5_000);
    expect(await auth.recover?.(refused(await sign(auth, context), context), context)).toBe(
      'retry',
    );
  });
});

describe('a caller that aborts', () => {
  it('stops waiting at once; the renewal goes on for the others', async () => {
    const { clock, context } = setUp();
    const { auth } = issuing({
      async obtain({ clock: time, signal }) {
        await time.sleep(1000);
        expect(signal?.aborted).toBe(false);
        return { accessToken: 'a1' };
      },
    });
    const controller = new AbortController();
    const leaving = sign(auth, { ...context, signal: controller.signal });
    const staying = sign(auth, context);
    await clock.advance(10);
    controller.abort(new Error('left'));
    await expect(leaving).rejects.toThrow('left');
    expect(tokenOn(await clock.runUntil(staying))).toBe('Bearer a1');
  });
});

describe('a renewal', () => {
  it('that is refused falls back to a full sign-in', async () => {
    const { clock, context } = setUp();
    const { auth, calls } = issuing({ refresh: () => Promise.reject(refusal) });
    await sign(auth, context);
    await clock.advance(3_600_000);
    expect(tokenOn(await sign(auth, context))).toBe('Bearer a2');
    expect(calls).toEqual(['obtain', 'obtain']);
  });

  it('that is refused where a person has to sign in says so', async () => {
    const { context } = setUp();
    await context.tokens.write(
      'test',
      { accessToken: 'old', refreshToken: 'r0', expiresAt: 0, obtainedAt: 0 },
      0,
    );
    const { auth } = issuing({ obtain: undefined, refresh: () => Promise.reject(refusal) });
    await expect(sign(auth, context)).rejects.toMatchObject({
      code: 'ERR_REAUTHORIZATION_REQUIRED',
      category: 'authentication',
      cause: refusal,
    });
    await expect(sign(issuing({ obtain: undefined }).auth, setUp().context)).rejects.toMatchObject({
      code: 'ERR_REAUTHORIZATION_REQUIRED',
    });
  });

  it('during an outage keeps the refresh token for the next time', async () => {
    const { clock, context } = setUp();
    let isDown = true;
    const { auth, calls } = issuing();
    const flaky = issuing({
      refresh: async ({ refreshToken }) => {
        if (isDown) throw outage;
        return { accessToken: `renewed by ${refreshToken}` };
      },
    });
    await sign(auth, context);
    await clock.advance(3_600_000);
    await expect(sign(flaky.auth, context)).rejects.toMatchObject({ code: 'ERR_TRANSIENT' });
    isDown = false;
    expect(tokenOn(await sign(flaky.auth, context))).toBe('Bearer renewed by r1');
    expect([calls, flaky.calls]).toEqual([['obtain'], []]);
    // No new refresh token came with it, so the old one stays.
    expect((await context.tokens.read('test'))?.token.refreshToken).toBe('r1');
  });

  it('is stored before it is used, and fails when it cannot be stored', async () => {
    const tokens = memoryTokenStore();
    const broken = { ...tokens, write: () => Promise.reject(new Error('disk full')) };
    const { clock, context } = setUp({ tokens: broken });
    await expect(clock.runUntil(sign(issuing().auth, context))).rejects.toThrow('disk full');
  });

  it('that loses the race takes what the winner stored', async () => {
    const { context } = setUp();
    const { auth } = issuing({
      async obtain({ tokens, clock }) {
        await tokens.write('test', { accessToken: 'winner', obtainedAt: clock.now() }, 0);
        return { accessToken: 'loser' };
      },
    });
    expect(tokenOn(await sign(auth, context))).toBe('Bearer winner');
    expect((await context.tokens.read('test'))?.token.accessToken).toBe('winner');
  });

  it('that loses the race to a token of no use stores its own on top', async () => {
    const { context } = setUp();
    const { auth } = issuing({
      async obtain({ tokens }) {
        const expired = { accessToken: 'expired', expiresAt: 0, obtainedAt: 0 };
        await tokens.write('test', expired, 0);
        return { accessToken: 'ours' };
      },
    });
    expect(tokenOn(await sign(auth, context))).toBe('Bearer ours');
    expect(await context.tokens.read('test')).toMatchObject({
      token: { accessToken: 'ours' },
      version: 2,
    });
  });

  it('with a refresh token that another process has used takes the other one’s token', async () => {
    const { clock, context } = setUp();
    const { tokens } = context;
    await tokens.write(
      'test',
      { accessToken: 'a0', refreshToken: 'r0', expiresAt: 0, obtainedAt: 0 },
      0,
    );
    const { auth } = issuing({
      obtain: undefined,
      async refresh() {
        const { version } = (await tokens.read('test'))!;
        await tokens.write(
          'test',
          { accessToken: 'theirs', refreshToken: 'r1', obtainedAt: clock.now() },
          version,
        );
        throw refusal;
      },
    });
    expect(tokenOn(await sign(auth, context))).toBe('Bearer theirs');
  });

  it('runs under the lease of a store that has one', async () => {
    const leases: string[] = [];
    const tokens = {
      ...memoryTokenStore(),
      withLease<T>(connection: string, work: () => Promise<T>): Promise<T> {
        leases.push(connection);
        return work();
      },
    };
    const { context } = setUp({ tokens });
    const { auth } = issuing();
    await sign(auth, context);
    await sign(auth, context);
    expect(leases).toEqual(['test']);
  });
});

describe('close', () => {
  it('ends the session at the vendor and forgets it', async () => {
    const { context } = setUp();
    const revoked: string[] = [];
    const { auth } = issuing({
      revoke: async ({ accessToken }) => {
        revoked.push(accessToken);
      },
    });
    await auth.close?.(context);
    await sign(auth, context);
    await auth.close?.(context);
    expect(revoked).toEqual(['a1']);
    expect(await context.tokens.read('test')).toBeUndefined();
    expect(tokenOn(await sign(auth, context))).toBe('Bearer a2');
  });

  it('leaves a token that others may use where nothing has to be ended', async () => {
    const { context } = setUp();
    const { auth } = issuing();
    await sign(auth, context);
    await auth.close?.(context);
    expect((await context.tokens.read('test'))?.token.accessToken).toBe('a1');
  });
});

describe('a strategy', () => {
  it('shows no token', async () => {
    const { context } = setUp();
    const { auth } = issuing({ obtain: async () => ({ accessToken: 'canary-7f3a' }) });
    await sign(auth, context);
    const shown = inspect(auth, { depth: 20, showHidden: true }) + JSON.stringify(auth);
    expect(shown).not.toContain('canary');
  });
});
