import type { CallOptions } from '../../contract/call-options.ts';
import { ConnectorError } from '../../errors/connector-error.ts';
import type { HttpTransport, WireResponse } from '../../http/http-transport.ts';
import { transportFailure } from '../../http/transport-failure.ts';
import type { NetworkPolicy } from '../../network/network-policy.ts';
import { invalidSetting } from '../invalid-setting.ts';
import { withTransport } from './grant-context.ts';
import { checkEndpointUrl } from './token-endpoint.ts';

/** Where to look. */
export interface DiscoveryOptions extends CallOptions {
  /** URL of the issuer, for example `https://oauth.platform.intuit.com/op/v1`. */
  readonly issuer: string;
  /** @default axios, closed afterwards */
  readonly transport?: HttpTransport | undefined;
  /** Trust, proxy and addresses. Not beside a `transport`. */
  readonly network?: NetworkPolicy | undefined;
}

/** What a server says of itself, in the words of the settings: spread it into them. */
export interface AuthorizationServer {
  readonly issuer: string;
  readonly tokenUrl: string;
  readonly authorizationUrl?: string;
  readonly revocationUrl?: string;
  /** Whether every callback names the issuer (RFC 9207). */
  readonly issuerInCallback: boolean;
}

const maxMetadataBytes = 1024 * 1024;

/**
 * Asks an authorization server for its endpoints (OpenID Connect Discovery, then RFC 8414).
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when there are none at that issuer, or it says it is
 *   another one
 */
export async function discoverAuthorizationServer(
  options: DiscoveryOptions,
): Promise<AuthorizationServer> {
  checkEndpointUrl('issuer', options.issuer);
  const issuer = new URL(options.issuer);
  const path = issuer.pathname.replace(/\/$/, '');
  const places = [
    new URL(`${path}/.well-known/openid-configuration`, issuer),
    new URL(`/.well-known/oauth-authorization-server${path}`, issuer),
  ];
  return withTransport(options, async (transport) => {
    for (const place of places) {
      const response = await read(place, transport, options.signal);
      if (response.status >= 500 || response.status === 429) throw unwell(place, response.status);
      if (response.status === 200) return understand(issuer, response);
    }
    throw invalidSetting(
      'issuer',
      `There is no metadata of an authorization server at ${issuer.href}. Check the issuer, or set the URLs of its endpoints by hand.`,
    );
  });
}

async function read(
  url: URL,
  transport: HttpTransport,
  signal = new AbortController().signal,
): Promise<WireResponse> {
  return transport
    .exchange({
      method: 'GET',
      url: url.href,
      headers: { accept: 'application/json', 'accept-encoding': 'identity' },
      signal,
      maxBytes: maxMetadataBytes,
      stream: false,
    })
    .catch((error: unknown) => {
      throw transportFailure(error, 'the authorization server');
    });
}

async function understand(issuer: URL, { body }: WireResponse): Promise<AuthorizationServer> {
  const { processDiscoveryResponse } = await import('oauth4webapi');
  const text = body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : '';
  const response = new Response(text, { headers: { 'content-type': 'application/json' } });
  const server = await processDiscoveryResponse(issuer, response).catch(() => {
    throw invalidSetting(
      'issuer',
      `What ${issuer.href} tells of itself is not that of this issuer. Check the issuer, letter by letter.`,
    );
  });
  const { token_endpoint: tokenUrl, authorization_endpoint: authorizationUrl } = server;
  const { revocation_endpoint: revocationUrl } = server;
  if (tokenUrl === undefined)
    throw invalidSetting('issuer', `${issuer.href} names no token endpoint.`);
  for (const url of [tokenUrl, authorizationUrl, revocationUrl]) {
    if (url === undefined) continue;
    if (issuer.protocol === 'https:' && !url.startsWith('https:')) {
      throw invalidSetting(
        'issuer',
        `${issuer.href} names an endpoint that is not HTTPS. It is not used.`,
      );
    }
    checkEndpointUrl('issuer', url);
  }
  return {
    issuer: server.issuer,
    tokenUrl,
    ...(authorizationUrl === undefined ? {} : { authorizationUrl }),
    ...(revocationUrl === undefined ? {} : { revocationUrl }),
    issuerInCallback: server.authorization_response_iss_parameter_supported === true,
  };
}

function unwell(url: URL, httpStatus: number): ConnectorError {
  return new ConnectorError({
    code: 'ERR_TRANSIENT',
    category: 'transient',
    httpStatus,
    message: `${url.origin}${url.pathname} answers ${httpStatus}. Try again later.`,
  });
}
