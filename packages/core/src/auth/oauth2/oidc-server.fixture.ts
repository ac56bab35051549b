import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import Provider, { type ClientMetadata } from 'oidc-provider';
import { vi } from 'vitest';

/** An authorization server that is not ours. */
export interface OidcServer {
  readonly issuer: string;
  close(): Promise<void>;
}

/** Starts `oidc-provider`: refresh tokens rotate, and one that comes twice ends its grant. */
export async function oidcServer(options: {
  readonly clients: readonly ClientMetadata[];
  readonly rotates?: boolean;
  /** Serves by TLS and asks for a client certificate. */
  readonly tls?: ServerOptions;
}): Promise<OidcServer> {
  const { clients, rotates = true, tls } = options;
  // It warns at length that its sign-in pages are for development.
  const quiet = [vi.spyOn(console, 'info'), vi.spyOn(console, 'warn')];
  for (const spy of quiet) spy.mockImplementation(() => undefined);
  let handle: RequestListener = () => undefined;
  const listener: RequestListener = (request, response) => handle(request, response);
  const server =
    tls === undefined
      ? createServer(listener)
      : createTlsServer({ ...tls, requestCert: true, rejectUnauthorized: false }, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const issuer = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  const socketOf = (context: { readonly req: { readonly socket: unknown } }) =>
    context.req.socket as TLSSocket;
  const provider = new Provider(issuer, {
    clients: [...clients],
    cookies: { keys: ['test'] },
    rotateRefreshToken: rotates,
    scopes: ['openid', 'offline_access', 'orders'],
    clientAuthMethods: [
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
      'none',
      ...(tls === undefined ? [] : (['tls_client_auth'] as const)),
    ],
    features: {
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      mTLS: {
        enabled: tls !== undefined,
        tlsClientAuth: true,
        getCertificate: (context) => socketOf(context).getPeerX509Certificate()?.toString(),
        certificateAuthorized: (context) => socketOf(context).authorized,
        certificateSubjectMatches: (context, _property, expected) =>
          `CN=${socketOf(context).getPeerCertificate().subject.CN}` === expected,
      },
    },
  });
  handle = provider.callback();
  return {
    issuer,
    async close() {
      for (const spy of quiet) spy.mockRestore();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * A person at a browser: signs in, and agrees or not.
 *
 * @returns the URL of the app that the server sends the browser back to
 */
export async function grantInBrowser(
  authorizationUrl: string,
  options: { readonly declines?: boolean } = {},
): Promise<string> {
  const { origin } = new URL(authorizationUrl);
  const cookies = new Map<string, string>();
  const visit = async (url: string, form?: Record<string, string>): Promise<Response> => {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const at = pair.indexOf('=');
      cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  };
  let url = authorizationUrl;
  for (let step = 0; step < 10; step += 1) {
    let response = await visit(url);
    if (response.status === 200) {
      const page = await response.text();
      const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? 'none';
      response =
        options.declines === true
          ? await visit(`${url}/abort`)
          : await visit(url, { prompt, login: 'ann', password: 'any' });
    }
    const location = response.headers.get('location');
    if (location === null) throw new Error(`no redirect: ${response.status}`);
    url = new URL(location, url).href;
    if (new URL(url).origin !== origin) return url;
  }
  throw new Error('too many redirects');
}
