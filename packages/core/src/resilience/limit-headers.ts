import { parseHttpDate } from '../http/parse-http-date.ts';

/** What one header of an answer tells about what may still be sent. */
export interface LimitReading {
  /** Which limit, for example `x-ratelimit`, `sforce-limit-info api-usage`, `ratelimit "hour"`. */
  readonly source: string;
  /** Most in the window, where the vendor tells. */
  readonly limit?: number | undefined;
  /** Not below zero. */
  readonly remaining: number;
  /** When `remaining` is renewed, milliseconds since the epoch. */
  readonly resetsAt?: number | undefined;
  /** Length of the window in milliseconds. */
  readonly windowMs?: number | undefined;
}

type Headers = Readonly<Record<string, string>>;

/** Limits that stand in headers of their own. Add a vendor by adding a line. */
const separate: readonly {
  readonly source: string;
  readonly remaining: string;
  readonly limit?: string;
  readonly reset?: string;
}[] = [
  // The custom of most APIs, Jira's and GitHub's too.
  {
    source: 'x-ratelimit',
    remaining: 'x-ratelimit-remaining',
    limit: 'x-ratelimit-limit',
    reset: 'x-ratelimit-reset',
  },
  {
    source: 'x-rate-limit',
    remaining: 'x-rate-limit-remaining',
    limit: 'x-rate-limit-limit',
    reset: 'x-rate-limit-reset',
  },
  // draft-ietf-httpapi-ratelimit-headers up to 06.
  {
    source: 'ratelimit',
    remaining: 'ratelimit-remaining',
    limit: 'ratelimit-limit',
    reset: 'ratelimit-reset',
  },
  // Dataverse service protection: requests, and seconds of execution, per user and web server
  // (learn.microsoft.com/power-apps/developer/data-platform/api-limits).
  {
    source: 'x-ms-ratelimit-burst',
    remaining: 'x-ms-ratelimit-burst-remaining-xrm-requests',
  },
  { source: 'x-ms-ratelimit-time', remaining: 'x-ms-ratelimit-time-remaining-xrm-requests' },
];

/**
 * Limits that say `name=used/limit`. Salesforce counts its requests of the last 24 hours so:
 * `Sforce-Limit-Info: api-usage=24/15000; per-app-api-usage=17/250(appName=x)`.
 */
const usages: readonly string[] = ['sforce-limit-info'];

/**
 * Reads what the headers of an answer tell about limits: `X-RateLimit-*`, `RateLimit` and
 * `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers, all its versions), `x-ms-ratelimit-*`,
 * `Sforce-Limit-Info`. What makes no sense is left out; nothing is thrown.
 *
 * @param headers - names in lower case
 * @param nowMs - for limits that tell a time from now
 */
export function readLimitHeaders(headers: Headers, nowMs: number): readonly LimitReading[] {
  const found: LimitReading[] = [];
  for (const { source, remaining, limit, reset } of separate) {
    const left = numberIn(headers[remaining]);
    if (left === undefined) continue;
    found.push({
      source,
      remaining: left,
      limit: numberIn(limit && headers[limit]),
      resetsAt: instantIn(reset && headers[reset], nowMs),
    });
  }
  for (const name of usages) {
    const text = headers[name];
    if (text === undefined) continue;
    for (const [, what, used, limit] of bounded(text).matchAll(/([\w-]+)=(\d+)\/(\d+)/g)) {
      found.push({
        source: `${name} ${what}`,
        remaining: Math.max(0, Number(limit) - Number(used)),
        limit: Number(limit),
      });
    }
  }
  if (headers.ratelimit !== undefined) {
    found.push(...structured(headers.ratelimit, headers['ratelimit-policy'] ?? '', nowMs));
  }
  return found;
}

/**
 * `RateLimit: "hour";r=5;t=30` with `RateLimit-Policy: "hour";q=100;w=3600` since version 08 of the
 * draft, `RateLimit: limit=100, remaining=5, reset=30` in version 07.
 */
function structured(text: string, policyText: string, nowMs: number): LimitReading[] {
  const policies = new Map(members(policyText).map(({ name, value }) => [name, value]));
  const readings = members(text).flatMap(({ name, value }): LimitReading[] => {
    const remaining = value('r');
    if (remaining === undefined) return [];
    const policy = policies.get(name);
    const windowS = policy?.('w');
    return [
      {
        source: `ratelimit "${name}"`,
        remaining,
        limit: policy?.('q'),
        resetsAt: fromNow(value('t'), nowMs),
        windowMs: windowS && windowS * 1000,
      },
    ];
  });
  if (readings.length > 0) return readings;
  const flat = parameters(bounded(text).replaceAll(',', ';'));
  const remaining = flat('remaining');
  if (remaining === undefined) return [];
  const resetsAt = fromNow(flat('reset'), nowMs);
  return [{ source: 'ratelimit', remaining, limit: flat('limit'), resetsAt }];
}

type ReadParameter = (name: string) => number | undefined;

function members(text: string): { readonly name: string; readonly value: ReadParameter }[] {
  return bounded(text)
    .split(',')
    .map((member) => ({
      name: (member.split(';')[0] ?? '').trim().replaceAll('"', ''),
      value: parameters(member),
    }));
}

function parameters(text: string): ReadParameter {
  const pairs = new Map(
    text.split(';').map((part): [string, string] => {
      const [name = '', value = ''] = part.split('=');
      return [name.trim(), value.trim()];
    }),
  );
  return (name) => numberIn(pairs.get(name));
}

/** A header of a hostile server costs no more than one of a kind one. */
function bounded(text: string): string {
  return text.slice(0, 1000);
}

/** Dataverse groups the digits of its seconds: `1,199.97`. */
function numberIn(text: string | undefined): number | undefined {
  const plain = text?.trim().replaceAll(',', '');
  return plain !== undefined && /^\d{1,15}(?:\.\d{1,9})?$/.test(plain) ? Number(plain) : undefined;
}

function fromNow(seconds: number | undefined, nowMs: number): number | undefined {
  return seconds === undefined ? undefined : nowMs + seconds * 1000;
}

/** Vendors write a reset as seconds from now, as epoch seconds or milliseconds, or as an instant. */
function instantIn(text: string | undefined, nowMs: number): number | undefined {
  const number = numberIn(text);
  if (number !== undefined) {
    if (number >= 1e11) return number;
    return number >= 1e9 ? number * 1000 : nowMs + number * 1000;
  }
  const at = /^\d{4}-\d\d-\d\dT/.test(text ?? '') ? Date.parse(text ?? '') : parseHttpDate(text);
  return Number.isNaN(at) ? undefined : at;
}
