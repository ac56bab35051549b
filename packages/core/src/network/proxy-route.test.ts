import { describe, expect, it } from 'vitest';
import type { ProxyOptions } from './network-policy.ts';
import { createProxyRoute } from './proxy-route.ts';

const proxy = 'http://proxy.example.com:3128';
const erp = { host: 'erp.example.com', port: 443 };

describe('a proxy of the environment', () => {
  it.each([
    // variables, way of https, way of http
    [{ HTTPS_PROXY: proxy }, proxy, undefined],
    [{ https_proxy: proxy }, proxy, undefined],
    [{ HTTP_PROXY: proxy }, undefined, proxy],
    [{ http_proxy: proxy, REQUEST_METHOD: 'GET' }, undefined, proxy],
    // What a caller of a CGI program sends as header `Proxy`.
    [{ HTTP_PROXY: proxy, REQUEST_METHOD: 'GET' }, undefined, undefined],
    [{ ALL_PROXY: proxy }, proxy, proxy],
    [{ all_proxy: proxy, https_proxy: 'http://other:1' }, 'http://other:1', proxy],
    [{ https_proxy: 'http://small:1', HTTPS_PROXY: proxy }, 'http://small:1', undefined],
    [{ HTTPS_PROXY: 'proxy.example.com:3128' }, proxy, undefined],
    [{ HTTPS_PROXY: 'https://proxy.example.com' }, 'https://proxy.example.com', undefined],
    [{ HTTPS_PROXY: ' ' }, undefined, undefined],
    [{ ALL_PROXY: proxy, NO_PROXY: 'localhost,.example.com' }, undefined, undefined],
    [{ ALL_PROXY: proxy, no_proxy: '10.0.0.0/8 erp.example.com' }, undefined, undefined],
    [{}, undefined, undefined],
  ])('%j', (variables, https, http) => {
    const route = createProxyRoute('environment', () => variables);
    expect(route({ ...erp, protocol: 'https:' })?.name).toBe(https);
    expect(route({ ...erp, protocol: 'http:' })?.name).toBe(http);
  });

  it('may have credentials in its address, which are not in its name', () => {
    const HTTPS_PROXY = 'http://ann:p%40ss%@proxy.example.com:3128';
    const found = createProxyRoute('environment', () => ({ HTTPS_PROXY }))({
      ...erp,
      protocol: 'https:',
    });
    expect(found).toMatchObject({ username: 'ann', password: 'p%40ss%', name: proxy });
    const encoded = { HTTPS_PROXY: 'http://ann:p%40ss@proxy.example.com:3128' };
    const decoded = createProxyRoute('environment', () => encoded);
    expect(decoded({ ...erp, protocol: 'https:' })?.password).toBe('p@ss');
  });

  it('is not asked for unless the policy says so', () => {
    const route = createProxyRoute(undefined, () => ({ HTTPS_PROXY: proxy }));
    expect(route({ ...erp, protocol: 'https:' })).toBeUndefined();
  });

  it('that is none is named by its variable, without its value', () => {
    const HTTPS_PROXY = 'socks5://ann:canary@proxy.example.com';
    const route = createProxyRoute('environment', () => ({ HTTPS_PROXY }));
    const message = thrownBy(() => route({ ...erp, protocol: 'https:' })).message;
    expect(message).toContain('environment variable HTTPS_PROXY is no address of an HTTP proxy');
    expect(message).not.toContain('canary');
  });
});

describe('a proxy of the policy', () => {
  it.each([
    [{ url: 'proxy.example.com:3128' }, 'It has to look like http://proxy.example.com:3128'],
    [{ url: 'socks5://proxy' }, 'SOCKS is not supported'],
    [{ url: 'http://ann:canary@proxy' }, 'Give them as network.proxy.username and password'],
    [{ url: 'http://:canary@proxy' }, 'Give them as network.proxy.username and password'],
    [{ url: 'http://proxy', username: 'ann' }, 'not both. Give both'],
    [{ url: 'http://proxy', password: 'canary' }, 'not both. Give both'],
    [{ url: 'http://proxy', username: 'a:b', password: 'canary' }, 'has a colon'],
  ] as [ProxyOptions, string][])('%j is refused with the reason', (options, text) => {
    const error = thrownBy(() => createProxyRoute(options));
    expect(error.message).toContain(text);
    expect(error.message).not.toContain('canary');
  });
});

function thrownBy(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('should have failed');
}
