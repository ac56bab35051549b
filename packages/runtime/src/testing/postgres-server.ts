import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A PostgreSQL server of its own: own data, own port, own password; gone when this process is. */
export interface PostgresServer {
  /** `postgres://postgres:…@127.0.0.1:…/postgres` */
  readonly url: string;
  /** `fast` ends all connections in order; `immediate` is a crash: it recovers at the next start. */
  restart(mode: 'fast' | 'immediate'): Promise<void>;
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
  /** Stops it and removes its data. */
  close(): Promise<void>;
}

/** What is said where there is no server. */
export const withoutPostgres =
  'PostgreSQL is not installed: its tests run on PGlite. Those of several processes, lost connections, restarts and workers that are killed on pg-boss need a server and do not run. REQUIRE_POSTGRES=1 makes that a failure.';

const debianFolder = '/usr/lib/postgresql';

/**
 * The folder of `initdb` and `postgres`: of `POSTGRES_BIN`, of Debian's packages, or of the path.
 * `POSTGRES_BIN=none` is a machine that has none.
 *
 * @throws Error without one when `REQUIRE_POSTGRES` is set: CI must not pass without
 */
export function findPostgres(): string | undefined {
  const versions = existsSync(debianFolder) ? readdirSync(debianFolder) : [];
  const folders = [
    process.env.POSTGRES_BIN ?? '',
    ...versions
      .toSorted((a, b) => Number(b) - Number(a))
      .map((name) => join(debianFolder, name, 'bin')),
    ...(process.env.PATH ?? '').split(':'),
  ];
  const isWanted = process.env.POSTGRES_BIN !== 'none';
  const found = folders.find(
    (folder) =>
      isWanted &&
      folder !== '' &&
      existsSync(join(folder, 'initdb')) &&
      existsSync(join(folder, 'postgres')),
  );
  if (found === undefined && process.env.REQUIRE_POSTGRES) {
    throw new Error('REQUIRE_POSTGRES is set and there is no PostgreSQL. Install postgresql-15.');
  }
  return found;
}

/** @param options.isDurable - waits for the disk at every commit. @default false */
export async function startPostgres(options: {
  readonly bin: string;
  readonly isDurable?: boolean;
}): Promise<PostgresServer> {
  const { bin, isDurable = false } = options;
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  const data = join(folder, 'data');
  const user = unprivileged();
  const password = randomBytes(16).toString('hex');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password);
  mkdirSync(data);
  if (user !== undefined) {
    for (const path of [folder, data, passwordFile]) chownSync(path, user.uid, user.gid);
  }
  chmodSync(folder, 0o700);
  // The order of a language, as many servers have it: what needs another must say so.
  const locale = [
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    '--locale-provider=icu',
    '--icu-locale=en-US',
  ];
  const made = spawnSync(
    join(bin, 'initdb'),
    [
      '-D',
      data,
      '-U',
      'postgres',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--no-sync',
      '--no-instructions',
      ...locale,
    ],
    { ...user, cwd: folder, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}${made.stdout}`);
  const port = await freePort();
  const args = [
    '-D',
    data,
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    `port=${port}`,
    '-c',
    'unix_socket_directories=',
    '-c',
    `fsync=${isDurable ? 'on' : 'off'}`,
    '-c',
    'max_connections=200',
    '-c',
    'shared_buffers=128MB',
  ];
  let child: ChildProcess | undefined;
  let ended: Promise<void> = Promise.resolve();

  async function start(): Promise<void> {
    // The shell outlives nobody: when this process is gone, however it went, its input ends, and so does the server.
    const script = `
      folder=$1; shift
      "$@" & server=$!
      if read -r signal; then kill -"$signal" $server; wait $server
      else kill -QUIT $server; wait $server; rm -rf "$folder"; fi
    `;
    child = spawn('sh', ['-c', script, 'sh', folder, join(bin, 'postgres'), ...args], {
      ...user,
      cwd: folder,
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let log = '';
    const started = child;
    // Not `close`: that waits for whoever holds the other end of its log.
    ended = new Promise((resolve) => started.on('exit', () => resolve()));
    await new Promise<void>((resolve, reject) => {
      started.on('error', reject);
      started.on('exit', () => reject(new Error(`PostgreSQL did not start: ${log}`)));
      started.stderr?.on('data', (chunk: Buffer) => {
        log = (log + chunk.toString()).slice(-10_000);
        if (log.includes('database system is ready to accept connections')) resolve();
      });
    });
    started.unref();
    (started.stderr as Socket | null)?.unref();
    (started.stdin as Socket | null)?.unref();
  }

  async function stop(mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
    child?.ref();
    child?.stdin?.end(mode === 'fast' ? 'INT\n' : 'QUIT\n');
    await ended;
    child = undefined;
  }

  await start();
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    stop,
    async restart(mode) {
      await stop(mode);
      await start();
    },
    async close() {
      await stop('immediate');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** PostgreSQL does not run as root. */
function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) =>
    Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}
