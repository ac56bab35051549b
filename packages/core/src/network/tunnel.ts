import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { readSecret } from '../auth/read-secret.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import type { Target } from './no-proxy.ts';
import type { ForwardProxy } from './proxy-route.ts';
import { tlsFailure } from './tls-failure.ts';

/** What a tunnel needs. */
export interface TunnelOptions {
  readonly proxy: ForwardProxy;
  readonly target: Target;
  /** Trust, for a proxy that speaks TLS; never the client certificate, which is not for it. */
  readonly secureContext: SecureContext | undefined;
  /** Told what to destroy when it takes too long. */
  readonly onOpening: (request: ClientRequest) => void;
}

/**
 * Has a proxy open a way to the target (RFC 9110, 9.3.6).
 *
 * @returns a socket to the target, on which nothing was sent yet
 * @throws ConnectorError `ERR_PROXY` or `ERR_TLS`; nothing was sent to the target
 */
export async function openTunnel(options: TunnelOptions): Promise<Socket> {
  const { proxy, target, secureContext, onOpening } = options;
  const { request } = await (proxy.isSecure ? import('node:https') : import('node:http'));
  const credentials = await credentialsOf(proxy);
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  const authority = `${host}:${target.port}`;
  return new Promise<Socket>((resolve, reject) => {
    const opening = request({
      method: 'CONNECT',
      host: proxy.host,
      port: proxy.port,
      path: authority,
      headers: { host: authority, 'proxy-connection': 'keep-alive', ...credentials },
      agent: false,
      // Node would take the name from the header `host`, which is the target's.
      servername: process.getBuiltinModule('node:net').isIP(proxy.host) === 0 ? proxy.host : '',
      secureContext,
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
    } as object);
    opening.once('connect', (answer: IncomingMessage, socket: Socket, head: Buffer) => {
      if (answer.statusCode !== 200) {
        socket.destroy();
        reject(refusal(answer.statusCode ?? 0, proxy, authority));
        return;
      }
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    opening.on('error', (error) => reject(unreachable(error, proxy)));
    opening.end();
    onOpening(opening);
  });
}

async function credentialsOf({
  username,
  password,
}: ForwardProxy): Promise<Record<string, string>> {
  if (username === '' && (password === undefined || password === '')) return {};
  const secret =
    password === undefined || password === ''
      ? ''
      : await readSecret(password, 'network.proxy.password');
  const pair = Buffer.from(`${username}:${secret}`, 'utf8').toString('base64');
  return { 'proxy-authorization': `Basic ${pair}` };
}

function refusal(status: number, proxy: ForwardProxy, authority: string): ConnectorError {
  const isTransient = status >= 500;
  const advice =
    status === 407
      ? `wants credentials, or does not accept those given (407). Check username and password of the proxy; Basic is the method that is supported.`
      : status === 403
        ? `does not allow connections to ${authority} (403). Have the target allowed there, or name it in noProxy if it can be reached without the proxy.`
        : isTransient
          ? `could not reach ${authority} (${status}). Check the address, and that the proxy may go there.`
          : `opens no connection to ${authority} (${status}). Check that it is a forward proxy that knows CONNECT, and that it allows this port.`;
  return proxyError(`The proxy ${proxy.name} ${advice}`, isTransient, status);
}

function unreachable(error: Error, proxy: ForwardProxy): ConnectorError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'no code';
  const secure = tlsFailure(code, `the proxy ${proxy.name}`, error);
  if (secure !== undefined) return secure;
  const advice =
    code === 'ENOTFOUND' || code === 'EAI_AGAIN'
      ? `has a name that cannot be resolved (${code}). Check the address of the proxy.`
      : code === 'ECONNREFUSED'
        ? `refuses connections (${code}). Check its address and port, and that it is up.`
        : code.startsWith('HPE_')
          ? `answered with something that is not HTTP (${code}). Check its port, and whether its address begins with http or https.`
          : `cannot be reached, or broke the connection before the tunnel stood (${code}). Check its address, port and protocol.`;
  return proxyError(`The proxy ${proxy.name} ${advice}`, true, undefined, error);
}

function proxyError(
  message: string,
  isTransient: boolean,
  httpStatus?: number,
  cause?: unknown,
): ConnectorError {
  return new ConnectorError({
    code: 'ERR_PROXY',
    category: isTransient ? 'transient' : 'configuration',
    message,
    vendorCode: httpStatus === undefined ? undefined : `proxy ${httpStatus}`,
    notExecuted: true,
    cause,
  });
}
