import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { sqliteStore } from '../sqlite-store.ts';
import { registrySuite } from '../testing/registry/registry-suite.ts';

describe('the connection registry in memory', () => {
  registrySuite(async () => sqliteStore({ path: ':memory:' }));
});

describe('the connection registry in a file', () => {
  let folder: string;
  let files = 0;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'registry-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  registrySuite(async () => {
    files += 1;
    return sqliteStore({ path: join(folder, `${files}.db`) });
  });
});
