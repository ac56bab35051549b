import type { TokenStore } from '@common/connector-core';
import { createVault, environmentKeys, vaultTokenStore } from '@common/connector-core/vault';
import { openStore, sqlSecretStore } from '../packages/runtime/src/index.ts';
import { tenant } from './storm-messages.ts';

/** The encrypted token store that all processes of a storm share: a file, and a key by environment. */
export function openTokens(
  path: string,
  environment: NodeJS.ProcessEnv = process.env,
): {
  readonly tokens: TokenStore;
  readonly close: () => Promise<void>;
} {
  const store = openStore({ url: path });
  const secrets = sqlSecretStore({ store });
  const vault = createVault({ secrets, keys: environmentKeys({ environment }) });
  return { tokens: vaultTokenStore({ vault, tenant }), close: () => store.close() };
}
