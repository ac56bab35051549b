import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { openStore } from './open-store.ts';
import { sqliteStore } from './sqlite-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'open-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('openStore', () => {
  it.each([
    ['a path', (path: string) => path],
    ['a URL', (path: string) => pathToFileURL(path).href],
    ['file: and a path', (path: string) => `file:${path}`],
  ])('opens a SQLite file by %s', async (what, urlOf) => {
    const path = join(folder, `${what.replaceAll(/\W/g, '-')}.db`);
    const flow = { tenant: 't', flow: 'f' };
    const store = openStore({ url: urlOf(path) });
    await store.transaction((state) => state.checkpoints.set(flow, 'x', { n: 1 }));
    await store.close();
    const again = openStore({ url: path });
    expect(await again.transaction((state) => state.checkpoints.get(flow, 'x'))).toEqual({ n: 1 });
    await again.close();
  });

  it.each(['postgres://localhost/state', 'postgresql://localhost/state'])(
    'takes %s for a server',
    (url) => {
      expect(openStore({ url }).database.dialect).toBe('postgres');
    },
  );

  it('keeps nothing of :memory:', () => {
    expect(openStore({ url: ':memory:' })).toMatchObject({
      durable: false,
      database: { dialect: 'sqlite' },
    });
  });

  it.each([
    ['mysql://localhost/state', 'postgres://'],
    ['', 'empty'],
    [undefined as never, 'empty'],
  ])('says what it knows when it is given "%s"', (url, says) => {
    expect(() => openStore({ url })).toThrow(says);
  });

  it.each(['', undefined as never])('has a path when it is a file: not "%s"', (path) => {
    expect(() => sqliteStore({ path })).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIGURATION', path: 'path' }),
    );
  });

  it('has no schema for a file', () => {
    expect(() => openStore({ url: 'state.db', schema: 's' })).toThrow('Leave it out');
  });
});
