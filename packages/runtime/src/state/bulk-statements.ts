import type { Intent, Link, LinkSpace } from '@common/connector-sync';
import type { Kysely } from 'kysely';
import { type BulkStatement, bulkStatement } from './bulk.ts';
import type { StateSchema } from './state-schema.ts';

/** The statements of a page: they run over thousands of rows. */
export interface BulkStatements {
  readonly putIntents: BulkStatement;
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
    putIntents: bulkStatement((count) =>
      db
        .insertInto('sync_intent')
        .values(new Array(count).fill(intentRow))
        .onConflict((conflict) =>
          conflict.columns(['tenant', 'flow', 'key']).doUpdateSet((row) => ({
            space: row.ref('excluded.space'),
            source_key: row.ref('excluded.source_key'),
            op: row.ref('excluded.op'),
            idempotency_key: row.ref('excluded.idempotency_key'),
            target_key: row.ref('excluded.target_key'),
            target_part: row.ref('excluded.target_part'),
            source_digest: row.ref('excluded.source_digest'),
            target_digest: row.ref('excluded.target_digest'),
            body: row.ref('excluded.body'),
            created_at: row.ref('excluded.created_at'),
          })),
        )
        .compile(),
    ),
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
const intentRow = {
  tenant: '',
  flow: '',
  key: '',
  space: '',
  source_key: '',
  op: 'create' as const,
  idempotency_key: '',
  target_key: '',
  target_part: '',
  source_digest: '',
  target_digest: '',
  body: '',
  created_at: 0,
};

/** In the order of `intentRow`. */
export function intentParameters(intent: Intent, parameters: unknown[]): void {
  parameters.push(
    intent.tenant,
    intent.flow,
    intent.key,
    intent.space,
    intent.sourceKey,
    intent.op,
    intent.idempotencyKey,
    intent.targetKey ?? null,
    intent.targetPart ?? null,
    intent.sourceDigest,
    intent.targetDigest,
    intent.body ?? null,
    intent.createdAt,
  );
}

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
