export { type SqlAuditSinkOptions, sqlAuditSink } from './audit/sql-audit-sink.ts';
export { sqlBudgetStore } from './budget/sql-budget-store.ts';
export { type BackupStateOptions, backupState } from './move/backup-state.ts';
export {
  type MigrateStateOptions,
  type MigrateStateReport,
  migrateState,
} from './move/migrate-state.ts';
export { reopenState } from './move/state-move.ts';
export { type OpenStoreOptions, openStore } from './open-store.ts';
export type { PostgresClient, PostgresPool } from './postgres/postgres-pool.ts';
export { type PostgresStoreOptions, postgresStore } from './postgres/postgres-store.ts';
export type { SqlStore } from './sql-store.ts';
export type { SqliteDatabaseOptions } from './sqlite/sqlite-database.ts';
export { sqliteStore } from './sqlite-store.ts';
export type {
  SqlDatabase,
  SqlDialect,
  SqlLock,
  SqlTransactionOptions,
} from './state/sql-database.ts';
export type { SqlStateTransaction } from './state/sql-state.ts';
export { type TableTarget, type TableTargetOptions, tableTarget } from './target/table-target.ts';
export { type SqlSecretStoreOptions, sqlSecretStore } from './vault/sql-secret-store.ts';
export { sqlDeliveryLog } from './webhooks/sql-delivery-log.ts';
