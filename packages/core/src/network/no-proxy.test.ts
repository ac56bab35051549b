import { describe, expect, it } from 'vitest';
import { readNoProxy } from './no-proxy.ts';

describe('NO_PROXY', () => {
  it.each([
    // list, host, port, reached without the proxy
    ['erp.example.com', 'erp.example.com', 443, true],
    ['ERP.example.com.', 'erp.EXAMPLE.com', 443, true],
    ['erp.example.com', 'erp.example.com.', 443, true],
    ['example.com', 'erp.example.com', 443, true],
    ['example.com', 'badexample.com', 443, false],
    ['example.com', 'example.com.evil.org', 443, false],
    ['.example.com', 'erp.example.com', 443, true],
    ['.example.com', 'badexample.com', 443, false],
    ['*.example.com', 'a.b.example.com', 443, true],
    ['erp.example.com:8443', 'erp.example.com', 8443, true],
    ['erp.example.com:8443', 'erp.example.com', 443, false],
    ['.example.com:8443', 'erp.example.com', 8443, true],
    ['10.1.2.3', '10.1.2.3', 80, true],
    ['10.1.2.3:8080', '10.1.2.3', 8080, true],
    ['10.1.2.3:8080', '10.1.2.3', 80, false],
    ['10.1.0.0/16', '10.1.2.3', 80, true],
    ['10.1.0.0/16', '10.2.2.3', 80, false],
    ['10.1.0.0/16', 'erp.example.com', 80, false],
    ['::1', '::1', 80, true],
    ['[::1]:8080', '::1', 8080, true],
    ['[::1]:8080', '::1', 80, false],
    ['fd00::/8', 'fd12::1', 80, true],
    ['127.0.0.1', '::ffff:127.0.0.1', 80, true],
    ['*', 'erp.example.com', 443, true],
    ['localhost,  erp.example.com ', 'erp.example.com', 443, true],
    ['', 'erp.example.com', 443, false],
    [',.,', 'erp.example.com', 443, false],
    ['10.1.0.0/99', '10.1.2.3', 80, false],
  ] as const)('"%s": %s:%i is reached without the proxy: %s', (list, host, port, expected) => {
    expect(readNoProxy(list.split(','))({ host, port })).toBe(expected);
  });
});
