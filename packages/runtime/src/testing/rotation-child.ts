// A process that exchanges the keys of a vault: `rotation-child.ts <path>`, keys in COMMON_VAULT_KEY.
import { createVault, environmentKeys } from '@common/connector-core/vault';
import { sqliteSecretStore } from '../vault/sqlite-secret-store.ts';

const [path = ''] = process.argv.slice(2);
const secrets = sqliteSecretStore({ path });
const vault = createVault({ secrets, keys: environmentKeys() });
// The parent kills by progress, so that the test does not depend on the speed of the machine.
const report = await vault.rotate({
  onProgress: ({ rewrapped }) => void process.stdout.write(`${rewrapped}\n`),
});
await secrets.close();
process.stdout.write(JSON.stringify(report));
