// A process that takes the lease of a secret and never lets go of it: `lease-child.ts <url>`.
import { openStore } from '../open-store.ts';
import { sqlSecretStore } from '../vault/sql-secret-store.ts';

const [url = ''] = process.argv.slice(2);
await sqlSecretStore({ store: openStore({ url }) }).withLease(
  { tenant: 't1', connection: 'c1', name: 'token' },
  () => {
    process.stdout.write('held\n');
    return new Promise(() => setInterval(() => undefined, 1000));
  },
  { ttlMs: 600_000 },
);
