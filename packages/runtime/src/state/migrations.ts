import { ConnectorError } from '@common/connector-core';
import { type ColumnDefinitionBuilder, type CreateTableBuilder, type Kysely, sql } from 'kysely';
import type { SqlDatabase, SqlDialect } from './sql-database.ts';

/** One step of the schema. Steps are only ever added: state of every released version must open in the next. */
type Migration = (context: MigrationContext) => Promise<void>;

/** Where the tables are. */
export interface MigrationContext {
  readonly db: Kysely<unknown>;
  readonly dialect: SqlDialect;
}

const migrations: readonly Migration[] = [
  async function initial(context) {
    const { db } = context;
    await table(context, 'sync_lease', ['tenant', 'scope'])
      .addColumn('owner', 'text', required)
      .addColumn('token', 'integer', required)
      .addColumn('expires_at', 'bigint', required)
      .execute();
    await table(context, 'sync_checkpoint', ['tenant', 'flow', 'name'])
      .addColumn('value', 'text', required)
      .execute();
    await table(context, 'sync_intent', ['tenant', 'flow'], 'chunk')
      .addColumn('intents', 'text', required)
      .execute();
    await table(context, 'sync_link', ['tenant', 'space', 'left_key'])
      .addColumn('right_key', 'text', required)
      .addColumn('left_digest', 'text', required)
      .addColumn('right_digest', 'text', required)
      .addColumn('version', 'integer', required)
      .addColumn('deleted', 'integer', required)
      .addColumn('updated_at', 'bigint', required)
      .execute();
    await db.schema
      .createIndex('sync_link_right')
      .on('sync_link')
      .columns(['tenant', 'space', 'right_key'])
      .execute();
    await table(context, 'sync_dead_letter', ['tenant', 'flow', 'id'])
      .addColumn('stage', 'text', required)
      .addColumn('entity', 'text', required)
      .addColumn('op', 'text', required)
      .addColumn('key', 'text', required)
      .addColumn('source_key', 'text')
      .addColumn('attempts', 'integer', required)
      .addColumn('error_code', 'text', required)
      .addColumn('error_category', 'text', required)
      .addColumn('error_message', 'text', required)
      .addColumn('error_path', 'text')
      .addColumn('retryable', 'integer', required)
      .addColumn('digest', 'text')
      .addColumn('first_at', 'bigint', required)
      .addColumn('last_at', 'bigint', required)
      .addColumn('status', 'text', required)
      .addColumn('reason', 'text')
      .execute();
    await db.schema
      .createIndex('sync_dead_letter_source')
      .on('sync_dead_letter')
      .columns(['tenant', 'flow', 'source_key'])
      .execute();
    await table(context, 'sync_run', ['tenant', 'flow', 'run_id'])
      .addColumn('mode', 'text', required)
      .addColumn('status', 'text', required)
      .addColumn('started_at', 'bigint', required)
      .addColumn('updated_at', 'bigint', required)
      .addColumn('counts', 'text', required)
      .addColumn('error_code', 'text')
      .execute();
  },
  async function partsOfLinks({ db }) {
    await db.schema.alterTable('sync_link').addColumn('left_part', 'text').execute();
    await db.schema.alterTable('sync_link').addColumn('right_part', 'text').execute();
  },
  async function secrets(context) {
    await table(context, 'vault_secret', ['tenant', 'connection', 'name'])
      .addColumn('version', 'bigint', required)
      .addColumn('key_id', 'text', required)
      .addColumn('sealed', 'text', required)
      .execute();
    await context.db.schema
      .createIndex('vault_secret_key')
      .on('vault_secret')
      .column('key_id')
      .execute();
    await table(context, 'vault_key_check', ['key_id'])
      .addColumn('value', 'text', required)
      .execute();
  },
  async function webhookDeliveries(context) {
    await table(context, 'webhook_delivery', ['scope', 'id'])
      .addColumn('done', 'integer', required)
      .addColumn('until', 'bigint', required)
      .execute();
    await context.db.schema
      .createIndex('webhook_delivery_until')
      .on('webhook_delivery')
      .columns(['scope', 'until'])
      .execute();
  },
  async function vendorBudgets(context) {
    await table(context, 'vendor_budget', ['budget'])
      .addColumn('state', 'text', required)
      .execute();
  },
  async function auditRecords(context) {
    await table(context, 'audit_record', ['chain'], 'sequence')
      .addColumn('hash', 'text', required)
      .addColumn('record', 'text', required)
      .execute();
  },
  async function connections(context) {
    await table(context, 'connection', ['tenant', 'id'])
      .addColumn('code', 'text', required)
      .addColumn('name', 'text', required)
      .addColumn('type', 'text', required)
      .addColumn('url', 'text')
      .addColumn('auth_method', 'text', required)
      .addColumn('environment', 'text', required)
      .addColumn('active', 'integer', required)
      .addColumn('settings', 'text', required)
      .addColumn('credentials', 'text', required)
      .addColumn('token', 'text', required)
      .addColumn('version', 'bigint', required)
      .addColumn('last_sync_at', 'bigint')
      .addColumn('created_by', 'text', required)
      .addColumn('created_at', 'bigint', required)
      .addColumn('updated_by', 'text', required)
      .addColumn('updated_at', 'bigint', required)
      .addColumn('removed_at', 'bigint')
      .execute();
    await context.db.schema
      .createIndex('connection_code')
      .unique()
      .on('connection')
      .columns(['tenant', 'code'])
      .where(sql.ref('removed_at'), 'is', null)
      .execute();
    await table(context, 'connection_secret', ['tenant', 'connection', 'name'])
      .addColumn('state', 'text', required)
      .addColumn('changed_at', 'bigint', required)
      .execute();
    await table(context, 'connection_change', ['tenant', 'id'])
      .addColumn('connection_id', 'text', required)
      .addColumn('code', 'text', required)
      .addColumn('operation', 'text', required)
      .addColumn('base_version', 'bigint', required)
      .addColumn('proposal', 'text', required)
      .addColumn('changes', 'text', required)
      .addColumn('status', 'text', required)
      .addColumn('revision', 'integer', required)
      .addColumn('editors', 'text', required)
      .addColumn('requested_by', 'text', required)
      .addColumn('requested_at', 'bigint', required)
      .addColumn('expires_at', 'bigint', required)
      .addColumn('decided_by', 'text')
      .addColumn('decided_at', 'bigint')
      .addColumn('reason', 'text')
      .execute();
    await context.db.schema
      .createIndex('connection_change_open')
      .on('connection_change')
      .columns(['tenant', 'status', 'requested_at'])
      .execute();
  },
  async function shadowsOfLinks({ db }) {
    await db.schema.alterTable('sync_link').addColumn('left_shadow', 'text').execute();
    await db.schema.alterTable('sync_link').addColumn('right_shadow', 'text').execute();
  },
  async function jobsAndEvents(context) {
    const { db } = context;
    await table(context, 'job', ['id'])
      .addColumn('queue', 'text', required)
      .addColumn('tenant', 'text', required)
      .addColumn('status', 'text', required)
      .addColumn('run_at', 'bigint', required)
      .addColumn('attempt', 'integer', required)
      .addColumn('attempts', 'integer', required)
      .addColumn('data', 'text', required)
      .addColumn('owner', 'text')
      .addColumn('beat_until', 'bigint', required)
      .addColumn('error_code', 'text')
      .addColumn('created_at', 'bigint', required)
      .execute();
    await db.schema
      .createIndex('job_turn')
      .on('job')
      .columns(['queue', 'status', 'tenant', 'run_at', 'created_at'])
      .execute();
    await db.schema
      .createIndex('job_due')
      .on('job')
      .columns(['queue', 'status', 'run_at'])
      .execute();
    await table(context, 'job_schedule', ['tenant', 'id'])
      .addColumn('queue', 'text', required)
      .addColumn('data', 'text', required)
      .addColumn('cron', 'text', required)
      .addColumn('time_zone', 'text', required)
      .addColumn('missed', 'text', required)
      .addColumn('paused', 'integer', required)
      .addColumn('next_at', 'bigint')
      .addColumn('updated_at', 'bigint', required)
      .execute();
    await db.schema
      .createIndex('job_schedule_next')
      .on('job_schedule')
      .columns(['paused', 'next_at'])
      .execute();
    await table(context, 'flow_run', ['tenant', 'id'])
      .addColumn('lane', 'text', required)
      .addColumn('connection', 'text', required)
      .addColumn('flow', 'text', required)
      .addColumn('cause', 'text', required)
      .addColumn('status', 'text', required)
      .addColumn('due_at', 'bigint', required)
      .addColumn('next_at', 'bigint', required)
      .addColumn('queued_at', 'bigint', required)
      .addColumn('started_at', 'bigint')
      .addColumn('ended_at', 'bigint')
      .addColumn('attempt', 'integer', required)
      .addColumn('interruptions', 'integer', required)
      .addColumn('cancelled', 'integer', required)
      .addColumn('options', 'text', required)
      .addColumn('counts', 'text')
      .addColumn('error_code', 'text')
      .addColumn('error_message', 'text')
      .execute();
    await indexOf(db, 'flow_run', ['tenant', 'lane', 'queued_at']);
    await indexOf(db, 'flow_run', ['status', 'next_at']);
    await table(context, 'inbox_event', ['tenant', 'scope', 'id'])
      .addColumn('lane', 'text', required)
      .addColumn('sequence', 'bigint', required)
      .addColumn('event', 'text', required)
      .addColumn('status', 'text', required)
      .addColumn('attempts', 'integer', required)
      .addColumn('next_at', 'bigint', required)
      .addColumn('received_at', 'bigint', required)
      .addColumn('ended_at', 'bigint')
      .addColumn('error_code', 'text')
      .addColumn('error_message', 'text')
      .execute();
    await indexOf(db, 'inbox_event', ['tenant', 'lane', 'status', 'sequence']);
    await indexOf(db, 'inbox_event', ['status', 'next_at']);
    await table(context, 'outbox_endpoint', ['tenant', 'id'])
      .addColumn('url', 'text', required)
      .addColumn('types', 'text', required)
      .addColumn('in_order', 'integer', required)
      .addColumn('status', 'text', required)
      .addColumn('reason', 'text')
      .addColumn('created_at', 'bigint', required)
      .addColumn('updated_at', 'bigint', required)
      .execute();
    await table(context, 'outbox_delivery', ['tenant', 'endpoint', 'id'])
      .addColumn('lane', 'text', required)
      .addColumn('sequence', 'bigint', required)
      .addColumn('type', 'text', required)
      .addColumn('body', 'text', required)
      .addColumn('status', 'text', required)
      .addColumn('attempts', 'integer', required)
      .addColumn('next_at', 'bigint', required)
      .addColumn('created_at', 'bigint', required)
      .addColumn('ended_at', 'bigint')
      .addColumn('http_status', 'integer')
      .addColumn('error_code', 'text')
      .addColumn('error_message', 'text')
      .execute();
    await indexOf(db, 'outbox_delivery', ['tenant', 'lane', 'status', 'sequence']);
    await indexOf(db, 'outbox_delivery', ['status', 'next_at']);
  },
  async function stateMoves(context) {
    await table(context, 'state_move', ['tenant'])
      .addColumn('status', 'text', required)
      .addColumn('place', 'text', required)
      .execute();
  },
];

/** Of the state that this package writes. */
export const schemaVersion = migrations.length;

/**
 * Brings the tables up to date. Call it inside a transaction.
 *
 * @param upTo - the version to stop at: tests make state of earlier versions so
 * @throws ConnectorError `ERR_CONFIGURATION` when a newer version has written the state
 */
export async function migrate(
  context: MigrationContext,
  upTo: number = schemaVersion,
): Promise<void> {
  const { db } = context;
  await db.schema
    .createTable('sync_schema')
    .ifNotExists()
    .addColumn('version', 'integer', (column) => column.primaryKey())
    .execute();
  const schema = db.withTables<{ sync_schema: { version: number } }>();
  const row = await schema
    .selectFrom('sync_schema')
    .select((query) => query.fn.max('version').as('version'))
    .executeTakeFirst();
  const version = Number(row?.version ?? 0);
  if (version > migrations.length) {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `The state has schema version ${version}, this package knows ${migrations.length}. Update @common/connector-runtime.`,
    });
  }
  for (const [index, migration] of migrations.entries()) {
    if (index < version || index >= upTo) continue;
    await migration(context);
    await schema
      .insertInto('sync_schema')
      .values({ version: index + 1 })
      .execute();
  }
}

/** Brings the tables of a database up to date, in a transaction of its own. */
export function migrateDatabase(database: SqlDatabase): Promise<void> {
  return database.transaction(
    async (db, lock) => {
      await lock('schema');
      await migrate({ db, dialect: database.dialect });
    },
    { repeat: 'always' },
  );
}

async function indexOf(db: Kysely<unknown>, on: string, columns: readonly string[]): Promise<void> {
  await db.schema
    .createIndex([on, ...columns].join('_'))
    .on(on)
    .columns([...columns])
    .execute();
}

type Table = CreateTableBuilder<string>;

function table(
  context: MigrationContext,
  name: string,
  key: readonly string[],
  number?: string,
): Table {
  let builder = context.db.schema.createTable(name) as Table;
  for (const column of key) builder = builder.addColumn(column, 'text', required) as Table;
  if (number !== undefined) builder = builder.addColumn(number, 'bigint', required) as Table;
  const columns = number === undefined ? key : [...key, number];
  builder = builder.addPrimaryKeyConstraint(`${name}_pkey`, columns as never) as Table;
  // SQLite keeps the rows in the primary key itself; other databases do not know the words.
  return context.dialect === 'sqlite' ? builder.modifyEnd(sql`without rowid`) : builder;
}

function required(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder {
  return column.notNull();
}
