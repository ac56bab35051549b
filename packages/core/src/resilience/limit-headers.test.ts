import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLimitHeaders } from './limit-headers.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const read = (headers: Record<string, string>) => readLimitHeaders(headers, now);

describe('limits in headers', () => {
  it('are what is left of the day at Salesforce, for the organisation and for the app', () => {
    const header = 'api-usage=10018/100000; per-app-api-usage=300/250(appName=x)';
    expect(read({ 'sforce-limit-info': header })).toEqual([
      { source: 'sforce-limit-info api-usage', limit: 100_000, remaining: 89_982 },
      { source: 'sforce-limit-info per-app-api-usage', limit: 250, remaining: 0 },
    ]);
  });

  it.each([
    ['seconds from now', '30', now + 30_000],
    ['epoch seconds', String(now / 1000 + 30), now + 30_000],
    ['epoch milliseconds', String(now + 30_000), now + 30_000],
    ['an instant, as Jira writes it', '2026-11-20T12:00Z', now],
    ['an HTTP date', 'Fri, 20 Nov 2026 12:00:30 GMT', now + 30_000],
    ['a word', 'soon', undefined],
  ])('of the common form are renewed at %s', (_form, reset, resetsAt) => {
    const headers = { 'x-ratelimit-remaining': '7', 'x-ratelimit-limit': '50' };
    expect(read({ ...headers, 'x-ratelimit-reset': reset })).toEqual([
      { source: 'x-ratelimit', limit: 50, remaining: 7, resetsAt },
    ]);
  });

  it('of Dataverse tell no limit, and group the digits of the seconds', () => {
    expect(
      read({
        'x-ms-ratelimit-burst-remaining-xrm-requests': '5998',
        'x-ms-ratelimit-time-remaining-xrm-requests': '1,199.97',
      }),
    ).toEqual([
      { source: 'x-ms-ratelimit-burst', remaining: 5998 },
      { source: 'x-ms-ratelimit-time', remaining: 1199.97 },
    ]);
  });

  it('of the IETF draft belong to named policies', () => {
    expect(
      read({
        ratelimit: '"burst";r=12;t=1, "day";r=900',
        'ratelimit-policy': '"burst";q=100;w=60,"day";q=1000;w=86400;pk=:cHsdsRa894==:',
      }),
    ).toEqual([
      {
        source: 'ratelimit "burst"',
        limit: 100,
        remaining: 12,
        resetsAt: now + 1000,
        windowMs: 60_000,
      },
      { source: 'ratelimit "day"', limit: 1000, remaining: 900, windowMs: 86_400_000 },
    ]);
  });

  it.each([
    [{ ratelimit: 'limit=100, remaining=50, reset=5' }],
    [{ 'ratelimit-limit': '100', 'ratelimit-remaining': '50', 'ratelimit-reset': '5' }],
  ])('of its older versions are read as well: %j', (headers) => {
    expect(read(headers)).toEqual([
      { source: 'ratelimit', limit: 100, remaining: 50, resetsAt: now + 5000 },
    ]);
  });

  it.each([
    [{}],
    [{ 'x-ratelimit-remaining': '-1' }],
    [{ 'x-ratelimit-remaining': 'many' }],
    [{ 'sforce-limit-info': 'api-usage=' }],
    [{ ratelimit: '"default"' }],
  ])('are none where the headers make no sense: %j', (headers) => {
    expect(read(headers)).toEqual([]);
  });

  it('whatever a server writes, are numbers that can be reckoned with', () => {
    const piece = fc.constantFrom(
      'r=5',
      ';',
      ',',
      '"a"',
      'api-usage=3/2',
      '=',
      'limit=1',
      ' ',
      '9e9',
    );
    const value = fc.oneof(
      fc.string(),
      fc.array(piece).map((pieces) => pieces.join('')),
    );
    const name = fc.constantFrom(
      'ratelimit',
      'ratelimit-policy',
      'sforce-limit-info',
      'x-ratelimit-remaining',
      'x-ratelimit-reset',
    );
    fc.assert(
      fc.property(fc.dictionary(name, value), (headers) => {
        for (const { remaining, limit = 0, resetsAt = 0, windowMs = 0 } of read(headers)) {
          for (const number of [remaining, limit, resetsAt, windowMs]) {
            expect(Number.isFinite(number) && number >= 0).toBe(true);
          }
        }
      }),
    );
  });
});
