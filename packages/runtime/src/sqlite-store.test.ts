import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isWalSafe } from './sqlite/sqlite-database.ts';
import { sqliteStore } from './sqlite-store.ts';

let folder: string;
let files = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sqlite-store-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const newPath = () => {
  files += 1;
  return join(folder, `state-${files}.db`);
};

describe('the SQLite store', () => {
  it('makes files that only their owner may read', async () => {
    const store = sqliteStore({ path: join(folder, 'private', 'state.db') });
    await store.transaction(async () => undefined);
    const names = readdirSync(join(folder, 'private'));
    expect(names).toContain('state.db');
    for (const name of names) {
      expect(statSync(join(folder, 'private', name)).mode & 0o077, name).toBe(0);
    }
    await store.close();
  });

  it('makes the folder of its file', async () => {
    const store = sqliteStore({ path: join(folder, 'a', 'b', 'state.db') });
    await store.transaction((state) => state.checkpoints.set({ tenant: 't', flow: 'f' }, 'x', {}));
    await store.close();
  });

  it('is durable at every commit and writes ahead only where that is safe', async () => {
    const path = newPath();
    const store = sqliteStore({ path });
    const pragmas = await store.database.transaction(async (db) => {
      const { CompiledQuery } = await import('kysely');
      const read = async (name: string) =>
        Object.values(
          (await db.executeQuery(CompiledQuery.raw(`pragma ${name}`))).rows[0] as object,
        )[0];
      return { synchronous: await read('synchronous'), mode: await read('journal_mode') };
    });
    await store.close();
    const version = new DatabaseSync(':memory:').prepare('select sqlite_version() as v').get()?.v;
    expect(pragmas).toEqual({
      synchronous: 2,
      mode: isWalSafe(String(version)) ? 'wal' : 'truncate',
    });
    expect(['3.50.4', '3.51.2', '3.51.3', '3.52.0', '4.0.0'].map(isWalSafe)).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  it('says so when a newer version has written the state', async () => {
    const path = newPath();
    const store = sqliteStore({ path });
    await store.transaction(async () => undefined);
    await store.close();
    const database = new DatabaseSync(path);
    database.exec('insert into sync_schema (version) values (999)');
    database.close();
    const old = sqliteStore({ path });
    await expect(old.transaction(async () => undefined)).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      message: expect.stringContaining('Update @common/connector-runtime'),
    });
    await old.close();
  });

  it('waits for another writer, and says so when that takes too long', async () => {
    const path = newPath();
    let now = 0;
    const other = new DatabaseSync(path);
    const clock = {
      now: () => now,
      async sleep(ms: number) {
        now += ms;
        if (now > 300 && other.isOpen && !isStubborn) other.close();
      },
    };
    let isStubborn = false;
    other.exec('begin immediate');
    const store = sqliteStore({ path, clock, busyTimeoutMs: 1000 });
    await store.transaction((state) => state.checkpoints.set({ tenant: 't', flow: 'f' }, 'x', {}));
    expect(now).toBeGreaterThan(300);

    isStubborn = true;
    const another = new DatabaseSync(path);
    another.exec('begin immediate');
    await expect(store.transaction(async () => undefined)).rejects.toMatchObject({
      code: 'ERR_STORE_BUSY',
      retryable: true,
    });
    another.close();
    await store.close();
  });

  it.each(['removed', 'replaced'])('stores nothing when its file was %s', async (what) => {
    const path = newPath();
    const store = sqliteStore({ path });
    const flow = { tenant: 't', flow: 'f' };
    await store.transaction((state) => state.checkpoints.set(flow, 'x', {}));
    for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
    if (what === 'replaced') {
      const other = sqliteStore({ path });
      await other.transaction((state) => state.checkpoints.set(flow, 'y', {}));
      await other.close();
    }
    await expect(
      store.transaction((state) => state.checkpoints.set(flow, 'x', { n: 2 })),
    ).rejects.toMatchObject({
      code: 'ERR_STORE_GONE',
      message: expect.stringContaining(path),
    });
    await store.close();
  });

  it('opens state of the first schema', async () => {
    const path = newPath();
    await sqliteStore({ path }).transaction(async () => undefined);
    const database = new DatabaseSync(path);
    // Whatever later steps have made.
    const tables = database.prepare("select name from sqlite_schema where type = 'table'").all();
    for (const { name } of tables) {
      if (!String(name).startsWith('sync_')) database.exec(`drop table "${name}"`);
    }
    database.exec(`
      delete from sync_schema where version > 1;
      alter table sync_link drop column left_part;
      alter table sync_link drop column right_part;
      alter table sync_link drop column left_shadow;
      alter table sync_link drop column right_shadow;
      insert into sync_link values ('t', 's', 'l', 'r', 'ld', 'rd', 1, 0, 5);
    `);
    database.close();
    const store = sqliteStore({ path });
    const links = await store.transaction((state) =>
      state.links.byKeys({ tenant: 't', space: 's' }, 'left', ['l']),
    );
    expect(links).toEqual([
      {
        leftKey: 'l',
        rightKey: 'r',
        leftPart: undefined,
        rightPart: undefined,
        leftDigest: 'ld',
        rightDigest: 'rd',
        version: 1,
        deleted: false,
        updatedAt: 5,
      },
    ]);
    await store.close();
  });

  it('says what to do with a file that is no database', async () => {
    const path = newPath();
    writeFileSync(path, 'x'.repeat(5000));
    const store = sqliteStore({ path });
    await expect(store.transaction(async () => undefined)).rejects.toMatchObject({
      code: 'ERR_STORE_DAMAGED',
      category: 'configuration',
      message: expect.stringMatching(
        `^The database ${path} is damaged, or no SQLite database. Restore`,
      ),
    });
    await store.close();
  });

  it('says what to do when the file cannot be there, and opens it once it can', async () => {
    const blocked = newPath();
    writeFileSync(blocked, '');
    const store = sqliteStore({ path: join(blocked, 'state.db') });
    await expect(store.transaction(async () => undefined)).rejects.toMatchObject({
      code: 'ERR_STORE_UNUSABLE',
      message: expect.stringContaining('Check the path'),
    });
    rmSync(blocked);
    expect(await store.transaction(async () => 'open')).toBe('open');
    await store.close();
  });

  it('refuses work after it was closed', async () => {
    const store = sqliteStore({ path: newPath() });
    await store.transaction(async () => undefined);
    await store.close();
    await store.close();
    await expect(store.transaction(async () => undefined)).rejects.toMatchObject({
      code: 'ERR_STORE_CLOSED',
    });
  });

  it('loses nothing with two connections that write in turn', async () => {
    const path = newPath();
    const stores = [sqliteStore({ path }), sqliteStore({ path })];
    const flow = { tenant: 't', flow: 'f' };
    await Promise.all(
      stores.flatMap((store) =>
        Array.from({ length: 20 }, () =>
          store.transaction(async (state) => {
            const before = (await state.checkpoints.get(flow, 'n')) as { n: number } | undefined;
            await state.checkpoints.set(flow, 'n', { n: (before?.n ?? 0) + 1 });
          }),
        ),
      ),
    );
    expect(await stores[0]?.transaction((state) => state.checkpoints.get(flow, 'n'))).toEqual({
      n: 40,
    });
    for (const store of stores) await store.close();
  });
});
