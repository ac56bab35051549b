import { bearer, oauth2RefreshToken } from '@common/connector-core';
import { describe, expect, it } from 'vitest';
import { openQuickbooks, signInTo } from './open-quickbooks.fixture.ts';

describe('the test of a connection', () => {
  it('goes step by step, and says whose company it is', async () => {
    await using open = await openQuickbooks();
    const report = await open.books.testConnection();
    expect(report).toMatchObject({
      ok: true,
      system: 'QuickBooks Online, company 9341453172000001 (US)',
    });
    expect(report.checks.map(({ name }) => name)).toEqual([
      'network',
      'tls',
      'service',
      'credentials',
      'company',
      'permission',
    ]);
  });

  it('says that the sign-in is not good for this company, or this environment', async () => {
    await using open = await openQuickbooks();
    const auth = signInTo(open.sandbox);
    const other = open.connect({ realmId: '1234567890', auth });
    const { ok, checks } = await other.testConnection();
    expect(ok).toBe(false);
    expect(checks.at(-1)).toMatchObject({
      name: 'company',
      message: expect.stringMatching(/realmId.*environment.*connect the company again/),
    });
  });

  it('says that client id and secret are not accepted', async () => {
    await using open = await openQuickbooks();
    const { tokenUrl, refreshToken } = open.sandbox.settings;
    const auth = oauth2RefreshToken({
      ...{ tokenUrl, refreshToken },
      clientId: 'wrong',
      clientSecret: 'wrong',
    });
    const { checks } = await open.connect({ auth, connection: 'other' }).testConnection();
    expect(checks.at(-1)).toMatchObject({ name: 'credentials', ok: false });
  });

  it('says that an access token is not accepted', async () => {
    await using open = await openQuickbooks();
    const { checks } = await open.connect({ auth: bearer({ token: 'nonsense' }) }).testConnection();
    expect(checks.at(-1)).toMatchObject({
      name: 'credentials',
      message: expect.stringMatching(/does not accept the access token/),
    });
  });

  it.each([
    ['suspended', /subscription of the company has ended/],
    ['no-administrator', /administrator of the company connect it again/],
  ] as const)('says that the company is %s', async (status, message) => {
    await using open = await openQuickbooks();
    open.sandbox.actions.setCompanyStatus({ status });
    const { checks } = await open.books.testConnection();
    expect(checks.at(-1)).toMatchObject({
      name: 'company',
      message: expect.stringMatching(message),
    });
  });

  it('says that something else answers, or nothing', async () => {
    await using open = await openQuickbooks();
    open.sandbox.faults.add({ kind: 'html-page', match: { path: /companyinfo/ }, times: 9 });
    const { checks } = await open.books.testConnection();
    expect(checks.at(-1)).toMatchObject({ ok: false });
    expect(['service', 'credentials']).toContain(checks.at(-1)?.name);
    const dead = open.connect({
      baseUrl: 'http://127.0.0.1:9',
      auth: bearer({ token: 'x' }),
      retry: { maxAttempts: 1 },
    });
    expect((await dead.testConnection()).checks.at(-1)).toMatchObject({ name: 'network' });
  });
});
