import { spawnSync } from 'node:child_process';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ConnectorError } from './connector-error.ts';

const init = { code: 'ERR_NETWORK', category: 'transient', message: 'No answer.' } as const;
const canary = 'canary-4711-secret';

describe('a connector error', () => {
  it.each([
    ['rate-limit', true],
    ['transient', true],
    ['validation', false],
    ['authentication', false],
  ] as const)(
    'of category %s is retryable: %s, unless it is said otherwise',
    (category, expected) => {
      expect(new ConnectorError({ ...init, category }).retryable).toBe(expected);
      expect(new ConnectorError({ ...init, category, retryable: !expected }).retryable).toBe(
        !expected,
      );
    },
  );

  it('gives the standard body and nothing else', () => {
    const error = new ConnectorError({
      ...init,
      key: '4711',
      requestId: 'r-1',
      timestamp: '2026-01-02T03:04:05.000Z',
      cause: new Error(canary),
    });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      error_code: 'ERR_NETWORK',
      detail: 'No answer.',
      request_id: 'r-1',
      timestamp: '2026-01-02T03:04:05.000Z',
    });
  });

  it('shows no secret that a vendor put into its code or the id of the request', () => {
    const { vendorCode, requestId } = new ConnectorError({
      ...init,
      vendorCode: `E1 authorization: ${canary}`,
      requestId: `Bearer ${canary}`,
    });
    expect([vendorCode, requestId]).toEqual(['E1 authorization: [redacted]', 'Bearer [redacted]']);
  });

  it('gets more context without losing what is known: its facts, time, stack and cause', () => {
    const cause = new Error('x');
    const error = new ConnectorError({
      ...init,
      key: 'own',
      timestamp: '2020-01-01T00:00:00.000Z',
      outcomeUnknown: true,
      cause,
    });
    const told = error.with({ key: 'another', system: 'sap', outcomeUnknown: false });
    expect(told).toMatchObject({
      key: 'own',
      system: 'sap',
      outcomeUnknown: true,
      timestamp: '2020-01-01T00:00:00.000Z',
      stack: error.stack,
    });
    expect(told.cause).toBe(cause);
  });

  it('is recognised across copies of the package', () => {
    const marker = Symbol.for('@common/connector-core/ConnectorError');
    expect(ConnectorError.isInstance({ [marker]: true })).toBe(true);
    for (const other of [undefined, null, 'ERR_NETWORK', new Error('x'), { code: 'ERR_NETWORK' }]) {
      expect(ConnectorError.isInstance(other)).toBe(false);
    }
  });

  it('redacts its message', () => {
    const error = new ConnectorError({ ...init, message: `password=${canary} was refused` });
    expect(error.message).toBe('password=[redacted] was refused');
    expect(error.stack).not.toContain(canary);
  });

  it('shows only fields with a value when nobody catches it', () => {
    const { stderr } = spawnSync(
      process.execPath,
      [
        '--conditions=@common/source',
        '--input-type=module',
        '--eval',
        `import { ConnectorError } from '@common/connector-core';
         throw new ConnectorError(${JSON.stringify({ ...init, system: 'sap' })});`,
      ],
      { encoding: 'utf8', cwd: import.meta.dirname },
    );
    expect(stderr).toContain('ConnectorError: No answer.');
    expect(stderr).toContain("system: 'sap'");
    expect(stderr).not.toContain('undefined');
  });

  it('prints no secret of its causes, however deep', () => {
    let cause: unknown = Object.assign(new Error(`token=${canary}`), {
      config: { headers: { authorization: `Bearer ${canary}` } },
    });
    for (let depth = 0; depth < 10; depth += 1) cause = new ConnectorError({ ...init, cause });
    expect(inspect(cause, { depth: Infinity, customInspect: false })).not.toContain(canary);
    const printed = inspect(cause, { depth: Infinity });
    expect(printed).not.toContain(canary);
    expect(printed).toContain('token=[redacted]');
    expect(printed.split('[cause]')).toHaveLength(11);
    expect(printed).toContain("category: 'transient'");
  });
});
