import { describe, expect, it } from 'vitest';
import { ConnectorError } from '../errors/connector-error.ts';
import { transportFailure } from './transport-failure.ts';

const of = (code: string, syscall?: string) =>
  transportFailure(Object.assign(new Error('low-level'), { code, syscall }), 'erp.example.com');

describe('what a transport throws', () => {
  it.each([
    // code, syscall, not executed
    ['ECONNREFUSED', 'connect', true],
    ['ENOTFOUND', 'getaddrinfo', true],
    ['EAI_AGAIN', 'getaddrinfo', true],
    ['EHOSTUNREACH', 'connect', true],
    ['ENETUNREACH', 'connect', true],
    ['ETIMEDOUT', 'connect', true],
    ['ETIMEDOUT', 'read', false],
    ['ECONNRESET', 'read', false],
    ['EPIPE', 'write', false],
    ['HPE_INVALID_CONSTANT', undefined, false],
    // TLS that broke after the handshake: the server may have acted.
    ['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', undefined, false],
    ['ERR_SSL_UNEXPECTED_EOF_WHILE_READING', undefined, false],
  ])(
    '%s of %s is a network failure that says whether anything was sent',
    (code, syscall, notExecuted) => {
      const error = of(code, syscall);
      expect(error).toMatchObject({
        code: 'ERR_NETWORK',
        category: 'transient',
        retryable: true,
        notExecuted,
      });
      expect(error.message).toContain(code);
      expect(error.message).toContain('erp.example.com');
      expect(error.message).not.toContain('low-level');
    },
  );

  it.each([
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'EPROTO',
  ])('%s is a matter of certificates, final, nothing sent', (code) => {
    const error = of(code);
    expect(error).toMatchObject({
      code: 'ERR_TLS',
      category: 'configuration',
      retryable: false,
      notExecuted: true,
    });
    expect(error.message).toContain(code);
  });

  it('an answer that is no HTTP is named as such', () => {
    expect(of('HPE_INVALID_CONSTANT').message).toContain('not HTTP');
  });

  it('ERR_INVALID_CHAR is a matter of settings', () => {
    expect(of('ERR_INVALID_CHAR')).toMatchObject({ code: 'ERR_CONFIGURATION', notExecuted: true });
  });

  it('without a code is a defect, which may have come after the sending', () => {
    const error = transportFailure(new TypeError('x is not a function'), 'erp.example.com');
    expect(error).toMatchObject({ code: 'ERR_INTERNAL', retryable: false, notExecuted: false });
    expect(transportFailure('text', 'x')).toMatchObject({ code: 'ERR_INTERNAL' });
  });

  it('stays as it is when it is classified already', () => {
    const error = new ConnectorError({ code: 'ERR_X', category: 'internal', message: 'x' });
    expect(transportFailure(error, 'x')).toBe(error);
  });
});
