import { describe, expect, it } from 'vitest';
import { ConnectorError } from '../errors/connector-error.ts';
import type { ErrorCategory } from '../errors/error-category.ts';
import type { ErrorCode } from '../errors/error-code.ts';
import { probeConnection } from './probe-connection.ts';

const failWith = (code: ErrorCode, category: ErrorCategory) => async () => {
  throw new ConnectorError({ code, category, message: 'What is wrong and what to do.' });
};

describe('probeConnection', () => {
  it('reports a good connection and how long it took', async () => {
    const times = [100, 142];
    const now = (): number => times.shift()!;
    const report = await probeConnection({ send: async () => 'hello', message: 'All well.', now });
    expect(report).toEqual({
      ok: true,
      checks: [{ name: 'credentials', ok: true, message: 'All well.' }],
      latencyMs: 42,
    });
  });

  it.each([
    ['network', 'ERR_NETWORK', 'transient'],
    ['tls', 'ERR_TLS', 'configuration'],
    ['credentials', 'ERR_AUTHENTICATION_FAILED', 'authentication'],
    ['permission', 'ERR_PERMISSION_DENIED', 'permission'],
    ['service', 'ERR_NOT_FOUND', 'not-found'],
  ] as const)('reports a failed check of the %s', async (name, code, category) => {
    const report = await probeConnection({ send: failWith(code, category), message: 'All well.' });
    const check = { name, ok: false, message: 'What is wrong and what to do.' };
    expect(report).toMatchObject({ ok: false, checks: [check] });
  });

  it('reports a setting of ours, which says nothing of the service', async () => {
    const send = async () => {
      const message = 'The setting password is empty.';
      const init = { code: 'ERR_CONFIGURATION', category: 'configuration', message } as const;
      throw new ConnectorError({ ...init, notExecuted: true });
    };
    const { checks } = await probeConnection({ send, message: 'All well.' });
    expect(checks).toMatchObject([{ name: 'settings', ok: false }]);
  });

  it('throws when the caller gave up', async () => {
    const send = failWith('ERR_ABORTED', 'transient');
    await expect(probeConnection({ send, message: '' })).rejects.toMatchObject({
      code: 'ERR_ABORTED',
    });
  });
});
