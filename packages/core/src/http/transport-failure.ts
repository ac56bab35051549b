import { ConnectorError } from '../errors/connector-error.ts';
import { tlsFailure } from '../network/tls-failure.ts';

/** No connection came about, so nothing was sent. */
const unreachable: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
]);

/**
 * Turns what a transport threw into a `ConnectorError`: a network failure says whether the server
 * may have seen the request, a TLS failure is final.
 *
 * @param server - for the message, for example the host
 */
export function transportFailure(error: unknown, server: string): ConnectorError {
  if (ConnectorError.isInstance(error)) return error;
  const code = readText(error, 'code');
  if (code === undefined) {
    return new ConnectorError({
      code: 'ERR_INTERNAL',
      category: 'internal',
      message: `The exchange with ${server} failed in a way that the transport does not explain. See the cause.`,
      cause: error,
    });
  }
  const secure = tlsFailure(code, server, error);
  if (secure !== undefined) return secure;
  if (code === 'ERR_INVALID_CHAR' || code === 'ERR_UNESCAPED_CHARACTERS') {
    return new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `A header or the path of the request to ${server} has characters that HTTP does not allow. Check credentials and settings for line breaks.`,
      notExecuted: true,
      cause: error,
    });
  }
  const connecting = code === 'ETIMEDOUT' && readText(error, 'syscall') === 'connect';
  return new ConnectorError({
    code: 'ERR_NETWORK',
    category: 'transient',
    message: describe(code, connecting, server),
    notExecuted: connecting || unreachable.has(code),
    cause: error,
  });
}

function describe(code: string, connecting: boolean, server: string): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return `The host name of ${server} cannot be resolved (${code}). Check the address and the network.`;
  }
  if (code === 'ECONNREFUSED') {
    return `${server} refuses connections (${code}). Check the address and the port, and that the system is up.`;
  }
  if (connecting || unreachable.has(code)) {
    return `${server} cannot be reached (${code}). Check the address, the network and the firewall.`;
  }
  if (code.startsWith('HPE_')) {
    return `${server} answered with something that is not HTTP (${code}). Check the port, and whether the address begins with https or http.`;
  }
  return `The connection to ${server} broke before the answer was complete (${code}). If it happens every time, check the port, whether the address begins with https or http, and whether the server wants another client certificate.`;
}

function readText(error: unknown, field: string): string | undefined {
  if (typeof error !== 'object' || error === null || !(field in error)) return undefined;
  const value = (error as Readonly<Record<string, unknown>>)[field];
  return typeof value === 'string' ? value : undefined;
}
