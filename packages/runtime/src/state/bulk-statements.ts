import type { Link, LinkSpace } from '@common/connector-sync';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { type BulkStatement, valuesStatement } from './bulk.ts';
import type { SqlDialect } from './sql-database.ts';
import type { StateSchema } from './state-schema.ts';

/** The statements of a page: they run over thousands of rows. */
export interface BulkStatements {
  readonly putLinks: BulkStatement;
  readonly linksByLeftKey: BulkStatement;
  readonly linksByRightKey: BulkStatement;
  /** The parameters of the items come first. */
  readonly partsByLeftKey: BulkStatement;
  readonly partsByRightKey: BulkStatement;
}

export function bulkStatements(db: Kysely<unknown>, dialect: SqlDialect): BulkStatements {
  return dialect === 'postgres'
    ? postgresStatements(db as Kysely<StateSchema>)
    : sqliteStatements(db as Kysely<StateSchema>);
}

function sqliteStatements(db: Kysely<StateSchema>): BulkStatements {
  const linksBy = (column: 'left_key' | 'right_key') =>
    valuesStatement((count) =>
      db
        .selectFrom('sync_link')
        .select(linkColumns)
        .where('tenant', '=', '')
        .where('space', '=', '')
        .where(column, 'in', new Array<string>(count).fill(''))
        .compile(),
    );
  const partsBy = (column: 'left_key' | 'right_key') =>
    valuesStatement((count) => {
      const keys = sql.join(new Array(count).fill(sql`(${''})`));
      // `/` and `0` are neighbours: everything between `key/` and `key0` begins with `key/`.
      return sql`
        select sync_link.* from (values ${keys}) as wanted cross join sync_link
        where sync_link.deleted = 0
          and sync_link.${sql.ref(column)} >= wanted.column1 || '/'
          and sync_link.${sql.ref(column)} < wanted.column1 || '0'
          and sync_link.tenant = ${''} and sync_link.space = ${''}
      `.compile(db);
    });
  return {
    putLinks: valuesStatement((count) =>
      db
        .insertInto('sync_link')
        .values(new Array(count).fill(linkRow))
        .onConflict((conflict) =>
          conflict
            .columns(['tenant', 'space', 'left_key'])
            .doUpdateSet((row) =>
              Object.fromEntries(replaced.map((name) => [name, row.ref(`excluded.${name}`)])),
            ),
        )
        .compile(),
    ),
    linksByLeftKey: linksBy('left_key'),
    linksByRightKey: linksBy('right_key'),
    partsByLeftKey: partsBy('left_key'),
    partsByRightKey: partsBy('right_key'),
  };
}

function postgresStatements(db: Kysely<StateSchema>): BulkStatements {
  const columns = (query: RawBuilder<unknown>): BulkStatement => ({
    parameters: 'columns',
    query: query.compile(db),
  });
  const linksBy = (column: 'left_key' | 'right_key') =>
    columns(sql`
      select ${sql.join(linkColumns.map((name) => sql.ref(name)))} from sync_link
      where tenant = ${''} and space = ${''} and ${sql.ref(column)} = any(${''}::text[])
    `);
  // Each key is a range of the index of its column: without the order a new table, of which there are no
  // statistics yet, may be searched by the other index, all of it for each key.
  const partsBy = (column: 'left_key' | 'right_key') =>
    columns(sql`
      select part.* from unnest(${''}::text[]) as wanted(key) cross join lateral (
        select * from sync_link
        where tenant = ${''} and space = ${''} and deleted = 0
          and ${sql.ref(column)} >= wanted.key || '/' and ${sql.ref(column)} < wanted.key || '0'
        order by ${sql.ref(column)}
      ) as part
    `);
  const names = Object.keys(linkRow);
  return {
    putLinks: columns(sql`
      insert into sync_link (${sql.join(names.map((name) => sql.ref(name)))})
      ${rowsOfColumns(Object.values(linkRow).map((value) => (value === '' ? 'text' : 'float8')))}
      on conflict (tenant, space, left_key) do update set ${sql.join(
        replaced.map((name) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`),
      )}
    `),
    linksByLeftKey: linksBy('left_key'),
    linksByRightKey: linksBy('right_key'),
    partsByLeftKey: partsBy('left_key'),
    partsByRightKey: partsBy('right_key'),
  };
}

/** Rows of arrays, one for each column. */
export function rowsOfColumns(types: readonly ('text' | 'float8')[]): RawBuilder<unknown> {
  return sql`select * from unnest(${sql.join(types.map((type) => sql`${''}::${sql.raw(type)}[]`))})`;
}

// Only the columns and their order count; the values are parameters.
const linkRow = {
  tenant: '',
  space: '',
  left_key: '',
  right_key: '',
  left_digest: '',
  right_digest: '',
  version: 0,
  deleted: 0,
  updated_at: 0,
  left_part: '',
  right_part: '',
  left_shadow: '',
  right_shadow: '',
};

const replaced = [
  'right_key',
  'left_digest',
  'right_digest',
  'version',
  'deleted',
  'updated_at',
  'left_part',
  'right_part',
  'left_shadow',
  'right_shadow',
] as const;

/** What a link is made of: who asks knows the tenant and the space. */
const linkColumns = ['left_key', ...replaced] as const;

/** In the order of `linkRow`. */
export function linkParameters({ tenant, space }: LinkSpace) {
  return (link: Link, parameters: unknown[]): void => {
    parameters.push(
      tenant,
      space,
      link.leftKey,
      link.rightKey,
      link.leftDigest,
      link.rightDigest,
      link.version,
      link.deleted ? 1 : 0,
      link.updatedAt,
      link.leftPart ?? null,
      link.rightPart ?? null,
      link.leftShadow ?? null,
      link.rightShadow ?? null,
    );
  };
}
