import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TokenStore, tokenStoreConformance } from '@common/connector-core';
import {
  createVault,
  environmentKeys,
  type SecretStore,
  vaultTokenStore,
} from '@common/connector-core/vault';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqliteSecretStore } from './sqlite-secret-store.ts';

const keys = environmentKeys({
  environment: { COMMON_VAULT_KEY: randomBytes(32).toString('hex') },
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokens-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('tokens in the vault in SQLite', () => {
  const secrets = new WeakMap<TokenStore, SecretStore>();
  const open = async (): Promise<TokenStore> => {
    const rows = sqliteSecretStore({ path: join(folder, 'vault.db') });
    const tokens = vaultTokenStore({ vault: createVault({ secrets: rows, keys }), tenant: 't' });
    secrets.set(tokens, rows);
    return tokens;
  };
  tokenStoreConformance({
    describe,
    it,
    expect,
    create: open,
    reopen: open,
    close: async (stores) => {
      for (const store of stores) await secrets.get(store)?.close();
    },
  });
});
