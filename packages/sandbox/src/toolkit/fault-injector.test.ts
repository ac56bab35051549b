import { describe, expect, it } from 'vitest';
import type { RandomFaults } from './fault.ts';
import { createFaultInjector, type FaultInjector } from './fault-injector.ts';
import { createSandboxClock } from './sandbox-clock.ts';
import { createSandboxRequest, type SandboxRequest } from './sandbox-request.ts';
import { createSeededRandom } from './seeded-random.ts';

const clock = createSandboxClock();
const random = createSeededRandom(1);

const request = (method: string, url: string, body = ''): SandboxRequest =>
  createSandboxRequest({ method, url, body, operation: `${method} it`, clock, random });

function hit(injector: FaultInjector, call: SandboxRequest): string | undefined {
  const fault = injector.draw(call);
  fault?.confirm();
  return fault?.effect.kind;
}

const get = request('GET', '/a/b?c=d');

describe('scripted faults', () => {
  it('hit so many times, after so many calls, one after the other', () => {
    const injector = createFaultInjector({ seed: 1 });
    injector.add({ kind: 'status', times: 2, after: 1 });
    injector.add({ kind: 'empty-body' });
    expect(injector.pending).toMatchObject([{ remaining: 2 }, { remaining: 1 }]);
    expect([1, 2, 3, 4, 5].map(() => hit(injector, get))).toEqual([
      'empty-body',
      'status',
      'status',
      undefined,
      undefined,
    ]);
    expect(injector.pending).toEqual([]);
    expect(injector.injected).toEqual({ total: 3, byKind: { status: 2, 'empty-body': 1 } });
  });

  it.each([
    [{ method: 'get' }, true],
    [{ method: 'POST' }, false],
    [{ path: '/a/b' }, true],
    [{ path: '/a/b?c=d' }, true],
    [{ path: '/a' }, false],
    [{ path: '/a*' }, true],
    [{ path: /c=d$/g }, true],
    [{ path: /x/ }, false],
    [{ operation: 'GET it' }, true],
    [{ operation: 'GET it', method: 'PUT' }, false],
  ])('match %j: %s', (match, expected) => {
    const injector = createFaultInjector({ seed: 1 });
    injector.add({ kind: 'status', match, times: 2 });
    expect([hit(injector, get), hit(injector, get)].every((kind) => kind === 'status')).toBe(
      expected,
    );
    expect(injector.pending).toHaveLength(expected ? 0 : 1);
  });

  it('wait for the next call when they could not take effect', () => {
    const injector = createFaultInjector({ seed: 1 });
    injector.add({ kind: 'truncate-body' });
    injector.draw(get)?.release();
    expect(injector.pending).toHaveLength(1);
    expect(injector.injected.total).toBe(0);
    expect(hit(injector, get)).toBe('truncate-body');
  });

  it('are forgotten by clear; the counts stay', () => {
    const injector = createFaultInjector({ seed: 1, random: { rate: 1, kinds: ['empty-body'] } });
    hit(injector, get);
    injector.add({ kind: 'status' });
    injector.clear();
    expect(hit(injector, get)).toBeUndefined();
    expect(injector.injected.total).toBe(1);
  });
});

describe('faults by chance', () => {
  const run = (options: RandomFaults, seed = 1, method = 'POST'): (string | undefined)[] => {
    const injector = createFaultInjector({ seed, random: options });
    return Array.from({ length: 20_000 }, (_, index) =>
      hit(injector, request(method, '/orders', String(index))),
    );
  };
  const share = (kinds: (string | undefined)[], kind: string): number =>
    kinds.filter((found) => found === kind).length / kinds.length;

  it('are the same for a seed, and others for another', () => {
    expect(run({ rate: 0.05 })).toEqual(run({ rate: 0.05 }));
    expect(run({ rate: 0.05 })).not.toEqual(run({ rate: 0.05 }, 2));
    expect(run({ rate: 0.05, seed: 2 })).toEqual(run({ rate: 0.05 }, 2));
  });

  it('hit the share of calls that was asked for', () => {
    const hits = run({ rate: 0.05 }).filter((kind) => kind !== undefined).length;
    expect(hits / 20_000).toBeGreaterThan(0.045);
    expect(hits / 20_000).toBeLessThan(0.055);
  });

  it('reset after the write in the share that was asked for, and never a read', () => {
    const writes = run({ rate: 1, kinds: ['reset'], afterWriteShare: 0.1 });
    expect(share(writes, 'reset-after')).toBeGreaterThan(0.09);
    expect(share(writes, 'reset-after')).toBeLessThan(0.11);
    expect(share(writes, 'reset-before') + share(writes, 'reset-after')).toBe(1);
    const reads = run({ rate: 1, kinds: ['reset'], afterWriteShare: 1 }, 1, 'GET');
    expect(share(reads, 'reset-before')).toBe(1);
  });

  it('hit the same call only so often', () => {
    const injector = createFaultInjector({ seed: 1, random: { rate: 1, kinds: ['status'] } });
    const kinds = [1, 2, 3, 4].map(() => hit(injector, get));
    expect(kinds).toEqual(['status', 'status', undefined, undefined]);
    expect(hit(injector, request('GET', '/other'))).toBe('status');
  });

  it('refuse a rate that is none and kinds that are unknown', () => {
    expect(() => createFaultInjector({ seed: 1, random: { rate: 5 } })).toThrow(
      'The fault rate must be from 0 to 1, not 5',
    );
    expect(() => createFaultInjector({ seed: 1, random: { rate: 1, kinds: ['boom'] } })).toThrow(
      'Unknown fault kind "boom"',
    );
  });
});
