import {
  type Clock,
  ConnectorError,
  createHttpClient,
  defineConnector,
  type EntityCapabilities,
  type ErpRecord,
  type HttpRequest,
  type WriteChange,
  type WriteResult,
} from '@common/connector-core';
import { idempotencyOf } from './crash-messages.ts';
import type { SourceRow } from './crash-source.ts';
import type { TargetChange, TargetResult, TargetRow } from './crash-target.ts';

/** What is synced. */
interface Item extends ErpRecord {
  /** The source record that it came from. */
  readonly origin: string;
  readonly text: string;
}

const readable: EntityCapabilities = {
  ...{ list: false, get: false, create: false, update: false, delete: false },
  ...{ changes: 'timestamp', deletesVisible: true, idempotency: 'none' },
  ...{ filterable: [], maxPageSize: 250, maxBatchSize: 1 },
};

/** Requests of a process to the vendors; one that waits for its next try is pending too. */
export interface CrashTraffic {
  begun: number;
  pending: number;
}

/** The two connectors of a flow, over real HTTP and the pipeline of the core. */
export function crashConnectors(options: {
  readonly vendorUrl: string;
  readonly flow: string;
  readonly clock: Clock;
  readonly traffic: CrashTraffic;
}) {
  const { vendorUrl, flow, clock, traffic } = options;
  const idempotency = idempotencyOf(flow);
  const client = createHttpClient({
    system: 'crash',
    baseUrl: vendorUrl,
    clock,
    // Whoever is kept waiting by a vendor is not the one to give up: it is stopped, or killed.
    attemptTimeoutMs: 1_000_000,
    deadlineMs: 4_000_000,
    headers: { 'x-worker': String(process.pid) },
  });
  const http = {
    async send(request: HttpRequest) {
      traffic.begun += 1;
      traffic.pending += 1;
      try {
        return await client.send(request);
      } finally {
        traffic.pending -= 1;
      }
    },
  };
  const about = (id: string) => ({
    specificationVersion: 'v1' as const,
    manifest: {
      ...{ id, vendor: 'Crash', version: '1.0.0', authMethods: [], settingsSchema: {} },
      links: { documentation: 'https://example.com' },
    },
    connect: async () => undefined,
    disconnect: async () => undefined,
    testConnection: async () => ({ ok: true, checks: [], latencyMs: 0 }),
    describe: async () => ({ entity: 'item', nativeName: 'item', key: ['id'], fields: [] }),
    get: async () => undefined,
    async *list() {},
  });
  const recordOf = (system: string, key: string, fields: Omit<Item, 'source'>): Item => ({
    ...fields,
    source: { system, entity: 'item', key },
  });

  const source = defineConnector<{ readonly [name: string]: Item }>()({
    ...about('source'),
    capabilities: { entities: { item: { ...readable, get: true } } },
    // A record that is being changed is not in `changes` for a moment: whoever misses it asks for it.
    async get(_entity, key, call) {
      const request = { ...call, method: 'GET', url: `/${flow}/source/${key}` } as const;
      const response = await http.send({ ...request, acceptStatus: [404] });
      if (response.status === 404) return undefined;
      const { id, text } = response.json() as SourceRow;
      return recordOf('source', id, { origin: id, text });
    },
    async *changes(_entity, since, call) {
      let position = { tick: Number(since?.tick ?? 0), id: String(since?.id ?? '') };
      for (;;) {
        const limit = readable.maxPageSize;
        const url = `/${flow}/source?${new URLSearchParams({ ...position, tick: `${position.tick}`, limit: `${limit}` })}`;
        const rows = (await http.send({ ...call, method: 'GET', url })).json() as SourceRow[];
        const last = rows.at(-1);
        if (last === undefined) return;
        position = { tick: last.tick, id: last.id };
        yield {
          changes: rows.map(({ id, text, isDeleted }) =>
            isDeleted
              ? { op: 'delete', key: id }
              : { op: 'upsert', record: recordOf('source', id, { origin: id, text }) },
          ),
          checkpoint: position,
        };
        if (rows.length < limit) return;
      }
    },
  });

  const target = defineConnector<{ readonly [name: string]: Item }>()({
    ...about('target'),
    capabilities: {
      entities: {
        item: {
          ...readable,
          ...{ create: true, update: true, delete: true, idempotency, changes: 'none' },
          ...{ findBy: ['idempotencyKey'], deletesVisible: false, maxBatchSize: 10 },
        },
      },
    },
    async find(_entity, { idempotencyKey = '' }, call) {
      const url = `/${flow}/target?${new URLSearchParams({ reference: idempotencyKey })}`;
      const rows = (await http.send({ ...call, method: 'GET', url })).json() as TargetRow[];
      return rows.map(({ key, fields }) =>
        recordOf('target', key, fields as unknown as Omit<Item, 'source'>),
      );
    },
    async write(_entity, changes, call) {
      const request: HttpRequest = {
        signal: call?.signal,
        priority: call?.priority,
        method: 'POST',
        url: `/${flow}/target`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(changes.map(targetChange)),
        // Only a vendor that knows the keys makes one of two.
        idempotent: idempotency === 'native',
      };
      try {
        const results = (await http.send(request)).json() as TargetResult[];
        return results.map(writeResult);
      } catch (error) {
        if (!ConnectorError.isInstance(error)) throw error;
        const status = error.outcomeUnknown ? 'unknown' : 'failed';
        return changes.map((): WriteResult => ({ status, error }));
      }
    },
  });
  return { source, target };
}

function targetChange(change: WriteChange<Item>): TargetChange {
  const { op, key, idempotencyKey: reference } = change;
  if (change.op === 'delete') return { op, key };
  const { source: _, ...fields } = change.record;
  return { op, key, reference, fields: fields as TargetChange['fields'] };
}

function writeResult({ status, key }: TargetResult): WriteResult {
  if (status !== 'missing') return { status, key };
  const message = `There is no record ${key}.`;
  const error = new ConnectorError({ code: 'ERR_NOT_FOUND', category: 'not-found', message });
  return { status: 'failed', error };
}
