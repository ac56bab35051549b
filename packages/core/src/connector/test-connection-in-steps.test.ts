import { describe, expect, it } from 'vitest';
import { ConnectorError, type ConnectorErrorInit } from '../errors/connector-error.ts';
import { testConnectionInSteps } from './test-connection-in-steps.ts';

const wrong = (error: Omit<ConnectorErrorInit, 'message'>) => async () => {
  throw new ConnectorError({ ...error, message: 'What is wrong.' });
};
const nothing = async () => undefined;

const service = {
  baseUrl: 'https://api.acme.example',
  name: 'the API of ACME',
  setting: 'baseUrl',
};
const steps = {
  credentials: { passed: 'ACME accepts the key.' },
  ledger: {
    passed: 'The ledger is there.',
    failed: ({ message }: Error, subject: string) => `No ledger ${subject}. ${message}`,
  },
  permission: { passed: 'It can be read.' },
};

const test = (...sends: readonly (() => Promise<unknown>)[]) =>
  testConnectionInSteps({
    service,
    steps,
    probes: sends.map((send) => ({
      ...({ step: 'ledger', subject: '0L', isIndependent: true } as const),
      send,
    })),
  });

describe('a connection test in steps', () => {
  it('tells every step that was passed, in the order in which a connection can fail', async () => {
    const { ok, checks } = await test(nothing);
    expect(ok).toBe(true);
    expect(checks).toEqual([
      { name: 'network', ok: true, message: 'api.acme.example answers.' },
      { name: 'tls', ok: true, message: 'The connection is encrypted.' },
      { name: 'service', ok: true, message: 'The API of ACME is there.' },
      { name: 'credentials', ok: true, message: 'ACME accepts the key.' },
      { name: 'ledger', ok: true, message: 'The ledger is there.' },
      { name: 'permission', ok: true, message: 'It can be read.' },
    ]);
  });

  const unsent = { notExecuted: true } as const;
  it.each<[string, Omit<ConnectorErrorInit, 'message'>, string, string]>([
    [
      'a setting',
      { code: 'ERR_CONFIGURATION', category: 'configuration', ...unsent },
      'settings',
      '',
    ],
    [
      'nobody',
      { code: 'ERR_NETWORK', category: 'transient' },
      'network',
      'cannot be reached. Check baseUrl',
    ],
    ['a proxy', { code: 'ERR_PROXY', category: 'transient', httpStatus: 502 }, 'network', ''],
    [
      'a certificate',
      { code: 'ERR_TLS', category: 'configuration', ...unsent },
      'tls',
      'No trusted connection',
    ],
    [
      'maintenance',
      { code: 'ERR_TRANSIENT', category: 'transient', httpStatus: 503 },
      'service',
      'cannot serve',
    ],
    ['a quota', { code: 'ERR_RATE_LIMITED', category: 'rate-limit' }, 'service', 'cannot serve'],
    [
      'another server',
      { code: 'ERR_UNEXPECTED_CONTENT', category: 'configuration' },
      'service',
      'is not the API of ACME',
    ],
    [
      'a password',
      { code: 'ERR_AUTHENTICATION_FAILED', category: 'authentication' },
      'credentials',
      '',
    ],
    [
      'a token URL',
      { code: 'ERR_CONFIGURATION', category: 'configuration', httpStatus: 404, ...unsent },
      'credentials',
      '',
    ],
    [
      'nothing there',
      { code: 'ERR_NOT_FOUND', category: 'not-found', httpStatus: 404 },
      'ledger',
      'No ledger 0L.',
    ],
    ['a role', { code: 'ERR_PERMISSION_DENIED', category: 'permission' }, 'permission', ''],
  ])('names the step that fails: %s', async (_, error, name, words) => {
    const { ok, checks } = await test(wrong(error));
    expect(ok).toBe(false);
    const failed = checks.filter((check) => !check.ok);
    expect(failed).toEqual([
      { name, ok: false, message: expect.stringContaining('What is wrong.') },
    ]);
    expect(failed[0]?.message).toContain(words);
    expect(checks.at(-1)).toBe(failed[0]);
  });

  const gone = wrong({ code: 'ERR_NOT_FOUND', category: 'not-found' });
  const forbidden = wrong({ code: 'ERR_PERMISSION_DENIED', category: 'permission' });
  const dead = wrong({ code: 'ERR_NETWORK', category: 'transient' });

  it.each([
    ['permission', 'ledger', forbidden, gone],
    ['ledger', 'permission', gone, forbidden],
  ])(
    'goes on with what is independent, and tells no step as passed that failed: %s, %s',
    async (first, second, ...sends) => {
      const { checks } = await test(...sends, nothing);
      expect(checks.map(({ name, ok }) => [name, ok])).toEqual([
        ...['network', 'tls', 'service', 'credentials'].map((name) => [name, true]),
        [first, false],
        [second, false],
      ]);
    },
  );

  it('stops where nothing else can be told', async () => {
    const never = async () => expect.unreachable();
    expect((await test(dead, never)).checks).toHaveLength(1);
    const probes = [gone, never].map((send) => ({ step: 'ledger', send }) as const);
    expect((await testConnectionInSteps({ steps, probes })).ok).toBe(false);
  });

  it('hears what an error means with this vendor', async () => {
    const report = await testConnectionInSteps({
      steps,
      probes: [{ step: 'ledger', send: forbidden }],
      stepOf: ({ category }, probed) => (category === 'permission' ? probed : undefined),
    });
    expect(report.checks.at(-1)).toMatchObject({ name: 'ledger', ok: false });
  });

  it('tells the round trip of the last probe', async () => {
    const times = [0, 5, 100, 142];
    const probes = [nothing, nothing].map((send) => ({ step: 'ledger', send }) as const);
    const report = await testConnectionInSteps({ steps, probes, now: () => times.shift()! });
    expect(report.latencyMs).toBe(42);
  });

  it('throws an abort, and what is no error of a connector', async () => {
    const aborted = wrong({ code: 'ERR_ABORTED', category: 'transient' });
    await expect(test(aborted)).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    await expect(test(() => Promise.reject(new TypeError('bug')))).rejects.toThrow('bug');
  });
});
