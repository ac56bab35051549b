import { type Clock, ConnectorError } from '@common/connector-core';
import type { SecretAddress, SecretLease, SecretLeaseOptions } from '@common/connector-core/vault';
import {
  isProcessDead,
  type Lease,
  type LeaseRequest,
  leaseLost,
  type StateStore,
} from '@common/connector-sync';

const shortestPollMs = 10;
const longestPollMs = 250;

/** What leases are taken with. */
export interface SecretLeaseContext {
  readonly store: StateStore;
  readonly owner: string;
  readonly clock: Clock;
  readonly random: () => number;
}

/**
 * Runs work under a lease that other processes respect. Waits for its turn, longer and longer, with
 * jitter; takes over at once from a process of this machine that is dead, and from any other when the
 * lease has expired. A living holder renews.
 */
export async function withSecretLease<Result>(
  { store, owner, clock, random }: SecretLeaseContext,
  address: SecretAddress,
  work: (lease: SecretLease) => Promise<Result>,
  { ttlMs = 30_000, signal }: SecretLeaseOptions = {},
): Promise<Result> {
  const { tenant, connection, name } = address;
  const scope = { tenant, scope: `secret:${JSON.stringify([connection, name])}` };
  const request = { ...scope, owner, ttlMs };

  const ask = (more: Pick<LeaseRequest, 'takeOver'> = {}) =>
    store.transaction((state) => state.leases.acquire({ ...request, ...more, now: clock.now() }), {
      repeat: 'unless-stored',
    });

  async function acquire(): Promise<Lease> {
    for (let attempt = 0; ; attempt += 1) {
      if (signal?.aborted) throw aborted(signal);
      const answer = await ask();
      if (answer.granted) return answer.lease;
      if (isProcessDead(answer.lease.owner)) {
        const second = await ask({ takeOver: answer.lease.token });
        if (second.granted) return second.lease;
      }
      const pauseMs = Math.min(longestPollMs, shortestPollMs * 2 ** Math.min(attempt, 10));
      await clock.sleep(pauseMs * (0.5 + random()), signal).catch(() => undefined);
    }
  }

  let lease = await acquire();
  const lost = new AbortController();
  const renew = async (): Promise<void> => {
    const renewed = await store.transaction(
      (state) => state.leases.renew(lease, clock.now() + ttlMs),
      { repeat: 'always' },
    );
    if (renewed === undefined) lost.abort(leaseLost(lease));
    else lease = renewed;
  };
  // Real time on purpose: the lease must live on while the work waits for an answer. A renewal that
  // fails otherwise is tried again by the next one, and the work ends by compare-and-set in any case.
  const heartbeat = setInterval(() => void renew().catch(() => undefined), ttlMs / 3);
  heartbeat.unref();
  try {
    return await work({ signal: lost.signal });
  } finally {
    clearInterval(heartbeat);
    // One that cannot be given back ends by itself; the work has its result.
    await store
      .transaction((state) => state.leases.release(lease), { repeat: 'always' })
      .catch(() => undefined);
  }
}

function aborted(signal: AbortSignal): ConnectorError {
  return new ConnectorError({
    code: 'ERR_ABORTED',
    category: 'transient',
    retryable: false,
    message: 'The call was aborted by its caller while another process held the secret.',
    cause: signal.reason,
  });
}
