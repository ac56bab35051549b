import {
  type ChangePage,
  ConnectorError,
  defineConnector,
  type EntityCapabilities,
  type ErpRecord,
  type RecordChange,
  type RecordFailure,
  type WriteChange,
  type WriteResult,
} from '@common/connector-core';

/** A business record of the tests. */
export interface Item extends ErpRecord {
  readonly name: string;
  readonly quantity?: string;
  readonly note?: string;
  readonly lines?: readonly { readonly lineNumber: string; readonly quantity: string }[];
}

/** What happens to one change that is written. `lost`: it is done, the answer does not come. */
export type WriteFault = 'lost' | 'not-sent' | 'busy' | 'rejected' | 'unauthorized';

export interface MemoryConnectorOptions {
  readonly id?: string;
  readonly entity?: string;
  readonly capabilities?: Partial<EntityCapabilities>;
  readonly pageSize?: number;
  /** Called before and after every effect; what it throws is the death of the process. */
  readonly crashPoint?: (name: string) => void;
  /** Faults of writes, asked per change. */
  readonly fault?: (change: WriteChange) => WriteFault | undefined;
  /** Whether `write` throws its faults instead of answering per record. */
  readonly isThrowing?: boolean;
  /** Keys that cannot be decoded, asked per read. */
  readonly undecodable?: (key: string) => boolean;
  readonly onRead?: () => void;
  /** Whether the source has forgotten a position, asked per read of changes. */
  readonly expired?: (sequence: number) => boolean;
  /** What a list shows of its keys: a list may be cut off by error. */
  readonly listed?: (keys: readonly string[]) => readonly string[];
}

interface Row {
  readonly record: Item;
  readonly sequence: number;
  readonly isDeleted: boolean;
}

/**
 * A small ERP in memory with everything that a sync meets: pages of changes by sequence, a queue
 * that wants acknowledgement, idempotency keys, references, lost answers.
 */
export function memoryConnector(options: MemoryConnectorOptions = {}) {
  const { id = 'memory', entity = 'item', pageSize = 3, crashPoint = () => undefined } = options;
  const rows = new Map<string, Row>();
  const answers = new Map<string, { readonly body: string; readonly key: string }>();
  const references = new Map<string, string[]>();
  const queue: string[] = [];
  const log: string[] = [];
  const acknowledged: string[] = [];
  const written: WriteChange[] = [];
  let sequence = 0;
  let serial = 0;

  const capabilities: EntityCapabilities = {
    list: true,
    get: true,
    create: true,
    update: true,
    delete: true,
    findBy: ['idempotencyKey'],
    changes: 'timestamp',
    deletesVisible: true,
    filterable: [],
    maxPageSize: 1000,
    maxBatchSize: 2,
    idempotency: 'external-reference',
    ...options.capabilities,
  };

  const withSource = (key: string, record: Item): Item => ({
    ...record,
    source: { system: id, entity, key, revision: String(rows.get(key)?.sequence ?? 0) },
  });

  function put(key: string, record: Item, isDeleted = false): void {
    sequence += 1;
    const { source: _, ...fields } = record;
    rows.set(key, { record: fields, sequence, isDeleted });
    queue.push(key);
  }

  function error(code: string, category: ConnectorError['category'], outcomeUnknown = false) {
    return new ConnectorError({
      code: `ERR_${code}`,
      category,
      outcomeUnknown,
      message: `${code} of the test.`,
    });
  }

  function apply(change: WriteChange): WriteResult {
    if (change.op === 'delete') {
      const row = rows.get(change.key);
      if (row === undefined || row.isDeleted) {
        return { status: 'failed', error: error('NOT_FOUND', 'not-found') };
      }
      put(change.key, row.record, true);
      log.push(`delete ${change.key}`);
      return { status: 'deleted', key: change.key };
    }
    const record = change.record as Item;
    if (change.key !== undefined) {
      const row = rows.get(change.key);
      if (row === undefined || row.isDeleted) {
        return { status: 'failed', error: error('NOT_FOUND', 'not-found') };
      }
      put(change.key, patched(row.record, record));
      log.push(`update ${change.key}`);
      return { status: 'updated', key: change.key };
    }
    const { idempotencyKey = '' } = change;
    const body = JSON.stringify(record);
    if (capabilities.idempotency === 'native') {
      const answer = answers.get(idempotencyKey);
      if (answer !== undefined && answer.body !== body) {
        return { status: 'failed', error: error('CONFLICT', 'conflict') };
      }
      if (answer !== undefined) return { status: 'created', key: answer.key };
    }
    serial += 1;
    const key = `${id}-${serial}`;
    put(key, record);
    answers.set(idempotencyKey, { body, key });
    references.set(idempotencyKey, [...(references.get(idempotencyKey) ?? []), key]);
    log.push(`create ${key}`);
    return { status: 'created', key };
  }

  function writeOne(change: WriteChange): WriteResult {
    switch (options.fault?.(change)) {
      case 'lost':
        apply(change);
        return { status: 'unknown', error: error('TIMEOUT', 'transient', true) };
      case 'not-sent':
        return { status: 'unknown', error: error('TIMEOUT', 'transient', true) };
      case 'busy':
        return { status: 'failed', error: error('TRANSIENT', 'transient') };
      case 'rejected':
        return { status: 'failed', error: error('VALIDATION', 'validation') };
      case 'unauthorized':
        return { status: 'failed', error: error('AUTHENTICATION_FAILED', 'authentication') };
      default:
        return apply(change);
    }
  }

  function pageOf(keys: readonly string[]) {
    const changes: RecordChange<Item>[] = [];
    const failures: RecordFailure[] = [];
    for (const key of keys) {
      const row = rows.get(key);
      if (row === undefined) continue;
      if (options.undecodable?.(key)) failures.push({ key, error: error('MAPPING', 'mapping') });
      else if (row.isDeleted) {
        if (capabilities.deletesVisible) changes.push({ op: 'delete', key });
      } else changes.push({ op: 'upsert', record: withSource(key, row.record) });
    }
    return { changes, failures };
  }

  const connector = defineConnector<{ readonly [name: string]: Item }>()({
    specificationVersion: 'v1',
    manifest: {
      id,
      vendor: 'Test',
      version: '1.0.0',
      authMethods: [],
      settingsSchema: {},
      links: { documentation: 'https://example.com' },
    },
    capabilities: { entities: { [entity]: capabilities } },
    connect: async () => undefined,
    disconnect: async () => undefined,
    testConnection: async () => ({ ok: true, checks: [], latencyMs: 0 }),
    describe: async () => ({ entity, nativeName: entity, key: ['key'], fields: [] }),
    async get(_entity, key) {
      crashPoint(`${id}.get`);
      const row = rows.get(key);
      if (row === undefined || row.isDeleted) return undefined;
      if (options.undecodable?.(key)) throw error('MAPPING', 'mapping');
      return withSource(key, row.record);
    },
    async *list(_entity, query) {
      const after = String(query?.after?.key ?? '');
      const live = [...rows].filter(([key, row]) => !row.isDeleted && key > after);
      const all = live.map(([key]) => key).sort();
      const keys = options.listed?.(all) ?? all;
      const size = query?.pageSize ?? pageSize;
      for (let from = 0; from === 0 || from < keys.length; from += size) {
        crashPoint(`${id}.list`);
        options.onRead?.();
        const slice = keys.slice(from, from + size);
        const { changes, failures } = pageOf(slice);
        yield {
          records: changes.flatMap((change) => (change.op === 'upsert' ? [change.record] : [])),
          failures,
          checkpoint: { key: slice.at(-1) ?? after },
          totalCount: keys.length,
        };
      }
    },
    async *changes(_entity, since): AsyncGenerator<ChangePage<Item>> {
      if (capabilities.changes === 'event') {
        while (queue.length > 0) {
          crashPoint(`${id}.changes`);
          options.onRead?.();
          const keys = queue.slice(0, pageSize);
          yield {
            ...pageOf([...new Set(keys)]),
            checkpoint: { none: true },
            async acknowledge() {
              crashPoint(`${id}.acknowledge`);
              if (queue[0] !== keys[0]) return;
              queue.splice(0, keys.length);
              acknowledged.push(...keys);
              log.push(`acknowledge ${keys.join(',')}`);
              crashPoint(`${id}.acknowledged`);
            },
          };
        }
        return;
      }
      let position = Number(since?.sequence ?? 0);
      if (position > 0 && options.expired?.(position) === true) {
        throw error('CHECKPOINT_EXPIRED', 'conflict');
      }
      for (;;) {
        crashPoint(`${id}.changes`);
        options.onRead?.();
        const next = [...rows]
          .filter(([, row]) => row.sequence > position)
          .sort(([, a], [, b]) => a.sequence - b.sequence)
          .slice(0, pageSize);
        if (next.length === 0) return;
        position = next.at(-1)?.[1].sequence ?? position;
        yield { ...pageOf(next.map(([key]) => key)), checkpoint: { sequence: position } };
      }
    },
    async find(_entity, reference) {
      crashPoint(`${id}.find`);
      const { idempotencyKey, ...fields } = reference;
      const keys =
        idempotencyKey === undefined
          ? [...rows].flatMap(([key, { record, isDeleted }]) => {
              const own = record as unknown as Readonly<Record<string, unknown>>;
              const isMatch = Object.entries(fields).every(([name, value]) => own[name] === value);
              return isMatch && !isDeleted ? [key] : [];
            })
          : (references.get(idempotencyKey) ?? []).filter(
              (key) => rows.get(key)?.isDeleted === false,
            );
      return keys.map((key) => withSource(key, rows.get(key)?.record as Item));
    },
    async write(_entity, changes) {
      crashPoint(`${id}.write`);
      const results: WriteResult[] = [];
      for (const change of changes) {
        written.push(change);
        results.push(writeOne(change));
        crashPoint(`${id}.written`);
      }
      const failed = results.find((result) => 'error' in result);
      if (options.isThrowing === true && failed !== undefined && 'error' in failed) {
        throw failed.error;
      }
      return results;
    },
  });

  return {
    connector,
    /** What was done to it, in order. */
    log,
    acknowledged,
    /** The changes that `write` was given. */
    written,
    /** A user's change in the system itself. */
    put,
    remove: (key: string) => put(key, (rows.get(key) as Row).record, true),
    /** Removes a record without a trace, as its administrator would. */
    forget(key: string) {
      rows.delete(key);
      for (const [reference, keys] of references) {
        references.set(
          reference,
          keys.filter((other) => other !== key),
        );
      }
    },
    live: () =>
      new Map(
        [...rows].flatMap(([key, row]) => (row.isDeleted ? [] : [[key, row.record] as const])),
      ),
  };
}

/** Absent stays, `null` clears; in `custom` each field is one of its own. */
function patched(record: Item, patch: object): Item {
  const merge = <Whole extends object>(into: Whole, from: object): Whole =>
    Object.fromEntries(
      Object.entries({ ...into, ...from }).filter(([, value]) => value !== null),
    ) as Whole;
  const { custom, ...fields } = patch as Item;
  const merged = merge(record, fields);
  return custom === undefined ? merged : { ...merged, custom: merge(record.custom ?? {}, custom) };
}

export type MemoryConnector = ReturnType<typeof memoryConnector>;
