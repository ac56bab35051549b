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
  const port = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (Number.isInteger(port) && port > 0 && port < 65_536) await knock(port);
  const server = createServer(() => {
    console.error('\nAnother npm start was started in this folder and goes on with this run.');
    process.exit(1);
  });
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
    // After a restart of the machine the port may be anybody's.
    socket.setTimeout(5000, () => socket.destroy());
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
  });
}
