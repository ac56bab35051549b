import { afterEach, describe, expect, it } from 'vitest';
import type { Secret } from '../auth-strategy.ts';
import { oauth2RefreshToken } from './oauth2-refresh-token.ts';
import { type TokenServer, tokenServer } from './token-server.fixture.ts';

let server: TokenServer | undefined;
afterEach(() => server?.close());

/** A server that takes a refresh token once and revokes the family when one comes again. */
async function rotatingServer(first: readonly string[] = ['seed'], rotates = true) {
  const good = new Set(first);
  const used = new Set<string>();
  server = await tokenServer(({ form }, number) => {
    const token = form.refresh_token ?? '';
    if (used.has(token)) good.clear();
    if (!good.has(token)) return { status: 400, json: { error: 'invalid_grant' } };
    const json = { access_token: `a${number}`, expires_in: 60 };
    if (!rotates) return { json };
    good.delete(token);
    used.add(token);
    good.add(`r${number}`);
    return { json: { ...json, refresh_token: `r${number}` } };
  });
  const { tokenUrl } = server;
  const make = (refreshToken: Secret) =>
    oauth2RefreshToken({ tokenUrl, clientId: 'id', clientSecret: 's', refreshToken });
  const sent = () => server!.calls.map(({ form }) => form.refresh_token);
  return { server, good, make, sent };
}

describe('a refresh token from elsewhere', () => {
  it('is used once, then those that the server gives', async () => {
    const { server, make, sent } = await rotatingServer();
    const auth = make('seed');
    for (const token of ['a1', 'a2', 'a3']) {
      expect(await server.signIn(auth)).toBe(`Bearer ${token}`);
      await server.clock.advance(60_000);
    }
    expect(sent()).toEqual(['seed', 'r1', 'r2']);
  });

  it('is used again and again where the server keeps it', async () => {
    const { server, make, sent } = await rotatingServer(['seed'], false);
    const auth = make('seed');
    await server.signIn(auth);
    await server.clock.advance(60_000);
    await server.signIn(auth);
    expect(sent()).toEqual(['seed', 'seed']);
  });

  it('is not sent again after a restart, for that would end the grant', async () => {
    const { server, make, sent } = await rotatingServer();
    await server.signIn(make('seed'));
    await server.clock.advance(60_000);
    expect(await server.signIn(make('seed'))).toBe('Bearer a2');
    expect(sent()).toEqual(['seed', 'r1']);
  });

  it('is not sent again when its successor is refused: somebody has to obtain a new one', async () => {
    const { server, good, make, sent } = await rotatingServer();
    const auth = make('seed');
    await server.signIn(auth);
    good.clear();
    await server.clock.advance(60_000);
    expect(await server.refusal(auth)).toMatchObject({
      code: 'ERR_REAUTHORIZATION_REQUIRED',
      message: expect.stringContaining('Obtain a new one'),
    });
    expect(sent()).toEqual(['seed', 'r1']);
  });

  it('takes the place of what is stored when another one is given', async () => {
    const { server, good, make, sent } = await rotatingServer(['seed', 'newer']);
    let refreshToken = 'seed';
    const auth = make(() => refreshToken);
    await server.signIn(auth);
    good.delete('r1');
    refreshToken = 'newer';
    await server.clock.advance(60_000);
    expect(await server.signIn(auth)).toBe('Bearer a2');
    expect(sent()).toEqual(['seed', 'newer']);
  });

  it('works anew after the grant had ended, when another one is given', async () => {
    const { server, good, make } = await rotatingServer();
    let refreshToken = 'seed';
    const auth = make(() => refreshToken);
    await server.signIn(auth);
    good.clear();
    await server.clock.advance(60_000);
    expect(await server.refusal(auth)).toMatchObject({ code: 'ERR_REAUTHORIZATION_REQUIRED' });
    good.add('newer');
    refreshToken = 'newer';
    await server.clock.advance(600_000);
    expect(await server.signIn(auth)).toBe('Bearer a3');
  });

  it('that the server does not take is told once, in words', async () => {
    const { server, make } = await rotatingServer();
    const events: string[] = [];
    const auth = make('wrong');
    const notify = ({ type }: { type: string }) => void events.push(type);
    for (let call = 0; call < 3; call += 1) {
      await expect(server.signIn(auth, { notify })).rejects.toMatchObject({
        code: 'ERR_REAUTHORIZATION_REQUIRED',
        vendorCode: 'invalid_grant',
      });
    }
    expect(events).toEqual(['reauthorization-required']);
    expect(server.calls).toHaveLength(1);
  });

  it('that was used by a process that kept its successor in memory: says where to keep it', async () => {
    const { server, good, make } = await rotatingServer();
    good.clear();
    expect((await server.refusal(make('seed'))).message).toMatch(
      /refresh token of the settings.*used before.*durable token store/,
    );
  });

  it('that is empty says which setting it is', async () => {
    const { server, make } = await rotatingServer();
    expect(await server.refusal(make(''))).toMatchObject({
      code: 'ERR_CONFIGURATION',
      message: expect.stringContaining('refreshToken is empty'),
    });
  });
});
