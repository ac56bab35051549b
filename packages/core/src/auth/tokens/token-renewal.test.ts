import { describe, expect, it } from 'vitest';
import { manualClock } from '../../clock/manual-clock.ts';
import type { LifecycleEvent } from '../../contract/lifecycle-event.ts';
import { ConnectorError } from '../../errors/connector-error.ts';
import { scriptedTransport } from '../../http/scripted-transport.fixture.ts';
import type { AuthContext, AuthStrategy, RequestDraft } from '../auth-strategy.ts';
import { memoryTokenStore } from './memory-token-store.ts';
import { rotatingServer } from './rotating-server.fixture.ts';
import { storeIssuedToken } from './store-issued-token.ts';
import { createTokenAuth, type TokenAuthOptions } from './token-auth.ts';
import type { TokenStore } from './token-store.ts';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const hour = 3_600_000;

/** A connection that a person has authorised, and processes that use it through one store. */
async function authorised(options: Partial<TokenAuthOptions> = {}) {
  const clock = manualClock();
  const server = rotatingServer(hour);
  const tokens = memoryTokenStore();
  const events: Pick<LifecycleEvent, 'type' | 'reason' | 'expiresAt'>[] = [];
  const signIn = () => storeIssuedToken({ tokens, connection: 'c', issued: server.grant(), clock });
  await signIn();
  const process = (store: TokenStore = tokens) => {
    const auth = createTokenAuth({ kind: 'test', refresh: server.refresh, ...options });
    const context: AuthContext = {
      transport: scriptedTransport([]),
      clock,
      logger: silent,
      tokens: store,
      connection: 'c',
      baseUrl: 'https://erp.example.com',
      notify: (event) => void events.push(event),
    };
    const sign = async (signal?: AbortSignal): Promise<string | undefined> => {
      const draft = draftOf();
      await auth.authorize(draft, { ...context, signal });
      return draft.headers.authorization;
    };
    return { auth, context, sign };
  };
  const stored = async () => (await tokens.read('c'))?.token;
  return { clock, server, tokens, events, signIn, process, stored };
}

const draftOf = (): RequestDraft => ({
  method: 'GET',
  url: 'https://erp.example.com/',
  headers: {},
});

async function refuse(auth: AuthStrategy, context: AuthContext) {
  const draft = draftOf();
  await auth.authorize(draft, context);
  const failure = { status: 401, headers: {}, signedAt: context.clock.now(), draft };
  return auth.recover?.(failure, context);
}

const failure = (init: Partial<ConstructorParameters<typeof ConnectorError>[0]>) =>
  new ConnectorError({
    code: 'ERR_TRANSIENT',
    category: 'transient',
    message: 'The token endpoint is unwell.',
    ...init,
  });
const outage = failure({ httpStatus: 503 });

describe('an expired token', () => {
  it('is refreshed once by four processes with a thousand callers each', async () => {
    const { clock, server, process } = await authorised();
    await clock.advance(hour);
    const processes = [process(), process(), process(), process()];
    const signed = await Promise.all(
      processes.flatMap(({ sign }) => Array.from({ length: 1000 }, () => sign())),
    );
    expect(new Set(signed)).toEqual(new Set(['Bearer a2']));
    expect(server.seen).toEqual(['r1']);
  });

  it('is read again after the lease was waited for', async () => {
    const { clock, server, tokens, process, signIn } = await authorised();
    await clock.advance(hour);
    const slow: TokenStore = {
      ...tokens,
      async withLease(_connection, work) {
        await signIn();
        return work();
      },
    };
    expect(await process(slow).sign()).toBe('Bearer a2');
    expect(server.seen).toEqual([]);
  });

  it('that the store renewed meanwhile takes no lease', async () => {
    const { clock, tokens, process, signIn } = await authorised();
    const { sign } = process({ ...tokens, withLease: () => Promise.reject(new Error('lease')) });
    await sign();
    await clock.advance(hour);
    await signIn();
    expect(await sign()).toBe('Bearer a2');
  });
});

describe('who waits for the lease of another process', () => {
  /** Somebody has the lease, and does not give it back. */
  async function held() {
    const world = await authorised();
    await world.clock.advance(hour);
    void world.tokens.withLease?.('c', () => new Promise(() => {}));
    return world;
  }

  it('takes what that one stored, without a turn of its own', async () => {
    const { clock, server, process, signIn } = await held();
    const waiting = process().sign();
    await clock.advance(1000);
    await signIn();
    await clock.advance(500);
    expect([await waiting, server.seen]).toEqual(['Bearer a2', []]);
    expect(clock.sleeping).toBe(0);
  });

  it('hears that a person is needed as soon as that one knows', async () => {
    const { clock, tokens, process } = await held();
    const waiting = expect(process().sign()).rejects.toMatchObject({
      code: 'ERR_REAUTHORIZATION_REQUIRED',
    });
    await clock.advance(1000);
    const { token, version } = (await tokens.read('c'))!;
    await tokens.write('c', { ...token, ended: { at: 0, reason: 'revoked' } }, version);
    await clock.advance(500);
    await waiting;
    expect(clock.sleeping).toBe(0);
  });
});

describe('a token that is renewed ahead of time', () => {
  it('goes on to be used by those who come meanwhile', async () => {
    const { clock, process } = await authorised({
      refresh: async () => {
        await clock.sleep(20_000);
        return { accessToken: 'renewed' };
      },
    });
    const { sign } = process();
    await sign();
    await clock.advance(hour - 50_000);
    const first = sign();
    await clock.advance(1);
    expect(await Promise.all([sign(), sign()])).toEqual(['Bearer a1', 'Bearer a1']);
    expect(await clock.runUntil(first)).toBe('Bearer renewed');
  });

  it('goes on to be used during an outage, in which the server is asked every five seconds', async () => {
    const { clock, server, process } = await authorised();
    server.fail(...Array.from({ length: 100 }, () => ({ before: outage })));
    const { sign } = process();
    await sign();
    await clock.advance(hour - 50_000);
    for (let second = 0; second < 20; second += 1) {
      expect(await sign()).toBe('Bearer a1');
      await clock.advance(1000);
    }
    expect(server.seen).toHaveLength(4);
    await clock.advance(30_000);
    await expect(sign()).rejects.toMatchObject({ code: 'ERR_TRANSIENT', retryable: true });
  });
});

describe('before a refresh is sent', () => {
  it('a mark is stored, which goes with the token that answers', async () => {
    const { clock, server, process, stored } = await authorised();
    const marks: unknown[] = [];
    const { sign } = process();
    await clock.advance(hour);
    const refresh = async (previous: Parameters<typeof server.refresh>[0]) => {
      marks.push((await stored())?.refreshing);
      return server.refresh(previous);
    };
    const { auth, context } = process();
    await createTokenAuth({ kind: 'test', refresh }).authorize(draftOf(), context);
    expect(marks).toEqual([{ startedAt: clock.now() }]);
    expect(await stored()).toMatchObject({ accessToken: 'a2', refreshToken: 'r2' });
    expect((await stored())?.refreshing).toBeUndefined();
    expect([await sign(), auth.kind]).toEqual(['Bearer a2', 'test']);
  });

  it('nothing is sent when the mark cannot be stored', async () => {
    const { clock, server, tokens, process } = await authorised();
    await clock.advance(hour);
    const broken = process({ ...tokens, write: () => Promise.reject(new Error('disk full')) });
    await expect(broken.sign()).rejects.toThrow('disk full');
    expect(server.seen).toEqual([]);
  });
});

describe('a process that dies in a refresh', () => {
  /** Everything of the dead process hangs from there on; its lease ends by itself. */
  async function killed(when: 'before the server acts' | 'after the server acts') {
    const world = await authorised();
    const { clock, server, tokens } = world;
    await clock.advance(hour);
    let isDead = false;
    const never = new Promise<never>(() => {});
    const mortal: TokenStore = {
      ...tokens,
      write: (...args) => (isDead ? never : tokens.write(...args)),
      withLease: (_connection, work) => work(),
    };
    const reached = new Promise<void>((resolve) => {
      const auth = createTokenAuth({
        kind: 'test',
        async refresh(previous) {
          const token =
            when === 'after the server acts' ? await server.refresh(previous) : undefined;
          isDead = true;
          resolve();
          return token ?? never;
        },
      });
      void auth.authorize(draftOf(), { ...world.process().context, tokens: mortal });
    });
    await reached;
    return world;
  }

  it('before the server acted costs nothing: the next one sends the same refresh token', async () => {
    const { server, process, events, stored } = await killed('before the server acts');
    expect((await stored())?.refreshing).toBeDefined();
    expect(await process().sign()).toBe('Bearer a2');
    expect(server.seen).toEqual(['r1']);
    expect(events.map(({ type }) => type)).toEqual(['token-refreshed']);
    expect((await stored())?.refreshing).toBeUndefined();
  });

  it('after the server acted is the window that cannot be closed, and says so', async () => {
    const { server, process, events, stored } = await killed('after the server acts');
    await expect(process().sign()).rejects.toMatchObject({
      code: 'ERR_REAUTHORIZATION_REQUIRED',
      category: 'authentication',
      vendorCode: 'invalid_grant',
      message: expect.stringContaining('before the new one was stored'),
    });
    expect(await stored()).toMatchObject({ refreshToken: 'r1', ended: { reason: 'interrupted' } });
    expect(server.seen).toEqual(['r1', 'r1']);
    expect(events.map(({ type }) => type)).toEqual(['reauthorization-required']);
  });
});

describe('an answer that is lost', () => {
  it('leaves the mark, so that a refusal of the second attempt is an interruption', async () => {
    const { clock, server, process } = await authorised();
    server.fail({ after: failure({ code: 'ERR_TIMEOUT' }) });
    await clock.advance(hour);
    const { sign } = process();
    await expect(sign()).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
    await expect(process().sign()).rejects.toMatchObject({
      code: 'ERR_REAUTHORIZATION_REQUIRED',
      message: expect.stringContaining('before the new one was stored'),
    });
  });
});

describe('a store that fails after the server has rotated', () => {
  /** Fails so many writes of new tokens. */
  function failing(tokens: TokenStore, failures: number): TokenStore {
    let left = failures;
    return {
      ...tokens,
      async write(connection, token, expectedVersion) {
        if (token.refreshing === undefined && left > 0) {
          left -= 1;
          throw new Error('disk full');
        }
        return tokens.write(connection, token, expectedVersion);
      },
    };
  }

  it('for a moment is tried again under the same lease', async () => {
    const { clock, server, tokens, process } = await authorised();
    await clock.advance(hour);
    expect(await clock.runUntil(process(failing(tokens, 2)).sign())).toBe('Bearer a2');
    expect(server.seen).toEqual(['r1']);
  });

  it('for longer fails the call; the next one stores what came before it asks for more', async () => {
    const { clock, server, tokens, process, stored } = await authorised();
    await clock.advance(hour);
    const { sign } = process(failing(tokens, 3));
    await expect(clock.runUntil(sign())).rejects.toThrow('disk full');
    expect((await stored())?.accessToken).toBe('a1');
    expect(await sign()).toBe('Bearer a2');
    expect([server.seen, (await stored())?.refreshToken]).toEqual([['r1'], 'r2']);
  });

  it('does not bring its token back over one that a person granted meanwhile', async () => {
    const { clock, server, tokens, process, signIn } = await authorised();
    await clock.advance(hour);
    const { sign } = process(failing(tokens, 3));
    await expect(clock.runUntil(sign())).rejects.toThrow('disk full');
    await signIn();
    expect(await sign()).toBe('Bearer a3');
    await clock.advance(hour);
    expect(await sign()).toBe('Bearer a4');
    expect([server.seen, server.revocations()]).toEqual([['r1', 'r3'], 0]);
  });
});

describe('a refresh token that was revoked', () => {
  async function revoked(options: Partial<TokenAuthOptions> = {}) {
    const world = await authorised(options);
    world.server.revoke();
    await world.clock.advance(hour);
    return world;
  }

  it('calls a person once, and is never sent again, by no process', async () => {
    const { clock, server, process, events, stored } = await revoked();
    const { sign } = process();
    for (const outcome of await Promise.allSettled(Array.from({ length: 100 }, () => sign()))) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: {
          code: 'ERR_REAUTHORIZATION_REQUIRED',
          vendorCode: 'invalid_grant',
          message: expect.stringContaining('the server refuses its refresh token'),
        },
      });
    }
    await clock.advance(hour);
    const code = { code: 'ERR_REAUTHORIZATION_REQUIRED' };
    await expect(sign()).rejects.toMatchObject(code);
    await expect(process().sign()).rejects.toMatchObject(code);
    expect(server.seen).toEqual(['r1']);
    expect(events).toMatchObject([
      { type: 'reauthorization-required', reason: expect.stringContaining('sign in') },
    ]);
    expect(await stored()).toMatchObject({ refreshToken: 'r1', ended: { reason: 'revoked' } });
  });

  it('is forgotten as soon as somebody has signed in, in whatever process', async () => {
    const { process, signIn } = await revoked();
    const { sign } = process();
    await expect(sign()).rejects.toMatchObject({ code: 'ERR_REAUTHORIZATION_REQUIRED' });
    await signIn();
    expect(await sign()).toBe('Bearer a2');
  });

  it('leads to a sign-in where one needs no person, and calls nobody', async () => {
    const { server, process, events } = await revoked({ obtain: async () => server.grant() });
    const { sign } = process();
    expect(await sign()).toBe('Bearer a2');
    expect(events.map(({ type }) => type)).toEqual(['token-refreshed']);
  });

  it('is not sent again by a sign-in that fails', async () => {
    const { server, process } = await revoked({ obtain: () => Promise.reject(outage) });
    const { sign } = process();
    await expect(sign()).rejects.toMatchObject({ code: 'ERR_TRANSIENT' });
    await expect(sign()).rejects.toMatchObject({ code: 'ERR_TRANSIENT' });
    expect(server.seen).toEqual(['r1']);
  });

  it('together with its access token is told to all processes', async () => {
    const { server, process, stored, clock } = await authorised();
    server.revoke();
    const { auth, context } = process();
    const code = { code: 'ERR_REAUTHORIZATION_REQUIRED' };
    await expect(refuse(auth, context)).rejects.toMatchObject(code);
    expect((await stored())?.expiresAt).toBe(clock.now());
    await expect(process().sign()).rejects.toMatchObject(code);
  });
});

describe('a connection that nobody has authorised', () => {
  it('calls a person once, and again after it was authorised and forgotten', async () => {
    const { clock, tokens, process, events, signIn } = await authorised();
    const { sign } = process();
    await tokens.remove('c');
    const required = { code: 'ERR_REAUTHORIZATION_REQUIRED', retryAfterMs: undefined };
    await expect(sign()).rejects.toMatchObject(required);
    await expect(sign()).rejects.toMatchObject(required);
    expect(events.map(({ type }) => type)).toEqual(['reauthorization-required']);
    await signIn();
    expect(await sign()).toBe('Bearer a2');
    await tokens.remove('c');
    await clock.advance(hour);
    await expect(sign()).rejects.toMatchObject(required);
    expect(events).toHaveLength(2);
  });
});

describe('a failure of the token endpoint', () => {
  const transient: readonly [string, ConnectorError][] = [
    ['500', failure({ httpStatus: 500 })],
    ['503', outage],
    ['408', failure({ httpStatus: 408 })],
    ['429', failure({ code: 'ERR_RATE_LIMITED', category: 'rate-limit', httpStatus: 429 })],
    ['a timeout', failure({ code: 'ERR_TIMEOUT' })],
    ['a reset', failure({ code: 'ERR_NETWORK' })],
    [
      'a page of HTML',
      failure({ code: 'ERR_UNEXPECTED_CONTENT', category: 'configuration', httpStatus: 200 }),
    ],
    [
      'invalid_client',
      failure({
        code: 'ERR_AUTHENTICATION_FAILED',
        category: 'authentication',
        httpStatus: 401,
        vendorCode: 'invalid_client',
      }),
    ],
  ];

  it.each(transient)('by %s discards nothing and calls nobody', async (_, error) => {
    let signIns = 0;
    const { clock, server, process, stored, events } = await authorised({
      obtain: async () => {
        signIns += 1;
        return { accessToken: 'needless' };
      },
    });
    server.fail({ before: error });
    await clock.advance(hour);
    const { sign } = process();
    await expect(sign()).rejects.toMatchObject({ code: error.code });
    expect(await stored()).toMatchObject({ accessToken: 'a1', refreshToken: 'r1' });
    expect(events).toEqual([]);
    await clock.advance(5_000);
    expect(await sign()).toBe('Bearer a2');
    expect([server.seen, signIns]).toEqual([['r1', 'r1'], 0]);
  });

  it.each(['429', 'invalid_client'])(
    'by %s leaves no mark: a later refusal is a revocation',
    async (name) => {
      const { clock, server, process, stored } = await authorised();
      server.fail({ before: transient.find(([key]) => key === name)![1] });
      await clock.advance(hour);
      const { sign } = process();
      await expect(sign()).rejects.toBeInstanceOf(ConnectorError);
      expect((await stored())?.refreshing).toBeUndefined();
      server.revoke();
      await clock.advance(5_000);
      await expect(sign()).rejects.toMatchObject({ code: 'ERR_REAUTHORIZATION_REQUIRED' });
      expect((await stored())?.ended?.reason).toBe('revoked');
    },
  );
});

describe('a holder of the lease that was thought dead', () => {
  it('stores its token on top of the mark of the one who took over', async () => {
    const { clock, server, tokens, process, stored } = await authorised();
    await clock.advance(hour);
    const { context } = process();
    const auth = createTokenAuth({
      kind: 'test',
      async refresh(previous) {
        const token = await server.refresh(previous);
        const found = (await tokens.read('c'))!;
        await tokens.write('c', { ...found.token, refreshing: { startedAt: 7 } }, found.version);
        return token;
      },
    });
    await auth.authorize(draftOf(), context);
    expect(await stored()).toMatchObject({ accessToken: 'a2', refreshToken: 'r2' });
  });
});

describe('a sign-in without a person that says a person is needed', () => {
  it('calls one, once, and rests', async () => {
    let attempts = 0;
    const { clock, server, process, events } = await authorised({
      obtain: async () => {
        attempts += 1;
        throw failure({ code: 'ERR_REAUTHORIZATION_REQUIRED', category: 'authentication' });
      },
    });
    server.revoke();
    await clock.advance(hour);
    const { sign } = process();
    for (let call = 0; call < 20; call += 1) {
      await expect(sign()).rejects.toMatchObject({ code: 'ERR_REAUTHORIZATION_REQUIRED' });
      await clock.advance(1000);
    }
    expect(events.map(({ type }) => type)).toEqual(['reauthorization-required']);
    expect(attempts).toBe(3);
  });
});

describe('a caller that leaves', () => {
  it('does not lose the token that is on its way', async () => {
    const { clock, server, process, stored } = await authorised();
    await clock.advance(hour);
    const { auth, context } = process();
    const slow = createTokenAuth({
      kind: 'test',
      async refresh(previous, { signal }) {
        const token = await server.refresh(previous);
        await clock.sleep(1000);
        signal?.throwIfAborted();
        return token;
      },
    });
    const caller = new AbortController();
    const left = expect(
      slow.authorize(draftOf(), { ...context, signal: caller.signal }),
    ).rejects.toThrow('left');
    await clock.advance(1);
    caller.abort(new Error('left'));
    await left;
    // The connector is closed too: it waits for what is under way.
    await clock.runUntil(slow.close?.(context) ?? Promise.resolve());
    expect([await stored(), auth.kind]).toMatchObject([{ refreshToken: 'r2' }, 'test']);
  });
});

describe('a renewal that does not end', () => {
  it('is cut off, and the refresh token is kept', async () => {
    const { clock, process, stored } = await authorised({
      refresh: () => new Promise<never>(() => {}),
    });
    await clock.advance(hour);
    await expect(clock.runUntil(process().sign())).rejects.toMatchObject({
      code: 'ERR_TIMEOUT',
      retryable: true,
    });
    expect((await stored())?.refreshToken).toBe('r1');
  });

  it('of another process is waited for no longer than 90 seconds', async () => {
    const { clock, tokens, process } = await authorised();
    await clock.advance(hour);
    void tokens.withLease?.('c', () => new Promise(() => {}));
    const begin = clock.now();
    await expect(clock.runUntil(process().sign())).rejects.toMatchObject({
      code: 'ERR_TRANSIENT',
      retryable: true,
    });
    expect(clock.now() - begin).toBe(90_000);
  });
});

describe('what is told', () => {
  it('is one event for each renewal, with the end of the new token', async () => {
    const { clock, process, events } = await authorised();
    const processes = [process(), process()];
    await clock.advance(hour);
    await Promise.all(processes.map(({ sign }) => sign()));
    expect(events).toEqual([
      { type: 'token-refreshed', expiresAt: new Date(clock.now() + hour).toISOString() },
    ]);
  });

  it('is nothing of the first sign-in, which renews nothing', async () => {
    const { tokens, process, events } = await authorised({
      obtain: async () => ({ accessToken: 'first' }),
    });
    await tokens.remove('c');
    expect([await process().sign(), events]).toEqual(['Bearer first', []]);
  });

  it('is when the credentials in use end', async () => {
    const { clock, process } = await authorised({
      refresh: async () => ({ accessToken: 'a', expiresInMs: hour, refreshExpiresInMs: 9 * hour }),
    });
    const { auth, sign } = process();
    expect(auth.expiry?.('c')).toBeUndefined();
    await clock.advance(hour);
    await sign();
    expect(auth.expiry?.('c')).toEqual({
      accessExpiresAt: clock.now() + hour,
      refreshExpiresAt: clock.now() + 9 * hour,
    });
  });
});

describe('a token that is saved', () => {
  it('is used from the next request on, also while another one is valid', async () => {
    const { clock, tokens, server } = await authorised();
    const auth = createTokenAuth({ kind: 'test', refresh: server.refresh });
    const context = {
      transport: scriptedTransport([]),
      clock,
      logger: silent,
      tokens,
      connection: 'c',
      baseUrl: 'https://erp.example.com',
    };
    await auth.authorize(draftOf(), context);
    await auth.saveToken({ accessToken: 'of another user' }, context);
    const draft = draftOf();
    await auth.authorize(draft, context);
    expect(draft.headers.authorization).toBe('Bearer of another user');
  });
});
