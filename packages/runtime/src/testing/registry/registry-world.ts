import { randomBytes } from 'node:crypto';
import {
  type HttpTransport,
  type ManualClock,
  manualClock,
  type WireRequest,
} from '@common/connector-core';
import { type AuditRecord, createAuditTrail } from '@common/connector-core/audit';
import {
  createVault,
  environmentKeys,
  memorySecretStore,
  type SealedSecret,
  type SecretStore,
  type Vault,
} from '@common/connector-core/vault';
import { databaseOf } from '../../registry/connection-rows.ts';
import {
  type ConnectionRegistry,
  type ConnectionRegistryOptions,
  connectionRegistry,
  type NewConnection,
  type TenantConnections,
} from '../../registry/index.ts';
import type { SqlStore } from '../../sql-store.ts';
import { acmeFactory } from './acme-factory.ts';

/** Opens an empty store. */
export type OpenTestStore = () => Promise<SqlStore>;

export const jane = { actor: 'jane@acme.example' };
export const joe = { actor: 'joe@acme.example' };
export const ann = { actor: 'ann@acme.example' };

/** Secrets that must never be seen. */
export const password = 'canary-password-1';

export function sample(more: Partial<NewConnection> = {}): NewConnection {
  return {
    code: 'erp',
    name: 'ERP of the plant',
    type: 'acme',
    environment: 'test',
    settings: { baseUrl: 'https://erp.acme.example', pageSize: 100 },
    credentials: { kind: 'basic', username: 'COMM_USER', password },
    ...more,
  };
}

/** A registry with everything around it. */
export interface RegistryWorld {
  readonly store: SqlStore;
  readonly vault: Vault;
  readonly secrets: SecretStore;
  readonly clock: ManualClock;
  readonly factory: ReturnType<typeof acmeFactory>;
  readonly registry: ConnectionRegistry;
  /** The connections of tenant `t1`. */
  readonly connections: TenantConnections;
  readonly requests: WireRequest[];
  /** Another process on the same state. */
  another(options?: Partial<ConnectionRegistryOptions>): ConnectionRegistry;
  /** The audit of a tenant. */
  audit(tenant?: string): Promise<readonly AuditRecord[]>;
  /** Whether the chain of a tenant is sound. */
  isAuditSound(tenant?: string): Promise<boolean>;
  /** Names of all secrets in the vault. */
  secretNames(): Promise<readonly string[]>;
  rows(): Promise<readonly SealedSecret[]>;
  /** Everything that the tables hold, as text. */
  everything(): Promise<string>;
  close(): Promise<void>;
}

export async function registryWorld(
  open: OpenTestStore,
  options: Partial<ConnectionRegistryOptions> = {},
): Promise<RegistryWorld> {
  const store = options.store ?? (await open());
  const secrets = memorySecretStore();
  const key = `k1:${randomBytes(32).toString('base64')}`;
  const keys = environmentKeys({ environment: { COMMON_VAULT_KEY: key } });
  const vault = options.vault ?? createVault({ secrets, keys });
  const clock = manualClock(Date.UTC(2026, 10, 20));
  const factory = acmeFactory();
  const requests: WireRequest[] = [];
  const transport: HttpTransport = {
    close: async () => undefined,
    async exchange(request) {
      requests.push(request);
      const body = request.url.endsWith('/token')
        ? { access_token: `access-${requests.length}`, refresh_token: 'r2', expires_in: 3600 }
        : {};
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify(body)),
      };
    },
  };
  const registries: ConnectionRegistry[] = [];
  const another: RegistryWorld['another'] = (more = {}) => {
    const registry = connectionRegistry({
      ...{ store, vault, clock, factories: [factory], services: { transport } },
      ...options,
      ...more,
    });
    registries.push(registry);
    return registry;
  };
  const registry = another();

  const audit: RegistryWorld['audit'] = (tenant = 't1') =>
    store.transaction(
      async (state) => {
        const found = await databaseOf(state)
          .selectFrom('audit_record')
          .select('record')
          .where('chain', '=', tenant)
          .orderBy('sequence')
          .execute();
        return found.map(({ record }) => JSON.parse(record) as AuditRecord);
      },
      { readOnly: true },
    );
  const rows = () => secrets.list({ limit: 1000 });

  return {
    ...{ store, vault, secrets, clock, factory, registry, requests, another, audit, rows },
    connections: registry.forTenant('t1'),
    async isAuditSound(tenant) {
      const records = await audit(tenant);
      async function* read() {
        yield* records;
      }
      const sink = { append: () => Promise.reject(new Error('read only')), read };
      return (await createAuditTrail({ sink }).verify()).ok;
    },
    secretNames: async () =>
      (await rows()).map(({ tenant, connection, name }) => `${tenant}/${connection}/${name}`),
    everything: () =>
      store.transaction(
        async (state) => {
          const db = databaseOf(state);
          const tables = [
            await db.selectFrom('connection').selectAll().execute(),
            await db.selectFrom('connection_change').selectAll().execute(),
            await db.selectFrom('connection_secret').selectAll().execute(),
            await db.selectFrom('audit_record').selectAll().execute(),
          ];
          return JSON.stringify(tables);
        },
        { readOnly: true },
      ),
    async close() {
      for (const one of registries) await one.close();
      await store.close();
    },
  };
}

/** Tests in a world of their own, which is closed when they are over. */
export function worldOf(open: OpenTestStore) {
  return (
    work: (world: RegistryWorld) => Promise<void>,
    options: Parameters<typeof registryWorld>[1] = {},
  ) =>
    async (): Promise<void> => {
      const world = await registryWorld(open, options);
      try {
        await work(world);
      } finally {
        await world.close();
      }
    };
}
