import type { Link, LinkSpace } from '@common/connector-sync';
import type { Kysely } from 'kysely';
import { type BulkStatement, bulkStatement } from './bulk.ts';
import type { StateSchema } from './state-schema.ts';

/** The statements of a page: they run over thousands of rows. */
export interface BulkStatements {
  readonly putLinks: BulkStatement;
  readonly linksByLeftKey: BulkStatement;
  readonly linksByRightKey: BulkStatement;
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
          })),
        )
        .compile(),
    ),
    linksByLeftKey: linksBy('left_key'),
    linksByRightKey: linksBy('right_key'),
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
    );
  };
}
