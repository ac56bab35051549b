import type { CallOptions } from '../contract/call-options.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import { type AuditFacts, factsOfError } from './audit-facts.ts';
import type { AuditEntry } from './audit-record.ts';
import type { AuditTrail } from './create-audit-trail.ts';

/** Which connection the notes are about, and who acts where a call does not say. */
export type AuditSubject = Pick<AuditEntry, 'actor' | 'tenant' | 'connection' | 'system'>;

/** Takes notes of the operations of one connection. */
export interface AuditNotes {
  /** @throws ConnectorError `ERR_AUDIT_UNAVAILABLE` */
  note(operation: string, call: CallOptions, facts: AuditFacts): Promise<void>;
  /** Runs a read; its outcome is noted before it is handed out. */
  read<T>(
    about: { readonly operation: string; readonly call: CallOptions; readonly facts?: AuditFacts },
    work: (call: CallOptions) => Promise<T>,
    factsOf?: (result: T) => AuditFacts,
  ): Promise<T>;
  /** Reads pages; each is noted before it is handed out. */
  pages<Page>(
    about: { readonly operation: string; readonly call: CallOptions; readonly facts?: AuditFacts },
    work: (call: CallOptions) => AsyncIterable<Page>,
    factsOf: (page: Page) => AuditFacts,
  ): AsyncIterable<Page>;
}

export function auditNotes(trail: AuditTrail, subject: AuditSubject): AuditNotes {
  const note: AuditNotes['note'] = async (operation, call, facts) => {
    const { correlationId = '', actor = subject.actor } = call;
    const entry = { ...subject, actor, operation, correlationId, outcome: 'succeeded' as const };
    try {
      // Without the caller's signal: what an aborted call came to has to be noted too.
      await trail.record({ ...entry, ...facts } as AuditEntry);
    } catch (cause) {
      throw unavailable(subject.system, operation, cause);
    }
  };
  return {
    note,
    async read({ operation, call, facts }, work, factsOf = () => ({})) {
      const named = withCorrelation(call);
      let result: Awaited<ReturnType<typeof work>>;
      try {
        result = await work(named);
      } catch (error) {
        await note(operation, named, { ...facts, ...factsOfError(error) });
        throw error;
      }
      await note(operation, named, { ...facts, ...factsOf(result) });
      return result;
    },
    async *pages({ operation, call, facts }, work, factsOf) {
      const named = withCorrelation(call);
      try {
        for await (const page of work(named)) {
          await note(operation, named, { ...facts, ...factsOf(page) });
          yield page;
        }
      } catch (error) {
        if (!isUnavailable(error)) {
          await note(operation, named, { ...facts, ...factsOfError(error) });
        }
        throw error;
      }
    },
  };
}

/** The records of one operation, and its log lines, share an id. */
export function withCorrelation<Call extends CallOptions>(call: Call): Call {
  return { ...call, correlationId: call.correlationId ?? crypto.randomUUID() };
}

function isUnavailable(error: unknown): boolean {
  return ConnectorError.isInstance(error) && error.code === 'ERR_AUDIT_UNAVAILABLE';
}

function unavailable(system: string, operation: string, cause: unknown): ConnectorError {
  return new ConnectorError({
    code: 'ERR_AUDIT_UNAVAILABLE',
    category: 'internal',
    message: `The audit trail could not record ${operation}: nothing is done and nothing handed out without a record. Make the store of the audit writable again; the cause of this error says what is wrong with it.`,
    system,
    operation,
    cause,
  });
}
