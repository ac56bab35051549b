import { createHash } from 'node:crypto';
import { type Clock, ConnectorError, type WriteChange } from '@common/connector-core';
import { createAuditTrail } from '@common/connector-core/audit';
import { createVault, environmentKeys } from '@common/connector-core/vault';
import { createSync, type Sync, type SyncTarget } from '@common/connector-sync';
import { sqlAuditSink } from '../../audit/sql-audit-sink.ts';
import { sqlJobEngine } from '../../jobs/sql-job-engine.ts';
import { connectionRegistry } from '../../registry/index.ts';
import { createFlowRunner, type FlowRunner } from '../../schedules/flow-runner.ts';
import type { SqlStore } from '../../sql-store.ts';
import { tableTarget } from '../../target/table-target.ts';
import { sqlSecretStore } from '../../vault/sql-secret-store.ts';
import { createWebhookInbox, type WebhookInbox } from '../../webhooks/webhook-inbox.ts';
import { createWebhookOutbox } from '../../webhooks/webhook-outbox.ts';
import { type Numbered, numberSource } from '../number-source.ts';
import { acmeFactory } from '../registry/acme-factory.ts';

/** Keys that the target has, by idempotency key: what it remembers of writes. */
export type Applied = Record<string, string>;

export const itemCount = 30;
export const poisoned = '000005';
/** Long ago: whatever a frozen process held has ended. */
export const frozenAt = Date.UTC(2025, 0, 15, 6);
export const tenant = 'acme';
export const flow = { tenant, connection: 'erp', flow: 'items' };

/** A target elsewhere, which knows idempotency keys. What it has applied is not in the state. */
export function erpWith(
  applied: Applied,
  options: { readonly isMended?: boolean; readonly onWritten?: () => Promise<void> } = {},
): SyncTarget & { readonly applied: Applied } {
  const { isMended = false, onWritten } = options;
  return {
    applied,
    idempotency: 'native',
    maxBatchSize: 10,
    async write(_entity, changes: readonly WriteChange[]) {
      const results = changes.map((change) => {
        const { idempotencyKey = '' } = change;
        const { number } = (change.op === 'upsert' ? change.record : {}) as Partial<Numbered>;
        if (number === poisoned && !isMended)
          return { status: 'failed', error: refused() } as const;
        const isNew = !Object.hasOwn(applied, idempotencyKey);
        if (isNew) applied[idempotencyKey] = `erp-${number}`;
        return { status: 'created', key: applied[idempotencyKey] ?? '' } as const;
      });
      await onWritten?.();
      return results;
    },
  };
}

export function itemsSync(options: {
  readonly store: SqlStore;
  readonly target: SyncTarget;
  readonly clock?: Clock;
  readonly id?: string;
}): Sync {
  return createSync<Numbered, Numbered>({
    id: 'items',
    ...options,
    tenant,
    source: numberSource({ count: itemCount, pageSize: 10 }),
    entity: 'item',
  });
}

/** The services around a state, with the same key of the vault in every version. */
export function servicesOf(store: SqlStore, clock?: Clock) {
  const keys = environmentKeys({
    environment: {
      COMMON_VAULT_KEY: `frozen:${createHash('sha256').update('frozen').digest('base64')}`,
    },
  });
  const vault = createVault({ secrets: sqlSecretStore({ store }), keys });
  const registry = connectionRegistry({ store, vault, clock, factories: [acmeFactory()] });
  const engine = sqlJobEngine({ store, clock, pollMs: 10 });
  const trail = createAuditTrail({ sink: sqlAuditSink({ store, chain: 'other' }) });
  const runner: FlowRunner = createFlowRunner({ store, engine, clock, flows: {} });
  const handled: string[] = [];
  const inbox: WebhookInbox = createWebhookInbox({
    ...{ store, engine, clock },
    handle: async ({ id }) => void handled.push(id),
  });
  const secretsOf = async () => `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const outbox = createWebhookOutbox({ store, engine, clock, secretsOf });
  return {
    ...{ vault, trail, runner, inbox, outbox, handled, tokens: vault.forTenant(tenant) },
    connections: registry.forTenant(tenant),
    table: tableTarget<Numbered>({ store, table: 'item', columns: { label: 'text' } }),
    async close() {
      await inbox.close();
      await outbox.close();
      await runner.close();
      await engine.close();
      await registry.close();
    },
  };
}

/** A row in every table, but for the sync of `itemsSync`: that is frozen in the middle. */
export async function fillState(store: SqlStore, clock: Clock): Promise<void> {
  const services = servicesOf(store, clock);
  const { connections, inbox, outbox, runner, table, tokens, trail } = services;
  const jane = { actor: 'jane@acme.example' };
  const connection = (code: string, environment: string) => ({
    ...{ code, type: 'acme', environment, settings: { baseUrl: 'https://erp.acme.example' } },
    credentials: { kind: 'basic', username: 'COMM_USER', password: 'frozen' },
  });
  await connections.create(connection('erp', 'test'), jane);
  await connections.create(connection('waits', 'production'), jane);
  await tokens.put({ connection: 'erp', name: 'own' }, { text: 'frozen' });
  await trail.record({
    ...{ actor: jane.actor, tenant: 'other', connection: 'erp', system: 'acme', operation: 'get' },
    ...{ keys: ['1'], outcome: 'succeeded', correlationId: 'frozen' },
  });
  await runner.schedule({ ...flow, cron: '0 6 * * *', timeZone: 'Europe/Vienna', paused: true });
  await runner.run(flow);
  await inbox.storeFor({ tenant, scope: 'acme/shop' })([
    { id: 'e1', type: 'order.changed', key: '1' },
    { id: 'e2', type: 'order.changed', key: '2' },
  ]);
  await outbox.setEndpoint({ tenant, id: 'crm', url: 'https://crm.example.com/hooks' });
  await outbox.send({ tenant, type: 'order.changed', data: { key: '1' }, id: 'm1' });
  await itemsSync({ id: 'table', store, target: table, clock }).run({ mode: 'full' });
  await services.close();
}

function refused(): ConnectorError {
  return new ConnectorError({
    code: 'ERR_VALIDATION',
    category: 'validation',
    message: 'The number is locked.',
  });
}
