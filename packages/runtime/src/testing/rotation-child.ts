// A process that exchanges the keys of a vault: `rotation-child.ts <url>`, keys in COMMON_VAULT_KEY.
import { createVault, environmentKeys } from '@common/connector-core/vault';
import { openStore } from '../open-store.ts';
import { sqlSecretStore } from '../vault/sql-secret-store.ts';

const [url = ''] = process.argv.slice(2);
const store = openStore({ url });
const secrets = sqlSecretStore({ store });
const vault = createVault({ secrets, keys: environmentKeys() });
// The parent kills by progress, so that the test does not depend on the speed of the machine.
const report = await vault.rotate({
  onProgress: ({ rewrapped }) => void process.stdout.write(`${rewrapped}\n`),
});
await store.close();
process.stdout.write(JSON.stringify(report));
