import type { JsonValue } from '@common/connector-core';
import type { FlowKey, Link, LinkSide, LinkSpace, StateTransaction } from '@common/connector-sync';
import type { Kysely, Selectable } from 'kysely';
import { runBulk } from './bulk.ts';
import { type BulkStatements, linkParameters } from './bulk-statements.ts';
import { journalState } from './journal-state.ts';
import type { SqlDialect, SqlLock } from './sql-database.ts';
import { deadLetterOf, deadLetterRow, leaseOf, linkOf, runOf, runRow } from './sql-rows.ts';
import type { StateSchema } from './state-schema.ts';

type LinkRow = Selectable<StateSchema['sync_link']>;

/** Keys of one `in (…)`. */
const mostKeys = 500;

/** State in SQL, with what shares its transaction needs: the connection and its locks. */
export interface SqlStateTransaction extends StateTransaction {
  readonly database: Kysely<unknown>;
  readonly dialect: SqlDialect;
  readonly lock: SqlLock;
}

/** The state in SQL. All of it runs in the transaction that `database` is in. */
export function sqlState(context: {
  readonly database: Kysely<unknown>;
  readonly dialect: SqlDialect;
  readonly lock: SqlLock;
  readonly bulk: BulkStatements;
}): SqlStateTransaction {
  const { database, dialect, lock, bulk } = context;
  const db = database as Kysely<StateSchema>;
  // What is read is not changed by others before the end: every access locks its flow or its identity map first.
  const lockFlow = ({ tenant, flow }: FlowKey) => lock('flow', tenant, flow);
  const lockSpace = ({ tenant, space }: LinkSpace) => lock('space', tenant, space);

  async function byKeys(
    { tenant, space }: LinkSpace,
    side: LinkSide,
    keys: readonly string[],
  ): Promise<readonly Link[]> {
    const statement = side === 'left' ? bulk.linksByLeftKey : bulk.linksByRightKey;
    const rows = await runBulk<string, Omit<LinkRow, 'tenant' | 'space'>>(database, statement, {
      items: [...new Set(keys)],
      before: [tenant, space],
      parametersOf: (key, parameters) => void parameters.push(key),
    });
    return rows.map(linkOf);
  }

  return {
    database,
    dialect,
    lock,
    leases: leaseState(db, dialect, lock),
    checkpoints: checkpointState(db, lockFlow),
    journal: journalState(db, lockFlow),
    links: {
      async byKeys(space, side, keys) {
        await lockSpace(space);
        return byKeys(space, side, keys);
      },
      async byRecords({ tenant, space }, side, keys) {
        await lockSpace({ tenant, space });
        const whole = await byKeys({ tenant, space }, side, keys);
        const parts = await runBulk<string, LinkRow>(
          database,
          side === 'left' ? bulk.partsByLeftKey : bulk.partsByRightKey,
          {
            items: [...new Set(keys)],
            after: [tenant, space],
            parametersOf: (key, parameters) => void parameters.push(key),
          },
        );
        const found = new Map<string, Link>();
        for (const link of whole) if (!link.deleted) found.set(link.leftKey, link);
        for (const row of parts) found.set(row.left_key, linkOf(row));
        return [...found.values()];
      },
      async put(space, links) {
        await lockSpace(space);
        await runBulk(database, bulk.putLinks, {
          items: links,
          keyOf: (link) => link.leftKey,
          parametersOf: linkParameters(space),
        });
      },
      async remove({ tenant, space }, leftKeys) {
        await lockSpace({ tenant, space });
        for (const some of chunks(leftKeys)) {
          await db
            .deleteFrom('sync_link')
            .where('tenant', '=', tenant)
            .where('space', '=', space)
            .where('left_key', 'in', some)
            .execute();
        }
      },
      async count(space) {
        const row = await linksOf(db, space)
          .select((query) => query.fn.countAll().as('count'))
          .where('deleted', '=', 0)
          .executeTakeFirstOrThrow();
        return Number(row.count);
      },
      async list(space, { after, limit }) {
        await lockSpace(space);
        let query = linksOf(db, space).selectAll().where('deleted', '=', 0);
        if (after !== undefined) query = query.where('left_key', '>', after);
        const rows = await query.orderBy('left_key').limit(limit).execute();
        return rows.map(linkOf);
      },
    },
    deadLetters: deadLetterState(db, lockFlow),
    runs: {
      async put(run) {
        await lockFlow(run);
        const row = runRow(run);
        await db
          .insertInto('sync_run')
          .values(row)
          .onConflict((conflict) => conflict.columns(['tenant', 'flow', 'run_id']).doUpdateSet(row))
          .execute();
      },
      async list(flow, limit) {
        await lockFlow(flow);
        const rows = await of(db, flow)
          .runs.selectAll()
          .orderBy('started_at', 'desc')
          .limit(limit)
          .execute();
        return rows.map(runOf);
      },
    },
  };
}

type LockFlow = (flow: FlowKey) => Promise<void>;

function leaseState(
  db: Kysely<StateSchema>,
  dialect: SqlDialect,
  lock: SqlLock,
): StateTransaction['leases'] {
  const update = (lease: { tenant: string; scope: string; token: number }, expiresAt: number) =>
    db
      .updateTable('sync_lease')
      .set({ expires_at: expiresAt })
      .where('tenant', '=', lease.tenant)
      .where('scope', '=', lease.scope)
      .where('token', '=', lease.token)
      .executeTakeFirst();
  return {
    async acquire({ tenant, scope, owner, now, ttlMs, takeOver }) {
      // For one that is not there yet; one that is there waits for its holder to commit.
      await lock('lease', tenant, scope);
      const rows = db
        .selectFrom('sync_lease')
        .selectAll()
        .where('tenant', '=', tenant)
        .where('scope', '=', scope);
      const row = await (dialect === 'postgres' ? rows.forUpdate() : rows).executeTakeFirst();
      const held = row === undefined ? undefined : leaseOf(row);
      const isFree =
        held === undefined ||
        held.expiresAt <= now ||
        (takeOver !== undefined && held.token === takeOver);
      if (!isFree) return { granted: false, lease: held };
      const next = { tenant, scope, owner, token: (held?.token ?? 0) + 1, expires_at: now + ttlMs };
      await db
        .insertInto('sync_lease')
        .values(next)
        .onConflict((conflict) => conflict.columns(['tenant', 'scope']).doUpdateSet(next))
        .execute();
      return { granted: true, lease: leaseOf(next) };
    },
    async renew(lease, expiresAt) {
      const { numUpdatedRows } = await update(lease, expiresAt);
      return numUpdatedRows === 1n ? { ...lease, expiresAt } : undefined;
    },
    async release(lease) {
      await update(lease, 0);
    },
  };
}

function checkpointState(
  db: Kysely<StateSchema>,
  lockFlow: LockFlow,
): StateTransaction['checkpoints'] {
  return {
    async get({ tenant, flow }, name) {
      await lockFlow({ tenant, flow });
      const row = await db
        .selectFrom('sync_checkpoint')
        .select('value')
        .where('tenant', '=', tenant)
        .where('flow', '=', flow)
        .where('name', '=', name)
        .executeTakeFirst();
      return row === undefined ? undefined : (JSON.parse(row.value) as JsonValue);
    },
    async set({ tenant, flow }, name, value) {
      await lockFlow({ tenant, flow });
      if (value === undefined) {
        await db
          .deleteFrom('sync_checkpoint')
          .where('tenant', '=', tenant)
          .where('flow', '=', flow)
          .where('name', '=', name)
          .execute();
        return;
      }
      const row = { tenant, flow, name, value: JSON.stringify(value) };
      await db
        .insertInto('sync_checkpoint')
        .values(row)
        .onConflict((conflict) =>
          conflict.columns(['tenant', 'flow', 'name']).doUpdateSet({ value: row.value }),
        )
        .execute();
    },
  };
}

function deadLetterState(
  db: Kysely<StateSchema>,
  lockFlow: LockFlow,
): StateTransaction['deadLetters'] {
  return {
    async put(letters) {
      for (const letter of letters) {
        await lockFlow(letter);
        const row = deadLetterRow(letter);
        await db
          .insertInto('sync_dead_letter')
          .values(row)
          .onConflict((conflict) => conflict.columns(['tenant', 'flow', 'id']).doUpdateSet(row))
          .execute();
      }
    },
    async get(flow, id) {
      await lockFlow(flow);
      const row = await of(db, flow)
        .deadLetters.selectAll()
        .where('id', '=', id)
        .executeTakeFirst();
      return row === undefined ? undefined : deadLetterOf(row);
    },
    async bySourceKeys(flow, sourceKeys) {
      await lockFlow(flow);
      const found = [];
      for (const some of chunks(sourceKeys)) {
        const rows = await of(db, flow)
          .deadLetters.selectAll()
          .where('source_key', 'in', some)
          .execute();
        found.push(...rows.map(deadLetterOf));
      }
      return found;
    },
    async list(flow, { status, stage, retryable, after, limit = 100 }) {
      await lockFlow(flow);
      let query = of(db, flow).deadLetters.selectAll();
      if (status !== undefined) query = query.where('status', '=', status);
      if (stage !== undefined) query = query.where('stage', '=', stage);
      if (retryable !== undefined) query = query.where('retryable', '=', retryable ? 1 : 0);
      if (after !== undefined) query = query.where('id', '>', after);
      return (await query.orderBy('id').limit(limit).execute()).map(deadLetterOf);
    },
    async count(flow) {
      await lockFlow(flow);
      const row = await of(db, flow)
        .deadLetters.select((query) => query.fn.countAll().as('count'))
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },
    async remove(flow, ids) {
      await lockFlow(flow);
      for (const some of chunks(ids)) {
        await db
          .deleteFrom('sync_dead_letter')
          .where('tenant', '=', flow.tenant)
          .where('flow', '=', flow.flow)
          .where('id', 'in', some)
          .execute();
      }
    },
  };
}

/** Every read names its tenant and its flow: here, once. */
function of(db: Kysely<StateSchema>, { tenant, flow }: FlowKey) {
  return {
    deadLetters: db
      .selectFrom('sync_dead_letter')
      .where('tenant', '=', tenant)
      .where('flow', '=', flow),
    runs: db.selectFrom('sync_run').where('tenant', '=', tenant).where('flow', '=', flow),
  };
}

function linksOf(db: Kysely<StateSchema>, { tenant, space }: LinkSpace) {
  return db.selectFrom('sync_link').where('tenant', '=', tenant).where('space', '=', space);
}

function chunks<Item>(items: readonly Item[]): readonly Item[][] {
  const result: Item[][] = [];
  for (let from = 0; from < items.length; from += mostKeys) {
    result.push(items.slice(from, from + mostKeys));
  }
  return result;
}
