import { describe, expect, it } from 'vitest';
import { targetAttributes } from './http-attributes.ts';

describe('the server of a request', () => {
  it.each([
    ['https://erp.example.com/a', 'erp.example.com', 443],
    ['http://erp.example.com/a', 'erp.example.com', 80],
    ['https://erp.example.com:8443/a', 'erp.example.com', 8443],
    ['http://[::1]:8080/', '::1', 8080],
  ])('of %s is %s at port %d', (url, address, port) => {
    expect(targetAttributes({ method: 'GET', url, resendCount: 0 })).toEqual({
      'http.request.method': 'GET',
      'server.address': address,
      'server.port': port,
    });
  });
});
