import { open } from 'node:fs/promises';
import { ConnectorError } from '../../errors/connector-error.ts';
import type { KeyProvider } from '../key-provider.ts';
import { localKeys } from './local-keys.ts';
import { parseKeys } from './parse-keys.ts';

/** Options of `fileKeys`. */
export interface FileKeysOptions {
  readonly path: string;
}

const readableByOthers = 0o077;
const mostBytes = 65_536;

/**
 * Keys from a file that nobody else may read: one `id:key` per line, the current one first, each 32
 * bytes in base64 or hexadecimal (without an id it is `file`). The file is read again when a secret
 * names a key that was not in it, so that keys are changed without a restart of the readers.
 *
 * Where files have no modes, as on Windows, their permissions are not checked.
 */
export function fileKeys({ path }: FileKeysOptions): KeyProvider {
  return localKeys('file', async () =>
    parseKeys(await readPrivateFile(path), { defaultId: 'file', where: `The key file ${path}` }),
  );
}

async function readPrivateFile(path: string): Promise<string> {
  const file = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    throw refusal(
      `The key file ${path} cannot be read (${cause.code}). Make it with "openssl rand -base64 32 > ${path} && chmod 600 ${path}", as the user of this process, or correct the path.`,
      cause,
    );
  });
  try {
    const stat = await file.stat();
    const mode = stat.mode & 0o777;
    if (!stat.isFile() || stat.size > mostBytes) {
      throw refusal(`${path} is no key file: it has to be a file of at most ${mostBytes} bytes.`);
    }
    if (process.platform !== 'win32' && (mode & readableByOthers) !== 0) {
      throw refusal(
        `The key file ${path} is open to others (mode ${mode.toString(8)}). Run "chmod 600 ${path}", and change the key if others may have read it.`,
      );
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function refusal(message: string, cause?: unknown): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message,
    cause,
  });
}
