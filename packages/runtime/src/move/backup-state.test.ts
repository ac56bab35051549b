import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSync } from '@common/connector-sync';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SqlStore } from '../sql-store.ts';
import { sqliteStore } from '../sqlite-store.ts';
import { type TableTarget, tableTarget } from '../target/table-target.ts';
import { numberSource } from '../testing/number-source.ts';
import { backupState } from './backup-state.ts';

const count = 4000;
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backup-'));
  path = join(folder, 'state.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function itemsOf(store: SqlStore, target: TableTarget, onProgress?: () => void) {
  const source = numberSource({ count, pageSize: 100 });
  return createSync({ id: 'items', source, target, entity: 'item', store, onProgress });
}

describe('a backup of a SQLite state', () => {
  it('that is made while a flow writes is of one moment: what it has is linked, what it lacks is written', async () => {
    const store = sqliteStore({ path });
    const to = join(folder, 'backup.db');
    let backup: Promise<void> | undefined;
    let pages = 0;
    const target = tableTarget({ store, table: 'item' });
    await itemsOf(store, target, () => {
      pages += 1;
      if (pages === 10) backup = backupState({ path, to });
    }).run({ mode: 'full' });
    await backup;
    expect(await target.count()).toBe(count);
    await store.close();

    const restored = sqliteStore({ path: to });
    const rows = tableTarget({ store: restored, table: 'item' });
    const before = await rows.count();
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(count);
    // Its process is this one, and lives: the lease of the flow has to end first.
    await restored.database.transaction((db) =>
      sql`update sync_lease set expires_at = 0`.execute(db),
    );
    const report = await itemsOf(restored, rows).run({ mode: 'full' });
    expect(report).toMatchObject({ resumed: true, inserted: count - before });
    expect(await rows.count()).toBe(count);
    await restored.close();
  });

  it('is for its owner only', async () => {
    const store = sqliteStore({ path });
    await store.transaction(async () => undefined);
    const to = join(folder, 'backup.db');
    await backupState({ path, to });
    expect(statSync(to).mode & 0o777).toBe(0o600);
    await store.close();
  });

  it('does not overwrite, and says what is missing', async () => {
    writeFileSync(path, '');
    const to = join(folder, 'backup.db');
    writeFileSync(to, '');
    await expect(backupState({ path, to })).rejects.toThrow('is there already');
    await expect(backupState({ path: join(folder, 'no.db'), to })).rejects.toThrow(
      'There is no file',
    );
    writeFileSync(path, 'no database at all, but long enough to be looked at as one');
    await expect(backupState({ path, to: join(folder, 'other.db') })).rejects.toMatchObject({
      code: 'ERR_STORE_DAMAGED',
    });
  });
});
