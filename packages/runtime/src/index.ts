export {
  type SqliteAuditSink,
  type SqliteAuditSinkOptions,
  sqliteAuditSink,
} from './audit/sqlite-audit-sink.ts';
export { type SqliteBudgetStore, sqliteBudgetStore } from './budget/sqlite-budget-store.ts';
export type { SqlDatabase, SqliteDatabaseOptions } from './sqlite/sqlite-database.ts';
export { type SqliteStore, sqliteStore } from './sqlite-store.ts';
export { type TableTarget, type TableTargetOptions, tableTarget } from './target/table-target.ts';
export { type SqliteSecretStoreOptions, sqliteSecretStore } from './vault/sqlite-secret-store.ts';
export { type SqliteDeliveryLog, sqliteDeliveryLog } from './webhooks/sqlite-delivery-log.ts';
