import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import {
  findPostgres,
  type PostgresServer,
  startPostgres,
  withoutPostgres,
} from './packages/runtime/src/testing/postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers the URL of the one PostgreSQL server of this run, which it starts when it is asked first. */
    readonly postgres: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const bin = findPostgres();
  if (bin === undefined) console.log(withoutPostgres);
  let server: Promise<PostgresServer | undefined> | undefined;

  async function start(): Promise<PostgresServer | undefined> {
    return bin === undefined ? undefined : startPostgres({ bin });
  }

  const broker = createServer((_request, response) => {
    server ??= start();
    server.then(
      (started) => response.end(started?.url ?? ''),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
  await new Promise<void>((resolve) => broker.listen(0, '127.0.0.1', resolve));
  broker.unref();
  project.provide('postgres', `http://127.0.0.1:${(broker.address() as AddressInfo).port}`);
  return async () => {
    broker.close();
    await (await server)?.close();
  };
}
