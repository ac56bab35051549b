import { describe, expect, it, vi } from 'vitest';
import { expiredTokenRun, killRun } from './storm-runs.ts';

// A dozen processes are started; on a busy machine that takes a while.
vi.setConfig({ testTimeout: 120_000 });

const quiet = { seed: 7, progress: () => {} };

// The small form of `npm run storm`: real processes, a real token server, the vault in SQLite.
describe('a rotating token that several processes share', () => {
  it('is refreshed once by two processes with a hundred callers each', async () => {
    const sizes = { processes: 2, callersEach: 100 };
    const run = await expiredTokenRun({ ...quiet, ...sizes, name: 'small', mode: 'once' });
    expect(run).toMatchObject({ callers: 200, refreshes: 1, failures: 0, revocations: 0 });
    expect(run).toMatchObject({ errors: [], pass: true });
  });

  it('outlives kills, and each kill in the window that cannot be closed calls a person', async () => {
    const sizes = { processes: 3, connections: 1, callersEach: 2, refreshes: 30, kills: 3 };
    const run = await killRun({ ...quiet, ...sizes, name: 'small' });
    expect(run).toMatchObject({ failures: 0, kills: 3, revocations: 0, errors: [], pass: true });
    expect(run.reauthorizations).toBe(run.windows);
  });

  it('is lost where every caller refreshes for itself: the check can fail', async () => {
    const sizes = { processes: 2, callersEach: 20 };
    const run = await expiredTokenRun({ ...quiet, ...sizes, name: 'naive', mode: 'naive' });
    expect(run.failures).toBeGreaterThan(0);
    expect(run.revocations).toBe(1);
  });
});
