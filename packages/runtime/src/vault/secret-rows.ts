import type { SealedSecret, SecretAddress, SecretStore } from '@common/connector-core/vault';
import type { Kysely, Selectable } from 'kysely';
import { residentRows } from '../move/resident-rows.ts';
import type { StateSchema } from '../state/state-schema.ts';

type Rows = Omit<SecretStore, 'durable' | 'withLease' | 'close'>;

/** The rows of the vault in SQL, inside the transaction that `database` is in. */
export function secretRows(database: Kysely<unknown>): Rows {
  const db = database as Kysely<StateSchema>;

  const selectAt = ({ tenant, connection, name }: SecretAddress) =>
    db
      .selectFrom('vault_secret')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('connection', '=', connection)
      .where('name', '=', name);
  const updateAt = ({ tenant, connection, name }: SecretAddress) =>
    db
      .updateTable('vault_secret')
      .where('tenant', '=', tenant)
      .where('connection', '=', connection)
      .where('name', '=', name);

  const readKeyCheck: Rows['readKeyCheck'] = async (keyId) =>
    (
      await db
        .selectFrom('vault_key_check')
        .select('value')
        .where('key_id', '=', keyId)
        .executeTakeFirst()
    )?.value;

  return {
    async read(address) {
      const row = await selectAt(address).executeTakeFirst();
      return row && secretOf(row);
    },
    async write(secret, expectedVersion) {
      if (expectedVersion === 0) {
        const { numInsertedOrUpdatedRows: inserted } = await db
          .insertInto('vault_secret')
          .values(rowOf(secret))
          .onConflict((conflict) => conflict.columns(['tenant', 'connection', 'name']).doNothing())
          .executeTakeFirst();
        return inserted === 1n;
      }
      const { version, keyId: key_id, sealed } = secret;
      const { numUpdatedRows } = await updateAt(secret)
        .set({ version, key_id, sealed })
        .where('version', '=', expectedVersion)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async remove({ tenant, connection, name }, { expectedVersion } = {}) {
      let statement = db
        .deleteFrom('vault_secret')
        .where('tenant', '=', tenant)
        .where('connection', '=', connection)
        .where('name', '=', name);
      if (expectedVersion !== undefined) {
        statement = statement.where('version', '=', expectedVersion);
      }
      const { numDeletedRows } = await statement.executeTakeFirst();
      return numDeletedRows === 1n;
    },
    async list({ tenant, connection, exceptKeyId, after, limit }) {
      let query = db.selectFrom('vault_secret').selectAll();
      query =
        tenant === undefined
          ? query.where(residentRows('vault_secret'))
          : query.where('tenant', '=', tenant);
      if (connection !== undefined) query = query.where('connection', '=', connection);
      if (exceptKeyId !== undefined) query = query.where('key_id', '!=', exceptKeyId);
      if (after !== undefined) {
        query = query.where(({ eb, refTuple, tuple }) =>
          eb(
            refTuple('tenant', 'connection', 'name'),
            '>',
            tuple(after.tenant, after.connection, after.name),
          ),
        );
      }
      const rows = await query
        .orderBy('tenant')
        .orderBy('connection')
        .orderBy('name')
        .limit(limit)
        .execute();
      return rows.map(secretOf);
    },
    async rewrap(changes) {
      const done: boolean[] = [];
      for (const { before, keyId, sealed } of changes) {
        const { numUpdatedRows } = await updateAt(before)
          .set({ key_id: keyId, sealed })
          .where('version', '=', before.version)
          .where('sealed', '=', before.sealed)
          .executeTakeFirst();
        done.push(numUpdatedRows === 1n);
      }
      return done;
    },
    async keysInUse() {
      const rows = await db
        .selectFrom('vault_secret')
        .select((query) => ['key_id', query.fn.countAll().as('secrets')])
        .where(residentRows('vault_secret'))
        .groupBy('key_id')
        .orderBy('key_id')
        .execute();
      return rows.map((row) => ({ keyId: row.key_id, secrets: Number(row.secrets) }));
    },
    readKeyCheck,
    async addKeyCheck(keyId, check) {
      await db
        .insertInto('vault_key_check')
        .values({ key_id: keyId, value: check })
        .onConflict((conflict) => conflict.column('key_id').doNothing())
        .execute();
      return (await readKeyCheck(keyId)) ?? check;
    },
    async removeKeyCheck(keyId) {
      await db.deleteFrom('vault_key_check').where('key_id', '=', keyId).execute();
    },
  };
}

type Row = Selectable<StateSchema['vault_secret']>;

function secretOf(row: Row): SealedSecret {
  const { tenant, connection, name, key_id: keyId, sealed } = row;
  // Some databases answer bigint as text.
  return { tenant, connection, name, version: Number(row.version), keyId, sealed };
}

function rowOf({ tenant, connection, name, version, keyId, sealed }: SealedSecret): Row {
  return { tenant, connection, name, version, key_id: keyId, sealed };
}
