import { describe, expect, it } from 'vitest';
import { redactHeaders } from './redact-headers.ts';

describe('redactHeaders', () => {
  it('shows what is on the list, in any case of letters, and nothing else', () => {
    expect(
      redactHeaders({
        'Content-Type': 'application/json',
        Authorization: 'Bearer secret',
        Cookie: 'SID=secret',
        'X-CSRF-Token': 'secret',
        'x-vendor-session': 'secret',
        'Retry-After': '3',
        location: 'https://example.com/?token=secret',
        'x-absent': undefined,
      }),
    ).toEqual({
      'content-type': 'application/json',
      authorization: '[redacted]',
      cookie: '[redacted]',
      'x-csrf-token': '[redacted]',
      'x-vendor-session': '[redacted]',
      'retry-after': '3',
      location: '[redacted]',
    });
  });

  it('shows no secret that a server repeats in a header of the list', () => {
    const challenge = 'Bearer error="invalid_token", error_description="token=abc.def"';
    expect(redactHeaders({ 'www-authenticate': challenge })['www-authenticate']).not.toContain(
      'abc.def',
    );
  });

  it('shows more on request', () => {
    expect(redactHeaders({ intuit_tid: '1-a' }, ['intuit_tid'])).toEqual({ intuit_tid: '1-a' });
  });
});
