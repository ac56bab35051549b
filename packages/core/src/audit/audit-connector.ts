import type { IErpConnector } from '../contract/erp-connector.ts';
import type { JsonValue } from '../contract/json.ts';
import type { WriteChange } from '../contract/record-write.ts';
import {
  type AuditFacts,
  chunksOf,
  factsOfError,
  factsOfResults,
  keyOfChange,
  keyOfRecord,
  someKeys,
} from './audit-facts.ts';
import { auditNotes, withCorrelation } from './audit-notes.ts';
import type { AuditTrail } from './create-audit-trail.ts';

export interface AuditConnectorOptions {
  readonly trail: AuditTrail;
  readonly tenant: string;
  readonly connection: string;
  /**
   * Who acts where a call does not say (`actor` of its options).
   * @default 'system'
   */
  readonly actor?: string | undefined;
  /**
   * Most keys in a record of a read; the rest is counted. Writes name all of theirs.
   * @default 100
   */
  readonly maxKeys?: number | undefined;
  /**
   * What of a change goes into the audit, for example `redactRecord(entity, change.record)`.
   * @default nothing
   */
  readonly payloadOf?: ((entity: string, change: WriteChange) => JsonValue | undefined) | undefined;
}

/** Changes in one record of a write. */
const writeChunk = 1000;

/**
 * The same connector, with a record in the audit trail for every operation: one for each page that
 * was read, and two for what may change something (`write`, `call`): before it is sent and with its
 * outcome, so that a process that dies in between leaves a trace too. Of webhooks those are recorded
 * that brought events. What cannot be recorded is not
 * done: `ERR_AUDIT_UNAVAILABLE`. Only the answer of a change that has happened is handed out although
 * its outcome could not be recorded; its `started` record then stands alone. A client that `native`
 * hands out is not audited further.
 */
export function auditConnector<Connector extends IErpConnector>(
  connector: Connector,
  options: AuditConnectorOptions,
): Connector {
  const { trail, tenant, connection, actor = 'system', maxKeys = 100, payloadOf } = options;
  const system = connector.manifest.id;
  const { note, read, pages } = auditNotes(trail, { actor, tenant, connection, system });
  const some = (keys: readonly string[]): AuditFacts => someKeys(keys, maxKeys);
  const { find, changes, write, call: callOperation, events, receiveWebhook, native } = connector;

  const audited: Partial<IErpConnector> = {
    connect: (call = {}) => read({ operation: 'connect', call }, (c) => connector.connect(c)),
    disconnect: (call = {}) =>
      read({ operation: 'disconnect', call }, (c) => connector.disconnect(c)),
    testConnection: (call = {}) =>
      read(
        { operation: 'testConnection', call },
        (c) => connector.testConnection(c),
        ({ ok }) => (ok ? {} : { outcome: 'failed' }),
      ),
    describe: (entity, call = {}) =>
      read({ operation: 'describe', call, facts: { entity } }, (c) =>
        connector.describe(entity, c),
      ),
    get: (entity, key, call = {}) =>
      read({ operation: 'get', call, facts: { entity, keys: [key] } }, (c) =>
        connector.get(entity, key, c),
      ),
    list: (entity, query, call = {}) =>
      pages(
        { operation: 'list', call, facts: { entity } },
        (c) => connector.list(entity, query, c),
        ({ records }) => some(records.map(keyOfRecord)),
      ),
    ...(find && {
      find: (entity, reference, call = {}) =>
        read(
          { operation: 'find', call, facts: { entity } },
          (c) => find.call(connector, entity, reference, c),
          (records) => some(records.map(keyOfRecord)),
        ),
    }),
    ...(changes && {
      changes: (entity, since, call = {}) =>
        pages(
          { operation: 'changes', call, facts: { entity } },
          (c) => changes.call(connector, entity, since, c),
          (page) => some(page.changes.map(keyOfChange)),
        ),
    }),
    ...(write && {
      async write(entity, list, call = {}) {
        const named = withCorrelation(call);
        const operation = call.dryRun === true ? 'write (dry run)' : 'write';
        for (const chunk of chunksOf(list, writeChunk)) {
          const payload = payloadOf && chunk.map((change) => payloadOf(entity, change) ?? null);
          const keys = chunk.map((change) => change.key ?? change.idempotencyKey ?? '');
          await note(operation, named, { entity, keys, outcome: 'started', payload });
        }
        try {
          const results = await write.call(connector, entity, list, named);
          for (const chunk of chunksOf(results, writeChunk)) {
            await happened(note(operation, named, { entity, ...factsOfResults(chunk) }));
          }
          return results;
        } catch (error) {
          await happened(note(operation, named, { entity, ...factsOfError(error) }));
          throw error;
        }
      },
    }),
    ...(callOperation && {
      async call(name, input, call = {}) {
        const named = withCorrelation(call);
        const operation = `call ${name}`;
        await note(operation, named, { outcome: 'started' });
        try {
          const answer = await callOperation.call(connector, name, input, named);
          await happened(note(operation, named, {}));
          return answer;
        } catch (error) {
          await happened(note(operation, named, factsOfError(error)));
          throw error;
        }
      },
    }),
    ...(events && {
      events: (since, call = {}) =>
        pages(
          { operation: 'events', call },
          (c) => events.call(connector, since, c),
          (page) => some(page.events.map(({ id }) => id)),
        ),
    }),
    ...(receiveWebhook && {
      async receiveWebhook(request, call = {}) {
        const named = withCorrelation(call);
        const receipt = await receiveWebhook.call(connector, request, named);
        // Anybody may send requests: those that bring nothing would fill the audit.
        if (receipt.events.length === 0) return receipt;
        try {
          await note('receiveWebhook', named, some(receipt.events.map(({ id }) => id)));
        } catch (error) {
          await receipt.release?.().catch(() => undefined);
          throw error;
        }
        return receipt;
      },
    }),
    ...(native && {
      native: (call = {}) => read({ operation: 'native', call }, (c) => native.call(connector, c)),
    }),
  };
  return { ...connector, ...audited };
}

/** The change is made: whoever asked for it has to know, whatever became of the record. */
async function happened(recording: Promise<void>): Promise<void> {
  await recording.catch(() => undefined);
}
