import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

/**
 * Makes this process the only job of the folder. A killed `npm` may leave the job that it started behind; it
 * ends as soon as the next one knocks at its port. Nothing is lost by that: a job may end at any moment.
 *
 * @returns lets go of the port
 */
export async function takeOver(folder: string): Promise<() => void> {
  const file = join(folder, 'job-port');
  if (existsSync(file)) await knock(Number(readFileSync(file, 'utf8')));
  const server = createServer(() => process.exit(1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const address = server.address();
  writeFileSync(file, String(typeof address === 'object' ? address?.port : ''));
  return () => server.close();
}

/** Resolves when nobody is there any more. */
function knock(port: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
  });
}
