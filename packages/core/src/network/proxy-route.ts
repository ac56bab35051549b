import type { Secret } from '../auth/auth-strategy.ts';
import { unusablePolicy } from './network-error.ts';
import type { NetworkPolicy, ProxyOptions } from './network-policy.ts';
import { readNoProxy, type Target } from './no-proxy.ts';

/** A proxy, read. */
export interface ForwardProxy {
  readonly isSecure: boolean;
  readonly host: string;
  readonly port: number;
  /** For messages: without credentials. */
  readonly name: string;
  readonly username: string;
  readonly password: Secret | undefined;
}

/** @returns the proxy to take, `undefined` for the straight way */
export type ProxyRoute = (
  target: Target & { readonly protocol: 'http:' | 'https:' },
) => ForwardProxy | undefined;

/**
 * @throws ConnectorError `ERR_CONFIGURATION` for a proxy that cannot be used
 */
export function createProxyRoute(
  proxy: NetworkPolicy['proxy'],
  environment: () => Readonly<Record<string, string | undefined>> = () => process.env,
): ProxyRoute {
  if (proxy === undefined || proxy === 'none') return () => undefined;
  if (proxy !== 'environment') return routeOf(proxy);
  let route: ProxyRoute | undefined;
  return (target) => {
    route ??= routeOfEnvironment(environment());
    return route(target);
  };
}

function routeOf({ url, username, password, noProxy = [] }: ProxyOptions): ProxyRoute {
  const proxy = readProxy(url, 'network.proxy.url');
  if (proxy.username !== '' || proxy.password !== '') {
    throw unusablePolicy(
      'network.proxy.url has credentials in it. Give them as network.proxy.username and password.',
    );
  }
  if ((username === undefined) !== (password === undefined)) {
    throw unusablePolicy('network.proxy has a username or a password, but not both. Give both.');
  }
  if (username?.includes(':')) {
    throw unusablePolicy('network.proxy.username has a colon in it, which Basic cannot carry.');
  }
  const known: ForwardProxy = { ...proxy, username: username ?? '', password };
  const isDirect = readNoProxy(noProxy);
  return (target) => (isDirect(target) ? undefined : known);
}

function routeOfEnvironment(variables: Readonly<Record<string, string | undefined>>): ProxyRoute {
  const read = (name: string): string | undefined =>
    variables[name.toLowerCase()]?.trim() || variables[name]?.trim() || undefined;
  const named = (name: string): ForwardProxy | undefined => {
    const value = read(name);
    // Other programs take an address without protocol; curl means http.
    const url = value === undefined || value.includes('://') ? value : `http://${value}`;
    return url === undefined ? undefined : readProxy(url, `environment variable ${name}`);
  };
  const all = named('ALL_PROXY');
  const https = named('HTTPS_PROXY') ?? all;
  // In CGI a request header `Proxy` arrives as HTTP_PROXY (httpoxy, CVE-2016-5385).
  const isCgi = variables.REQUEST_METHOD !== undefined && !variables.http_proxy;
  const http = (isCgi ? undefined : named('HTTP_PROXY')) ?? all;
  const isDirect = readNoProxy((read('NO_PROXY') ?? '').split(/[\s,]+/));
  return (target) => {
    if (isDirect(target)) return undefined;
    return target.protocol === 'https:' ? https : http;
  };
}

function readProxy(text: string, name: string): ForwardProxy {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw unusablePolicy(
      `The ${name} is no address of an HTTP proxy. It has to look like http://proxy.example.com:3128, or begin with https: for a proxy that speaks TLS. SOCKS is not supported.`,
    );
  }
  const isSecure = url.protocol === 'https:';
  return {
    isSecure,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || (isSecure ? 443 : 80),
    name: `${url.protocol}//${url.host}`,
    username: decode(url.username),
    password: decode(url.password),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that nobody encoded.
    return text;
  }
}
