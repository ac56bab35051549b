import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { tokenStoreConformance } from '../auth/tokens/token-store-conformance.ts';
import { createVault } from './create-vault.ts';
import { environmentKeys } from './keys/environment-keys.ts';
import { memorySecretStore } from './memory-secret-store.ts';
import { vaultTokenStore } from './vault-token-store.ts';

const keys = environmentKeys({
  environment: { COMMON_VAULT_KEY: randomBytes(32).toString('hex') },
});

describe('tokens in the vault', () => {
  tokenStoreConformance({
    describe,
    it,
    expect,
    create: async () =>
      vaultTokenStore({ vault: createVault({ secrets: memorySecretStore(), keys }), tenant: 't' }),
  });
});
