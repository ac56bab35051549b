import { ConnectorError, type JsonValue } from '@common/connector-core';
import type { StateTransaction } from '@common/connector-sync';
import type { ChangeOperation, ChangeOutcome, ConnectionChange } from './change-request.ts';
import { changeRows } from './change-rows.ts';
import { checkText } from './check-text.ts';
import type { Connection } from './connection.ts';
import { type ConnectionDraft, schemaOf } from './connection-drafts.ts';
import { type ConnectionRow, connectionRows } from './connection-rows.ts';
import type { ConnectionSecrets } from './connection-secrets.ts';
import { type ConnectionState, secretsLeft } from './connection-state.ts';
import { isSameJson } from './json-values.ts';
import { listChanges } from './list-changes.ts';
import type { Audited } from './registry-audit.ts';
import type { RegistryContext } from './registry-context.ts';
import { changedMeanwhile, codeTaken, conflict, denied } from './registry-error.ts';
import type { ChangeOptions } from './registry-options.ts';
import { type SecretPlace, secretStates } from './secret-states.ts';
import { testDraft } from './test-draft.ts';

/** Who changes what into what. */
interface ChangePlan {
  readonly operation: ChangeOperation;
  readonly id: string;
  /** Absent: it is new. */
  readonly before?:
    | (ConnectionRow & { readonly credentials: ConnectionDraft['credentials'] })
    | undefined;
  readonly after: ConnectionDraft;
}

/** A change that is certain. */
interface Transition {
  readonly id: string;
  readonly before: ConnectionRow | undefined;
  readonly after: ConnectionState;
  /** Who asked for it. */
  readonly actor: string;
  /** Secrets that were written for it. */
  readonly written: readonly SecretPlace[];
}

/** Makes changes of the connections of one tenant, at once or by a request. */
export interface ConnectionChanger {
  change(plan: ChangePlan, options: ChangeOptions): Promise<ChangeOutcome>;
  /** Inside a transaction: the new row, and the secrets that nothing needs any more. */
  apply(
    state: StateTransaction,
    transition: Transition,
  ): Promise<{ readonly connection: Connection; readonly left: readonly SecretPlace[] }>;
  /** The differences; secrets are masked. */
  compare(plan: Pick<ChangePlan, 'before' | 'after'>): readonly ConnectionChange[];
  /** The secrets of a draft that are not those of what was before. */
  writtenFor(plan: Pick<ChangePlan, 'before' | 'after'>): readonly SecretPlace[];
  /** Announces, tests and writes the secrets of a draft, for the time of `work`. */
  withSecrets<Result>(
    plan: ChangePlan,
    options: Pick<ChangeOptions, 'testConnection' | 'signal'>,
    work: (written: readonly SecretPlace[]) => Promise<Result>,
  ): Promise<Result>;
  checkUnused(connection: Connection, state: StateTransaction): Promise<void>;
}

export function connectionChanger(
  context: RegistryContext,
  { tenant, secrets }: { readonly tenant: string; readonly secrets: ConnectionSecrets },
): ConnectionChanger {
  const { clock, types, connectors } = context;

  const compare: ConnectionChanger['compare'] = ({ before, after }) => {
    // A stop or a removal must not need the plugin: it may be gone.
    const isSame = before !== undefined && isSameJson(before.credentials, after.credentials);
    const factory = isSame ? undefined : types.of(after.state.type);
    const compared = (draft: ConnectionDraft) => ({
      ...draft,
      schema: factory === undefined ? {} : schemaOf(factory, draft.credentials),
    });
    return listChanges(before && compared(before), compared(after));
  };

  const writtenFor: ConnectionChanger['writtenFor'] = ({ before, after }) =>
    secretsLeft(after.state, before?.state);

  const withSecrets: ConnectionChanger['withSecrets'] = async (plan, options, work) => {
    const { after, before } = plan;
    const written = writtenFor(plan);
    return secrets.during(written, async () => {
      if (options.testConnection === true) {
        await testDraft(context, { tenant, ...plan }, { signal: options.signal });
      }
      if (after.state.credentials !== before?.state.credentials) {
        const place = { connection: after.state.code, name: after.state.credentials };
        await secrets.write(place, after.credentials);
      }
      return work(written);
    });
  };

  const checkUnused: ConnectionChanger['checkUnused'] = async (connection, state) => {
    const users = await context.usedBy(connection, state);
    if (users.length === 0) return;
    throw new ConnectorError({
      code: 'ERR_CONNECTION_IN_USE',
      category: 'conflict',
      message: `The connection ${connection.code} cannot be removed: it is used by ${users.join(', ')}. Stop or remove these first.`,
    });
  };

  const apply: ConnectionChanger['apply'] = async (state, transition) => {
    const { id, before, after, actor, written } = transition;
    const rows = connectionRows(state, tenant);
    const states = secretStates(state, tenant);
    const now = clock.now();
    const isBack = before?.state.removed === true && !after.removed;
    if (before === undefined || isBack) await rows.lockCode(after.code);
    if (before === undefined) {
      if (!(await rows.insert(id, after, { actor, now }))) throw codeTaken(after.code);
    } else {
      if (isBack && (await rows.byCode(after.code)) !== undefined) throw codeTaken(after.code);
      // Before it is asked who uses it: from here on nobody begins to.
      const isOurs = await rows.update(before.connection, after, { actor, now });
      if (!isOurs) throw changedMeanwhile(after.code);
      if (after.removed) await checkUnused(before.connection, state);
    }
    if (!(await states.keep(written, now))) {
      throw conflict(`The change of ${after.code} took too long and was given up. Repeat it.`);
    }
    const left = await states.drop(secretsLeft(before?.state, after), now);
    const row = await rows.byId(id);
    if (row === undefined) throw changedMeanwhile(after.code);
    return { connection: row.connection, left };
  };

  const isGoverned = ({ before, after }: ChangePlan): boolean => {
    if (before !== undefined && isStop(before.state, after.state)) return false;
    const environments = [before?.state.environment, after.state.environment];
    return environments.some((name) => name !== undefined && context.governed.includes(name));
  };

  const request = async (
    state: StateTransaction,
    plan: ChangePlan & { readonly actor: string; readonly written: readonly SecretPlace[] },
  ): Promise<Audited<ChangeOutcome>> => {
    const { id: connectionId, operation, before, after, actor, written } = plan;
    const now = clock.now();
    const changes = compare(plan);
    const rows = changeRows(state, tenant);
    const id = crypto.randomUUID();
    if (operation === 'create' || operation === 'restore') {
      const taken = await connectionRows(state, tenant).byCode(after.state.code);
      if (taken !== undefined) throw codeTaken(after.state.code);
    }
    if (after.state.removed && before !== undefined) await checkUnused(before.connection, state);
    await rows.insert({
      ...{ id, connectionId, operation, changes, actor, now },
      baseVersion: before?.connection.version ?? 0,
      proposal: after.state,
      expiresAt: now + context.expiresAfterMs,
    });
    if (!(await secretStates(state, tenant).keep(written, now))) {
      throw conflict(
        `The change of ${after.state.code} took too long and was given up. Repeat it.`,
      );
    }
    const stored = await rows.byId(id);
    if (stored === undefined) throw changedMeanwhile(after.state.code);
    return {
      payload: { request: id, changes: changes as unknown as JsonValue },
      result: { status: 'requested', request: stored.request },
    };
  };

  return {
    ...{ apply, compare, writtenFor, withSecrets, checkUnused },
    async change(plan, options) {
      const { operation, id, before, after } = plan;
      const actor = checkText('actor', options?.actor);
      const { code, type } = after.state;
      if (before !== undefined && isSameJson(stateJson(before.state), stateJson(after.state))) {
        return { status: 'unchanged', connection: before.connection };
      }
      if (options.version !== undefined && options.version !== before?.connection.version) {
        throw changedMeanwhile(code);
      }
      const reason = options.emergency && checkText('emergency.reason', options.emergency.reason);
      const needsApproval = isGoverned(plan);
      const isOverride = needsApproval && reason !== undefined;
      const subject = {
        ...{ actor, tenant, connection: code, system: type },
        operation: `connection.${operation}${needsApproval && !isOverride ? '.request' : ''}`,
        correlationId: options.correlationId ?? crypto.randomUUID(),
      };
      return context.audit.run(subject, async (commit) => {
        if (isOverride && !(await context.mayOverride(actor))) {
          throw denied(
            `${actor} may not change ${code} at once. Leave out emergency: the change becomes a request that somebody else approves; or allow it by governance.mayOverride.`,
          );
        }
        return withSecrets(plan, options, async (written) => {
          if (needsApproval && !isOverride) {
            return commit((state) => request(state, { ...plan, actor, written }));
          }
          const changes = compare(plan) as unknown as JsonValue;
          const { connection, left } = await commit(async (state) => {
            const result = await apply(state, { id, before, after: after.state, actor, written });
            const { version } = result.connection;
            const why = isOverride ? { emergency: reason ?? '' } : {};
            return { payload: { version, changes, ...why }, result };
          });
          connectors.retire({ tenant, id }, whatBecame(operation, connection));
          await secrets.remove(left);
          return { status: 'applied' as const, connection };
        });
      });
    },
  };
}

/** For whoever still holds a connector. */
export function whatBecame(operation: ChangeOperation, { active }: Connection): string {
  if (operation === 'remove') return 'was removed';
  return active ? 'was changed' : 'was deactivated';
}

/** Nothing but a stop: it must not have to wait for somebody else. */
function isStop(before: ConnectionState, after: ConnectionState): boolean {
  return (
    before.active &&
    !after.active &&
    isSameJson(stateJson({ ...before, active: false }), stateJson(after))
  );
}

function stateJson(state: ConnectionState): JsonValue {
  return state as unknown as JsonValue;
}
