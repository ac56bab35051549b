import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type Clock, systemClock } from '@common/connector-core';

/** What is done to the bytes on their way, in whichever mix. */
export interface ProxyFaults {
  /** Nobody listens: new connections are reset, those that stand too. @default false */
  readonly down?: boolean | undefined;
  /** How long each piece is held back. @default 0 */
  readonly latencyMs?: number | undefined;
  /** More of it, by chance, up to this. @default 0 */
  readonly jitterMs?: number | undefined;
  /** @default as fast as it goes */
  readonly bytesPerSecond?: number | undefined;
  /** Cuts what passes into pieces of so many bytes. @default as they come */
  readonly sliceBytes?: number | undefined;
  /** The connection is reset after so many bytes of the answer. */
  readonly resetAfterBytes?: number | undefined;
  /** The connection ends, as if all was said, after so many bytes of the answer. */
  readonly truncateAfterBytes?: number | undefined;
  /** Everything is swallowed: the connection stands, nothing comes. @default false */
  readonly isSilent?: boolean | undefined;
}

export interface FaultProxyOptions {
  /** Where it leads: `http://host:port`. Bytes pass as they are, TLS too. */
  readonly target: string;
  /** Tells when latency and bandwidth are over. @default the system's */
  readonly clock?: Clock | undefined;
  /** @default Math.random */
  readonly random?: (() => number) | undefined;
  /** @default none */
  readonly faults?: ProxyFaults | undefined;
}

/** A proxy for bytes, between a connector and a system. */
export interface FaultProxy {
  /** The target's address by way of the proxy. */
  readonly url: string;
  /** Replaces the faults, for connections that stand as well. */
  set(faults: ProxyFaults): void;
  /** Connections that stand. */
  readonly open: number;
  /** Connections so far. */
  readonly accepted: number;
  close(): Promise<void>;
}

/**
 * Starts a proxy on this machine that disturbs the connection itself, below HTTP: what a sandbox, which
 * sends whole answers, cannot do. With a clock of the test nothing of it takes real time.
 *
 * @example
 * ```ts
 * const proxy = await startFaultProxy({ target: sandbox.url, faults: { sliceBytes: 1 } });
 * const connector = acme({ baseUrl: proxy.url, auth });
 * proxy.set({ resetAfterBytes: 100 });
 * ```
 */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { clock = systemClock, random = Math.random } = options;
  const { hostname, port, protocol } = new URL(options.target);
  let faults = options.faults ?? {};
  let accepted = 0;
  const sockets = new Set<Socket>();
  const closing = new AbortController();

  /** Passes one piece on; pieces of a direction go one after the other. */
  const pass = async (piece: Buffer, to: Socket): Promise<void> => {
    const { latencyMs = 0, jitterMs = 0, bytesPerSecond } = faults;
    const slice = Math.max(1, faults.sliceBytes ?? piece.length);
    const heldMs = latencyMs + random() * jitterMs;
    if (heldMs > 0) await clock.sleep(heldMs, closing.signal);
    for (let from = 0; from < piece.length && !to.destroyed; from += slice) {
      const part = piece.subarray(from, from + slice);
      if (bytesPerSecond !== undefined) {
        await clock.sleep((part.length / bytesPerSecond) * 1_000, closing.signal);
      }
      // Turn by turn, or the system would put the pieces together again.
      await new Promise<void>((resolve) => to.write(part, () => resolve()));
    }
  };

  /** How much of an answer may still pass, and how the connection ends then. */
  const limit = (passed: number) => {
    const { resetAfterBytes = Infinity, truncateAfterBytes = Infinity } = faults;
    const rest = Math.min(resetAfterBytes, truncateAfterBytes) - passed;
    return { rest: Math.max(0, rest), isReset: resetAfterBytes <= truncateAfterBytes };
  };

  const forward = (from: Socket, to: Socket, isAnswer: boolean): void => {
    let passed = 0;
    let queue = Promise.resolve();
    from.on('data', (piece: Buffer) => {
      queue = queue.then(async () => {
        if (faults.isSilent === true || to.destroyed) return;
        const { rest, isReset } = isAnswer ? limit(passed) : { rest: Infinity, isReset: false };
        const allowed = piece.subarray(0, rest);
        passed += allowed.length;
        await pass(allowed, to).catch(() => undefined);
        if (allowed.length === piece.length) return;
        from.destroy();
        if (isReset) to.resetAndDestroy();
        else to.end();
      });
    });
    from.on('end', () => {
      queue = queue.then(() => {
        if (faults.isSilent !== true) to.end();
      });
    });
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      void queue.then(() => {
        if (faults.isSilent !== true) to.end();
      });
    });
  };

  const server = createServer({ allowHalfOpen: true }, (client) => {
    accepted += 1;
    if (faults.down === true) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(Number(port || (protocol === 'https:' ? 443 : 80)), hostname);
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      sockets.add(socket);
    }
    forward(client, upstream, false);
    forward(upstream, client, true);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });

  const resetAll = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
    sockets.clear();
  };
  return {
    url: `${protocol}//127.0.0.1:${(server.address() as AddressInfo).port}`,
    set(next) {
      faults = next;
      if (next.down === true) resetAll();
    },
    get open() {
      return sockets.size / 2;
    },
    get accepted() {
      return accepted;
    },
    async close() {
      closing.abort();
      const ended = new Promise<void>((resolve) => server.close(() => resolve()));
      resetAll();
      await ended;
    },
  };
}
