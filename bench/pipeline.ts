import { fork } from 'node:child_process';
import { Agent, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import {
  basic,
  type ConnectorObserver,
  createHttpClient,
  type HttpClient,
} from '@common/connector-core';
import axios from 'axios';
import type { Row } from './row.ts';

const serverFlag = '--pipeline-server';
const rounds = 31;
const callsPerRound = 300;
const body = JSON.stringify({ id: '4500000001', status: 'confirmed', amount: '1250.00', lines: 3 });

const listener: ConnectorObserver = {
  lifecycle: () => undefined,
  operation: () => ({
    admitted: () => undefined,
    attemptStarted: () => undefined,
    attemptEnded: () => undefined,
    retry: () => undefined,
    ended: () => undefined,
  }),
};

/** The time of a small GET through the whole pipeline, against axios with keep-alive alone. */
export async function benchPipeline(): Promise<Row[]> {
  const server = await startServer();
  const agent = new Agent({ keepAlive: true });
  const bare = axios.create({ httpAgent: agent, auth: { username: 'ann', password: 'secret' } });
  const options = {
    system: 'bench',
    baseUrl: server.baseUrl,
    auth: basic({ username: 'ann', password: 'secret' }),
  };
  const client = createHttpClient(options);
  const watchedClient = createHttpClient({ ...options, observer: listener });
  try {
    const through = async (way: HttpClient): Promise<unknown> =>
      (await way.send({ method: 'GET', url: '/orders/1' })).json();
    const pipelined = () => through(client);
    const observed = () => through(watchedClient);
    const direct = async (): Promise<unknown> =>
      (await bare.get(`${server.baseUrl}/orders/1`)).data as unknown;
    const ours: number[] = [];
    const watched: number[] = [];
    const theirs: number[] = [];
    await timePerCall(pipelined, 5 * callsPerRound);
    await timePerCall(observed, 5 * callsPerRound);
    await timePerCall(direct, 5 * callsPerRound);
    // Back and forth, so that a busy moment of the machine hits both.
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await timePerCall(pipelined, callsPerRound));
      watched.push(await timePerCall(observed, callsPerRound));
      theirs.push(await timePerCall(direct, callsPerRound));
    }
    const value = median(ours);
    const peerValue = median(theirs);
    const ratio = value / peerValue;
    const watchedValue = median(watched);
    const watchedRatio = watchedValue / peerValue;
    const abortMs = await abortToClosed(client, server);
    return [
      {
        name: 'small GET through the pipeline',
        value: Math.round(value),
        unit: 'µs',
        peer: 'bare axios, keep-alive',
        peerValue: Math.round(peerValue),
        ratio: Math.round(ratio * 100) / 100,
        bar: '≤ 1.25',
        pass: ratio <= 1.25,
      },
      {
        name: 'the same with an observer that hears everything',
        value: Math.round(watchedValue),
        unit: 'µs',
        peer: 'bare axios, keep-alive',
        peerValue: Math.round(peerValue),
        ratio: Math.round(watchedRatio * 100) / 100,
        bar: '≤ 1.25',
        pass: watchedRatio <= 1.25,
      },
      {
        name: 'abort until the server sees the socket closed, slowest of 50',
        value: Math.round(abortMs * 10) / 10,
        unit: 'ms',
        peer: 'limit',
        peerValue: 50,
        ratio: Math.round((abortMs / 50) * 100) / 100,
        bar: '< 50 ms',
        pass: abortMs < 50,
      },
    ];
  } finally {
    await Promise.all([client.close(), watchedClient.close()]);
    agent.destroy();
    server.stop();
  }
}

async function timePerCall(call: () => Promise<unknown>, calls: number): Promise<number> {
  const startedAt = performance.now();
  for (let index = 0; index < calls; index += 1) await call();
  return ((performance.now() - startedAt) / calls) * 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** The slowest of fifty, in milliseconds. */
async function abortToClosed(client: HttpClient, server: BenchServer): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < 50; index += 1) {
    const controller = new AbortController();
    const arrived = server.next('arrived');
    const closed = server.next('closed');
    const call = client.send({ method: 'GET', url: '/silent', signal: controller.signal });
    const ended = call.then(
      () => undefined,
      () => undefined,
    );
    await arrived;
    const abortedAt = performance.now();
    controller.abort();
    await closed;
    times.push(performance.now() - abortedAt);
    await ended;
  }
  return Math.max(...times);
}

interface BenchServer {
  readonly baseUrl: string;
  /** Resolves when the server tells the event for the next time. */
  next(event: string): Promise<void>;
  stop(): void;
}

/** In a process of its own, so that its work is not counted as ours. */
async function startServer(): Promise<BenchServer> {
  const child = fork(new URL(import.meta.url), [serverFlag]);
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(Number(message)));
    child.once('exit', () => reject(new Error('The bench server ended before it was asked.')));
  });
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    next: (event) =>
      new Promise((resolve) => {
        const listen = (message: unknown): void => {
          if (message !== event) return;
          child.off('message', listen);
          resolve();
        };
        child.on('message', listen);
      }),
    stop: () => child.kill(),
  };
}

if (process.argv.includes(serverFlag)) {
  const server = createServer((request, response) => {
    if (request.url === '/silent') {
      request.socket.once('close', () => process.send?.('closed'));
      process.send?.('arrived');
      return;
    }
    response.setHeader('content-type', 'application/json');
    response.end(body);
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
} else if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  console.table(await benchPipeline());
}
