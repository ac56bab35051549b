import { type Clock, ConnectorError, type JsonValue, readSecret } from '@common/connector-core';
import { type AuditEntry, type AuditTrail, createAuditTrail } from '@common/connector-core/audit';
import type { StateStore, StateTransaction } from '@common/connector-sync';
import { appendAuditRecord } from '../audit/append-audit-record.ts';
import type { SqlStateTransaction } from '../state/sql-state.ts';
import { isCode } from './registry-error.ts';

/** The audit in the store of the registry: a change and its record are one transaction. */
export interface StoreAuditOptions {
  /** Key of the chain's HMAC, see `createAuditTrail`. */
  readonly key?: string | (() => string | Promise<string>) | undefined;
  /**
   * Name of the chain of a tenant, for the audit sink of the store.
   * @default the tenant
   */
  readonly chain?: ((tenant: string) => string) | undefined;
}

/** Who does what to which connection. */
interface AuditSubject {
  readonly actor: string;
  readonly tenant: string;
  readonly connection: string;
  /** The connector's type, as far as it is known. */
  readonly system: string;
  /** For example `connection.update`. */
  readonly operation: string;
  readonly correlationId: string;
}

/** What the work of a commit answers: what goes into the record, and what goes to the caller. */
export interface Audited<Result> {
  readonly payload: JsonValue;
  readonly result: Result;
}

/** Runs the work in a transaction that holds its record too, or has one before and one behind it. */
type Commit = <Result>(
  work: (state: StateTransaction) => Promise<Audited<Result>>,
) => Promise<Result>;

export interface RegistryAudit {
  /**
   * Runs an operation. A refusal leaves a record too; what cannot be recorded is not done.
   *
   * @throws ConnectorError `ERR_AUDIT_UNAVAILABLE`, and what `work` throws
   */
  run<Result>(subject: AuditSubject, work: (commit: Commit) => Promise<Result>): Promise<Result>;
}

/** Another transaction that was in the way, or a lost connection, is no reason to bother anybody. */
const repeated = { repeat: 'unless-stored' } as const;

export function registryAudit(options: {
  readonly store: StateStore;
  readonly audit: AuditTrail | StoreAuditOptions;
  readonly clock: Clock;
}): RegistryAudit {
  const { store, audit, clock } = options;

  /** A trail for one transaction. The key is read before it: nobody waits for a key in a lock. */
  const openTrail = async (tenant: string) => {
    const { key, chain = (name: string) => name } = audit as StoreAuditOptions;
    const known = key === undefined ? undefined : await readSecret(key, 'audit.key');
    return async (state: StateTransaction, entry: AuditEntry): Promise<void> => {
      const trail = createAuditTrail({
        key: known,
        clock,
        sink: {
          append: (seal) => appendAuditRecord(state as SqlStateTransaction, chain(tenant), seal),
          read: () => noRecords(),
        },
      });
      await trail.record(entry);
    };
  };

  const commitInStore =
    (subject: AuditSubject): Commit =>
    async (work) => {
      const record = await openTrail(subject.tenant).catch((cause: unknown) => {
        throw unavailable(subject, cause);
      });
      return store.transaction(async (state) => {
        const { payload, result } = await work(state);
        const entry = { ...subject, outcome: 'succeeded' as const, payload };
        await record(state, entry).catch((cause: unknown) => {
          throw unavailable(subject, cause);
        });
        return result;
      }, repeated);
    };

  const commitBeside =
    (subject: AuditSubject, trail: AuditTrail): Commit =>
    async (work) => {
      await trail.record({ ...subject, outcome: 'started' }).catch((cause: unknown) => {
        throw unavailable(subject, cause);
      });
      const { payload, result } = await store.transaction(work, repeated);
      // It is done: whoever asked has to know, whatever becomes of the record. `started` stands.
      await trail.record({ ...subject, outcome: 'succeeded', payload }).catch(() => undefined);
      return result;
    };

  const noteFailure = async (subject: AuditSubject, error: unknown): Promise<void> => {
    const errorCode = ConnectorError.isInstance(error) ? error.code : 'ERR_INTERNAL';
    const entry: AuditEntry = { ...subject, outcome: 'failed', errorCode };
    if (isTrail(audit)) {
      await audit.record(entry);
      return;
    }
    const record = await openTrail(subject.tenant);
    await store.transaction((state) => record(state, entry), repeated);
  };

  return {
    async run(subject, work) {
      let isDone = false;
      const commit = isTrail(audit) ? commitBeside(subject, audit) : commitInStore(subject);
      try {
        return await work(async (change) => {
          const result = await commit(change);
          isDone = true;
          return result;
        });
      } catch (error) {
        if (!isDone && !isCode(error, 'ERR_AUDIT_UNAVAILABLE')) {
          // Nothing was done, so nothing is lost with the record; the caller needs the reason.
          await noteFailure(subject, error).catch(() => undefined);
        }
        throw error;
      }
    },
  };
}

function isTrail(audit: AuditTrail | StoreAuditOptions): audit is AuditTrail {
  return 'record' in audit;
}

async function* noRecords(): AsyncGenerator<never> {}

function unavailable({ operation, connection, system }: AuditSubject, cause: unknown) {
  return new ConnectorError({
    code: 'ERR_AUDIT_UNAVAILABLE',
    category: 'internal',
    message: `The audit could not record ${operation} of ${connection}: nothing is done without a record. Make the store of the audit writable again; the cause of this error says what is wrong with it.`,
    system,
    operation,
    cause,
  });
}
