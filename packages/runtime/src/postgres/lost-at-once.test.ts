import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pgBossEngine } from '../jobs/pg-boss-engine.ts';
import { postgresStore } from './postgres-store.ts';

/** https://www.postgresql.org/docs/15/protocol-message-formats.html */
function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

/** In one packet: signed in, ready, and ended by the administrator. */
const greeting = Buffer.concat([
  message('R', Buffer.alloc(4)),
  message('Z', Buffer.from('I')),
  message('E', Buffer.from('SFATAL\0C57P01\0Mterminating connection\0\0')),
]);

const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.once('data', () => socket.end(greeting));
});
let url: string;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `postgres://me@127.0.0.1:${(server.address() as AddressInfo).port}/state`;
});
afterAll(() => server.close());

/** The driver tells it by an event before anybody can have a listener; without one a process ends. */
describe('a connection that is ended in the moment in which it is opened', () => {
  it('is an error of the call, not the end of the process', async () => {
    const store = postgresStore({ url, busyTimeoutMs: 0 });
    await expect(store.transaction(async () => undefined)).rejects.toMatchObject({
      code: 'ERR_STORE_UNAVAILABLE',
      retryable: true,
    });
    await store.close();
  });

  it('is one of the jobs too', async () => {
    const store = postgresStore({ url, busyTimeoutMs: 0 });
    const engine = pgBossEngine({ store, url });
    await expect(engine.prepare()).rejects.toThrow('terminating connection');
    await engine.close();
    await store.close();
  });
});
