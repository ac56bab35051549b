import type { ConnectionReport } from '../contract/connection-report.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import type { ErrorCategory } from '../errors/error-category.ts';

const checks: Partial<Record<ErrorCategory, string>> = {
  authentication: 'credentials',
  permission: 'permission',
  configuration: 'service',
  'not-found': 'service',
  unsupported: 'service',
};

/**
 * Whether a setting of ours is the reason and nothing was sent: an empty password, a certificate that
 * has expired, an address that is not allowed, a proxy. Of the other side nothing is known then.
 */
export function failedBeforeSending(error: ConnectorError): boolean {
  const { category, code, httpStatus, notExecuted } = error;
  const isSetting = category === 'configuration' && code !== 'ERR_TLS';
  return isSetting && notExecuted && httpStatus === undefined;
}

/**
 * `testConnection` in one call: sends the cheapest request that needs the credentials and says in words
 * how far it came. What is wrong with a connection is reported, not thrown.
 *
 * @throws ConnectorError `ERR_ABORTED` when the caller gave up
 */
export async function probeConnection(probe: {
  readonly send: () => Promise<unknown>;
  /** Said when all is well, for example `ACME answers and accepts the API key.` */
  readonly message: string;
  /** Milliseconds, from wherever. @default performance.now */
  readonly now?: (() => number) | undefined;
}): Promise<ConnectionReport> {
  const { send, message, now = () => performance.now() } = probe;
  const startedAt = now();
  try {
    await send();
    const check = { name: 'credentials', ok: true, message };
    return { ok: true, checks: [check], latencyMs: now() - startedAt };
  } catch (error) {
    if (!ConnectorError.isInstance(error) || error.code === 'ERR_ABORTED') throw error;
    const name = failedBeforeSending(error)
      ? 'settings'
      : error.code === 'ERR_TLS'
        ? 'tls'
        : (checks[error.category] ?? 'network');
    const check = { name, ok: false, message: error.message };
    return { ok: false, checks: [check], latencyMs: now() - startedAt };
  }
}
