import type { StateTransaction } from '@common/connector-sync';
import type { Selectable } from 'kysely';
import type { StateSchema } from '../state/state-schema.ts';
import type { ChangeOperation, ChangeRequest, ConnectionChange } from './change-request.ts';
import { databaseOf, timeOf } from './connection-rows.ts';
import type { ConnectionState } from './connection-state.ts';

/** A request as it is stored: `stale` is found by looking at the connection. */
export interface StoredChange {
  readonly request: ChangeRequest;
  readonly connectionId: string;
  readonly baseVersion: number;
  readonly proposal: ConnectionState;
}

export interface NewChange {
  readonly id: string;
  readonly connectionId: string;
  readonly operation: ChangeOperation;
  readonly baseVersion: number;
  readonly proposal: ConnectionState;
  readonly changes: readonly ConnectionChange[];
  readonly actor: string;
  readonly now: number;
  readonly expiresAt: number;
}

/** How a request ends. */
export interface Decision {
  readonly status: 'expired' | 'applied' | 'rejected' | 'withdrawn';
  readonly actor: string;
  readonly now: number;
  readonly reason?: string | undefined;
}

/** The requests of one tenant, inside the transaction that `state` is. Every statement has the tenant. */
export function changeRows(state: StateTransaction, tenant: string) {
  const db = databaseOf(state);
  const rows = () => db.selectFrom('connection_change').selectAll().where('tenant', '=', tenant);
  const open = (id: string, revision: number) =>
    db
      .updateTable('connection_change')
      .where('tenant', '=', tenant)
      .where('id', '=', id)
      .where('revision', '=', revision)
      .where('status', '=', 'open');

  return {
    async insert(change: NewChange): Promise<void> {
      const { id, connectionId, operation, baseVersion, proposal, changes } = change;
      const { actor, now, expiresAt } = change;
      await db
        .insertInto('connection_change')
        .values({
          ...{ tenant, id, connection_id: connectionId, code: proposal.code, operation },
          ...{ base_version: baseVersion, proposal: JSON.stringify(proposal) },
          changes: JSON.stringify(changes),
          ...{ status: 'open', revision: 1, editors: JSON.stringify([actor]) },
          ...{ requested_by: actor, requested_at: now, expires_at: expiresAt },
          ...{ decided_by: null, decided_at: null, reason: null },
        })
        .execute();
    },
    async byId(id: string): Promise<StoredChange | undefined> {
      const row = await rows().where('id', '=', id).executeTakeFirst();
      return row && changeOf(row);
    },
    /** The latest first. */
    async list(query: {
      readonly connection?: string | undefined;
      readonly isOpen: boolean;
      readonly limit: number;
    }): Promise<readonly StoredChange[]> {
      let found = rows();
      if (query.connection !== undefined) found = found.where('code', '=', query.connection);
      if (query.isOpen) found = found.where('status', '=', 'open');
      const list = await found
        .orderBy('requested_at', 'desc')
        .orderBy('id')
        .limit(query.limit)
        .execute();
      return list.map(changeOf);
    },
    async expired(now: number): Promise<readonly StoredChange[]> {
      const list = await rows()
        .where('status', '=', 'open')
        .where('expires_at', '<=', now)
        .limit(1000)
        .execute();
      return list.map(changeOf);
    },
    /** @returns whether nobody else had revised or decided it */
    async revise(
      { request: { id, revision } }: StoredChange,
      to: Pick<NewChange, 'proposal' | 'changes'> & { readonly editors: readonly string[] },
    ): Promise<boolean> {
      const { numUpdatedRows } = await open(id, revision)
        .set({
          proposal: JSON.stringify(to.proposal),
          changes: JSON.stringify(to.changes),
          editors: JSON.stringify(to.editors),
          revision: revision + 1,
        })
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    /** @returns whether nobody else had revised or decided it */
    async decide({ request: { id, revision } }: StoredChange, decision: Decision) {
      const { status, actor, now, reason = null } = decision;
      const { numUpdatedRows } = await open(id, revision)
        .set({ status, decided_by: actor, decided_at: now, reason })
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
  };
}

function changeOf(row: Selectable<StateSchema['connection_change']>): StoredChange {
  const { tenant, id, code, operation, status, revision } = row;
  return {
    request: {
      ...{ tenant, id, connection: code, operation, status, revision },
      changes: JSON.parse(row.changes) as readonly ConnectionChange[],
      requestedBy: row.requested_by,
      requestedAt: Number(row.requested_at),
      editors: JSON.parse(row.editors) as readonly string[],
      expiresAt: Number(row.expires_at),
      decidedBy: row.decided_by ?? undefined,
      decidedAt: timeOf(row.decided_at),
      reason: row.reason ?? undefined,
    },
    connectionId: row.connection_id,
    baseVersion: Number(row.base_version),
    proposal: JSON.parse(row.proposal) as ConnectionState,
  };
}
