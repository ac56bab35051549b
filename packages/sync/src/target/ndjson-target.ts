import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConnectorError, type JsonValue, type WriteResult } from '@common/connector-core';
import type { SyncTarget } from './sync-target.ts';

/** A file of changes as a target. */
export interface NdjsonTarget extends SyncTarget {
  close(): Promise<void>;
}

/**
 * Appends every change to a file, one JSON text a line: `{"op":"upsert","key":…,"record":…}` or
 * `{"op":"delete","key":…}`. Exact under kill: the length of the file is stored with every
 * checkpoint, and what is behind it is cut off before the next run writes. One file belongs to one
 * flow.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when the file is shorter than what was committed
 */
export function ndjsonTarget({ path }: { readonly path: string }): NdjsonTarget {
  let file: FileHandle | undefined;
  let offset = 0;
  let tail: Promise<unknown> = Promise.resolve();

  async function opened(): Promise<FileHandle> {
    if (file !== undefined) return file;
    await mkdir(dirname(resolve(path)), { recursive: true });
    // Read and write at places of our choice: append mode would not go back.
    await (await open(path, 'a')).close();
    const handle = await open(path, 'r+');
    offset = (await handle.stat()).size;
    file = handle;
    return handle;
  }

  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = tail.then(work);
    tail = result.catch(() => undefined);
    return result;
  }

  return {
    idempotency: 'position',
    maxBatchSize: 1000,
    write: (_entity, changes) =>
      inTurn(async () => {
        const handle = await opened();
        const lines = changes.map(({ op, key, ...change }) =>
          JSON.stringify('record' in change ? { op, key, record: change.record } : { op, key }),
        );
        const bytes = Buffer.from(`${lines.join('\n')}\n`);
        await handle.write(bytes, 0, bytes.length, offset);
        offset += bytes.length;
        return changes.map(
          ({ op, key = '' }): WriteResult => ({
            status: op === 'delete' ? 'deleted' : 'created',
            key,
          }),
        );
      }),
    position: () =>
      inTurn(async () => {
        const handle = await opened();
        await handle.datasync();
        return { offset };
      }),
    resume: (position) =>
      inTurn(async () => {
        const handle = await opened();
        const { size } = await handle.stat();
        offset = offsetOf(position) ?? size;
        if (size < offset) throw tooShort(path, { size, offset });
        await handle.truncate(offset);
      }),
    close: () =>
      inTurn(async () => {
        await file?.close();
        file = undefined;
      }),
  };
}

function offsetOf(position: JsonValue | undefined): number | undefined {
  if (typeof position !== 'object' || position === null || !('offset' in position))
    return undefined;
  return Number(position.offset);
}

function tooShort(
  path: string,
  { size, offset }: { readonly size: number; readonly offset: number },
): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message:
      `The file ${path} has ${size} bytes, ${offset} were written to it: it was moved, replaced or cut. ` +
      'Put it back, or start a new flow with a new id.',
  });
}
