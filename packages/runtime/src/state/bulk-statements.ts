import type { Link, LinkSpace } from '@common/connector-sync';
import { type Kysely, sql } from 'kysely';
import { type BulkStatement, bulkStatement } from './bulk.ts';
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

export function bulkStatements(db: Kysely<StateSchema>): BulkStatements {
  const linksBy = (column: 'left_key' | 'right_key') =>
    bulkStatement((count) =>
      db
        .selectFrom('sync_link')
        .selectAll()
        .where('tenant', '=', '')
        .where('space', '=', '')
        .where(column, 'in', new Array<string>(count).fill(''))
        .compile(),
    );
  const partsBy = (column: 'left_key' | 'right_key') =>
    bulkStatement((count) => {
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
    putLinks: bulkStatement((count) =>
      db
        .insertInto('sync_link')
        .values(new Array(count).fill(linkRow))
        .onConflict((conflict) =>
          conflict.columns(['tenant', 'space', 'left_key']).doUpdateSet((row) => ({
            right_key: row.ref('excluded.right_key'),
            left_digest: row.ref('excluded.left_digest'),
            right_digest: row.ref('excluded.right_digest'),
            version: row.ref('excluded.version'),
            deleted: row.ref('excluded.deleted'),
            updated_at: row.ref('excluded.updated_at'),
            left_part: row.ref('excluded.left_part'),
            right_part: row.ref('excluded.right_part'),
          })),
        )
        .compile(),
    ),
    linksByLeftKey: linksBy('left_key'),
    linksByRightKey: linksBy('right_key'),
    partsByLeftKey: partsBy('left_key'),
    partsByRightKey: partsBy('right_key'),
  };
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
};

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
    );
  };
}
