import type { ConformanceHarness } from '../conformance-harness.ts';
import type { SandboxFault } from '../conformance-sandbox.ts';
import type { MatrixFault } from './fault-case.ts';

const status = (code: number, more: Partial<SandboxFault> = {}): SandboxFault => ({
  kind: 'status',
  status: code,
  ...more,
});
const reset: SandboxFault = { kind: 'reset-before' };

/** The caller cannot know whether the vendor has acted: only what is repeatable is repeated. */
const passing = { read: 'nothing', repeatable: 'again', single: 'truth' } as const;
/** The vendor says that it has not acted: everything is repeated. */
const notActed = { read: 'nothing', repeatable: 'nothing', single: 'nothing' } as const;
const refused = { read: 'refusal', repeatable: 'refusal', single: 'refusal' } as const;
const truthful = { read: 'truth', repeatable: 'again', single: 'truth' } as const;
/** Nothing could be read, and of a write nobody knows. */
const down = { read: 'refusal', repeatable: 'again', single: 'truth' } as const;

// A login page comes instead of the work; what a proxy makes of an answer comes after it.
const proxyPage = '<html><body><h1>The page cannot be shown</h1></body></html>';

const unavailable = ['transient', 'rate-limit'];

/** What goes wrong at every vendor. */
const commonFaults: readonly MatrixFault[] = [
  { name: '503', faults: [status(503)], expect: passing },
  { name: '503 with Retry-After', faults: [status(503, { retryAfter: 2 })], expect: passing },
  { name: '503 twice', faults: [status(503, { times: 2 })], expect: passing },
  { name: '502', faults: [status(502)], expect: passing },
  { name: '500', faults: [status(500)], expect: truthful },
  {
    name: '500 after the work was done',
    faults: [status(500, { applyFirst: true })],
    expect: truthful,
  },
  { name: '408', faults: [status(408)], expect: passing },
  { name: 'reset', faults: [reset], expect: passing },
  { name: 'reset twice', faults: [{ ...reset, times: 2 }], expect: passing },
  { name: 'reset, then 503', faults: [reset, status(503)], expect: passing },
  { name: 'lost answer', faults: [{ kind: 'reset-after' }], expect: passing },
  {
    name: 'lost answer, then 503',
    faults: [{ kind: 'reset-after' }, status(503)],
    expect: passing,
  },
  {
    name: '503 after the work was done',
    faults: [status(503, { applyFirst: true })],
    expect: passing,
  },
  {
    name: '504 after the work was done',
    faults: [status(504, { applyFirst: true })],
    expect: passing,
  },
  { name: '429 with Retry-After', faults: [status(429, { retryAfter: 1 })], expect: notActed },
  { name: '429 without Retry-After', faults: [status(429)], expect: notActed },
  {
    name: '429 for an hour',
    faults: [status(429, { retryAfter: 3_600, times: 20 })],
    expect: refused,
    category: ['rate-limit'],
    mostCalls: 1,
  },
  { name: '400', faults: [status(400, { times: 20 })], expect: refused, mostCalls: 1 },
  {
    name: '403',
    faults: [status(403, { times: 20 })],
    expect: refused,
    category: ['permission', 'authentication'],
    mostCalls: 2,
  },
  {
    name: '401 for ever',
    faults: [status(401, { times: 20 })],
    expect: refused,
    category: ['authentication'],
    mostCalls: 4,
  },
  { name: 'slow answer', faults: [{ kind: 'slow-headers', delayMs: 10 }], expect: notActed },
  { name: 'peer that vanishes', faults: [{ kind: 'half-open' }], expect: passing, hangs: true },
  {
    name: 'peer that vanishes after the work was done',
    faults: [{ kind: 'half-open', applyFirst: true }],
    expect: passing,
    hangs: true,
  },
  {
    name: 'peer that vanishes for good',
    faults: [{ kind: 'half-open', times: 60 }],
    expect: down,
    category: unavailable,
    hangs: true,
  },
  { name: 'answer that stalls', faults: [{ kind: 'stall-body' }], expect: passing, hangs: true },
  { name: 'answer cut off', faults: [{ kind: 'truncate-body' }], expect: passing },
  { name: 'malformed answer', faults: [{ kind: 'malformed-json' }], expect: truthful },
  { name: 'empty answer', faults: [{ kind: 'empty-body' }], expect: truthful },
  { name: 'login page with 200', faults: [{ kind: 'html-page' }], expect: truthful },
  {
    name: 'page of a proxy with 200 after the work was done',
    faults: [{ kind: 'html-page', applyFirst: true, body: proxyPage }],
    expect: truthful,
  },
  { name: 'down', faults: [status(503, { times: 60 })], expect: down, category: unavailable },
  {
    name: 'unreachable',
    faults: [{ ...reset, times: 60 }],
    expect: down,
    category: unavailable,
  },
];

const actingKinds: readonly SandboxFault['kind'][] = [
  'reset-after',
  'slow-headers',
  'stall-body',
  'truncate-body',
  'malformed-json',
  'empty-body',
  'altered-body',
];

/** Whether the vendor carries a call out that the fault hits. */
export const isCarriedOut = ({ kind, applyFirst = false }: SandboxFault): boolean =>
  applyFirst || actingKinds.includes(kind);

/** The faults for one connector: those of every vendor, and its own. */
export function matrixFaults(
  harness: ConformanceHarness,
  traits: {
    /** Whether its sign-in can be repeated. */
    readonly signsIn: boolean;
  },
): readonly MatrixFault[] {
  const { faults = [] } = harness;
  const expired: MatrixFault = traits.signsIn
    ? { name: 'token expired', faults: [status(401)], expect: notActed }
    : {
        name: '401',
        faults: [status(401)],
        expect: refused,
        category: ['authentication'],
        mostCalls: 2,
      };
  const own = faults.map(({ name, fault, hits, expect, category }): MatrixFault => {
    const same = { read: expect, repeatable: expect, single: expect };
    return { name, faults: [fault], expect: same, hits, category };
  });
  const twice = own.find(({ name }) =>
    [expired, ...commonFaults].some((other) => other.name === name),
  );
  if (twice) {
    throw new TypeError(`The fault "${twice.name}" of the harness is one of every connector.`);
  }
  return [...commonFaults, expired, ...own];
}
