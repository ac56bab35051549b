import type { JsonValue } from '@common/connector-core';
import { type ConnectionChanger, whatBecame } from './change-connection.ts';
import type { ChangeRequest } from './change-request.ts';
import { changeRows, type StoredChange } from './change-rows.ts';
import { checkText, isSamePerson } from './check-text.ts';
import type { Connection, ConnectionPatch } from './connection.ts';
import { checkParts, draftOfPatch } from './connection-drafts.ts';
import { type ConnectionRow, connectionRows } from './connection-rows.ts';
import type { ConnectionSecrets } from './connection-secrets.ts';
import { secretsLeft } from './connection-state.ts';
import type { RegistryContext } from './registry-context.ts';
import { changedMeanwhile, conflict, denied, notFound } from './registry-error.ts';
import type { ActorOptions } from './registry-options.ts';
import { secretStates } from './secret-states.ts';

/** Which requests to list. */
export interface ChangeRequestQuery {
  /** `code` of a connection. @default of all */
  readonly connection?: string | undefined;
  /** Decided ones too. @default false */
  readonly all?: boolean | undefined;
  /** @default 100 */
  readonly limit?: number | undefined;
}

/** The changes of a tenant's connections that wait for another person, and those that did. */
export interface ChangeRequests {
  /** The latest first. */
  list(query?: ChangeRequestQuery): Promise<readonly ChangeRequest[]>;
  /** @throws ConnectorError `ERR_NOT_FOUND` */
  get(id: string): Promise<ChangeRequest>;
  /**
   * Applies what was asked for.
   *
   * @param options.revision - the one that was looked at
   * @throws ConnectorError `ERR_PERMISSION_DENIED` for those who had a hand in it, `ERR_CONFLICT` when it
   *   is stale, expired, decided or revised since, `ERR_CONFIGURATION` when it cannot work any more
   */
  approve(id: string, options: ActorOptions & { readonly revision: number }): Promise<Connection>;
  /** @throws ConnectorError `ERR_PERMISSION_DENIED` for those who asked for it, `ERR_CONFLICT` */
  reject(id: string, options: ActorOptions & { readonly reason: string }): Promise<ChangeRequest>;
  /** Takes one's own request back. @throws ConnectorError `ERR_PERMISSION_DENIED`, `ERR_CONFLICT` */
  withdraw(id: string, options: ActorOptions): Promise<ChangeRequest>;
  /**
   * Changes what is asked for; who does so may not approve it any more.
   *
   * @param options.revision - the one that was looked at
   * @throws ConnectorError as `update`; `ERR_CONFLICT`
   */
  revise(
    id: string,
    patch: ConnectionPatch,
    options: ActorOptions & { readonly revision: number },
  ): Promise<ChangeRequest>;
}

export function changeRequests(
  context: RegistryContext,
  parts: {
    readonly tenant: string;
    readonly secrets: ConnectionSecrets;
    readonly changer: ConnectionChanger;
  },
): ChangeRequests & {
  /** Closes those that nobody decided in time. @returns how many */
  expire(): Promise<number>;
} {
  const { store, clock, types, audit, connectors } = context;
  const { tenant, secrets, changer } = parts;

  const load = (id: string) =>
    store.transaction(
      async (state) => {
        const change = await changeRows(state, tenant).byId(id);
        if (change === undefined) {
          throw notFound(
            `There is no change request ${JSON.stringify(id)}. requests.list() shows those of this tenant.`,
          );
        }
        const row = await connectionRows(state, tenant).byId(change.connectionId);
        return { change, row };
      },
      { readOnly: true },
    );

  const shown = (change: StoredChange, row: ConnectionRow | undefined): ChangeRequest => {
    const { request } = change;
    if (request.status !== 'open') return request;
    if (clock.now() >= request.expiresAt) return { ...request, status: 'expired' };
    const isStale = (row?.connection.version ?? 0) !== change.baseVersion;
    return isStale ? { ...request, status: 'stale' } : request;
  };

  const checkOpen = (change: StoredChange, row: ConnectionRow | undefined): void => {
    const { status, connection, decidedBy } = shown(change, row);
    if (status === 'open') return;
    const asks = 'Ask for the change again.';
    if (status === 'stale') {
      throw conflict(
        `The connection ${connection} was changed by ${row?.connection.updatedBy ?? 'somebody'} after this change was asked for, so it would not do what it shows. ${asks}`,
      );
    }
    if (status === 'expired') throw conflict(`Nobody decided on this change in time. ${asks}`);
    throw conflict(`This change was ${status} by ${decidedBy} already.`);
  };

  const checkRevision = ({ request }: StoredChange, revision: number): void => {
    if (request.revision === revision) return;
    throw conflict(
      `revision: the request was revised since it was looked at: it has revision ${request.revision}, not ${revision}. Look at it again.`,
    );
  };

  const subjectOf = ({ request, proposal }: StoredChange, options: ActorOptions, what: string) => ({
    actor: checkText('actor', options?.actor),
    ...{ tenant, connection: request.connection, system: proposal.type },
    operation: `connection.${request.operation}.${what}`,
    correlationId: options.correlationId ?? crypto.randomUUID(),
  });

  /** Ends a request without its change. */
  const end = async (
    found: Awaited<ReturnType<typeof load>>,
    options: ActorOptions & { readonly reason?: string | undefined },
    how: {
      readonly what: string;
      readonly status: 'rejected' | 'withdrawn' | 'expired';
      readonly check: (actor: string) => void;
    },
  ): Promise<ChangeRequest> => {
    const { change, row } = found;
    const subject = subjectOf(change, options, how.what);
    const { actor } = subject;
    return audit.run(subject, async (commit) => {
      how.check(actor);
      const { request, left } = await commit(async (state) => {
        const { reason } = options;
        const now = clock.now();
        const rows = changeRows(state, tenant);
        if (!(await rows.decide(change, { status: how.status, actor, now, reason }))) {
          throw decidedMeanwhile();
        }
        const unused = secretsLeft(change.proposal, row?.state);
        const result = {
          request: (await rows.byId(change.request.id))?.request ?? change.request,
          left: await secretStates(state, tenant).drop(unused, now),
        };
        return { payload: { request: change.request.id, reason: reason ?? null }, result };
      });
      await secrets.remove(left);
      return request;
    });
  };

  const checkUndecided = ({ request }: StoredChange): void => {
    if (request.status === 'open') return;
    throw conflict(`This change was ${request.status} by ${request.decidedBy} already.`);
  };

  return {
    async list({ connection, all = false, limit = 100 } = {}) {
      return store.transaction(
        async (state) => {
          const rows = connectionRows(state, tenant);
          const list = await changeRows(state, tenant).list({ connection, isOpen: !all, limit });
          const result: ChangeRequest[] = [];
          for (const change of list)
            result.push(shown(change, await rows.byId(change.connectionId)));
          return result;
        },
        { readOnly: true },
      );
    },
    async get(id) {
      const { change, row } = await load(id);
      return shown(change, row);
    },
    async approve(id, options) {
      const { change, row } = await load(id);
      const { request, proposal, connectionId } = change;
      const subject = subjectOf(change, options, 'approve');
      const { actor } = subject;
      return audit.run(subject, async (commit) => {
        checkOpen(change, row);
        checkRevision(change, options.revision);
        if (request.editors.some((editor) => isSamePerson(editor, actor))) {
          throw denied(
            `${actor} has asked for this change of ${request.connection}, or revised it: somebody else has to approve it.`,
          );
        }
        if (!proposal.removed) {
          const place = { connection: proposal.code, name: proposal.credentials };
          // What was good when it was asked for may not be so any more: a certificate, another version.
          const draft = { state: proposal, credentials: await secrets.read(place) };
          checkParts(types.of(proposal.type), draft);
        }
        const { connection, left } = await commit(async (state) => {
          const decision = { status: 'applied' as const, actor, now: clock.now() };
          if (!(await changeRows(state, tenant).decide(change, decision))) throw decidedMeanwhile();
          const result = await changer.apply(state, {
            ...{ id: connectionId, before: row, after: proposal, actor: request.requestedBy },
            written: [],
          });
          const { version } = result.connection;
          const changes = request.changes as unknown as JsonValue;
          return { payload: { request: id, version, changes }, result };
        });
        const became = whatBecame(request.operation, connection);
        connectors.retire({ tenant, id: connectionId }, became);
        await secrets.remove(left);
        return connection;
      });
    },
    async reject(id, options) {
      checkText('reason', options?.reason);
      const found = await load(id);
      return end(found, options, {
        ...{ what: 'reject', status: 'rejected' },
        check(actor) {
          checkUndecided(found.change);
          if (isSamePerson(found.change.request.requestedBy, actor)) {
            throw denied('This request is your own: withdraw it.');
          }
        },
      });
    },
    async withdraw(id, options) {
      const found = await load(id);
      return end(found, options, {
        ...{ what: 'withdraw', status: 'withdrawn' },
        check(actor) {
          checkUndecided(found.change);
          const { requestedBy } = found.change.request;
          if (isSamePerson(requestedBy, actor)) return;
          throw denied(`This request is of ${requestedBy}: reject it, with a reason.`);
        },
      });
    },
    async revise(id, patch, options) {
      const { change, row } = await load(id);
      const { request, proposal } = change;
      const subject = subjectOf(change, options, 'revise');
      return audit.run(subject, async (commit) => {
        checkOpen(change, row);
        checkRevision(change, options.revision);
        if (request.operation === 'remove' || request.operation === 'restore') {
          throw conflict('There is nothing to revise in it: withdraw it, or reject it.');
        }
        const credentialsOf = ({ code, credentials }: { code: string; credentials: string }) =>
          secrets.read({ connection: code, name: credentials });
        const asked = { state: proposal, credentials: await credentialsOf(proposal) };
        const after = draftOfPatch(asked, patch, { ...context, newName: secrets.newName });
        const before = row && { ...row, credentials: await credentialsOf(row.state) };
        const { actor } = subject;
        const editors = request.editors.some((editor) => isSamePerson(editor, actor))
          ? request.editors
          : [...request.editors, actor];
        const written = secretsLeft(after.state, proposal);
        return secrets.during(written, async () => {
          if (after.state.credentials !== proposal.credentials) {
            const place = { connection: proposal.code, name: after.state.credentials };
            await secrets.write(place, after.credentials);
          }
          const changes = changer.compare({ before, after });
          const { revised, left } = await commit(async (state) => {
            const rows = changeRows(state, tenant);
            const to = { proposal: after.state, changes, editors };
            if (!(await rows.revise(change, to))) throw decidedMeanwhile();
            const states = secretStates(state, tenant);
            const now = clock.now();
            if (!(await states.keep(written, now))) throw changedMeanwhile(proposal.code);
            const unused = secretsLeft(proposal, after.state, row?.state);
            const result = {
              revised: (await rows.byId(id))?.request ?? request,
              left: await states.drop(unused, now),
            };
            return { payload: { request: id, changes: changes as unknown as JsonValue }, result };
          });
          await secrets.remove(left);
          return revised;
        });
      });
    },
    async expire() {
      const late = await store.transaction(
        async (state): Promise<readonly string[]> =>
          (await changeRows(state, tenant).expired(clock.now())).map(({ request }) => request.id),
        { readOnly: true },
      );
      for (const id of late) {
        const check = () => undefined;
        await end(
          await load(id),
          { actor: 'system' },
          { what: 'expire', status: 'expired', check },
        );
      }
      return late.length;
    },
  };
}

function decidedMeanwhile() {
  return conflict(
    'Somebody else decided on this request, or revised it, meanwhile. Look at it again.',
  );
}
