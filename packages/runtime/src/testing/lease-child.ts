// A process that takes the lease of a secret and never lets go of it: `lease-child.ts <path>`.
import { sqliteSecretStore } from '../vault/sqlite-secret-store.ts';

const [path = ''] = process.argv.slice(2);
await sqliteSecretStore({ path }).withLease(
  { tenant: 't1', connection: 'c1', name: 'token' },
  () => {
    process.stdout.write('held\n');
    return new Promise(() => setInterval(() => undefined, 1000));
  },
  { ttlMs: 600_000 },
);
