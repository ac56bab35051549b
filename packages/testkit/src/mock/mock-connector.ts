import {
  type Checkpoint,
  ConnectorError,
  type ConnectorErrorInit,
  defineConnector,
  type EntityCapabilities,
  type EntityMap,
  type EntityName,
  type ErpRecord,
  type IErpConnector,
  type RecordChange,
  unknownEntity,
  type WriteChange,
  type WriteResult,
} from '@common/connector-core';

/** The calls of a mock that can be made to fail. */
export type MockMethod = 'testConnection' | 'get' | 'list' | 'find' | 'changes' | 'write';

/**
 * How a call fails:
 *
 * - `unavailable`, `rate-limited`, `unauthorized`, `forbidden`, `refused`: as the vendor would
 * - `lost-answer`: a write is done and its answer lost; anything else is `unavailable`
 * - an error of your own
 */
export type MockFailure =
  | 'unavailable'
  | 'rate-limited'
  | 'unauthorized'
  | 'forbidden'
  | 'refused'
  | 'lost-answer'
  | ConnectorError;

/** What the app asked of the mock. */
export interface MockCall {
  readonly method: MockMethod;
  readonly entity: string;
  /** The key, the query, the reference, the checkpoint or the changes. */
  readonly input: unknown;
}

export interface MockConnectorOptions<Entities extends EntityMap> {
  /** `manifest.id`. @default 'mock' */
  readonly id?: string | undefined;
  /** The records that are there from the start, by entity. */
  readonly records: { readonly [E in EntityName<Entities>]: readonly Entities[E][] };
  /** What differs from an entity that can do everything. */
  readonly capabilities?:
    | { readonly [E in EntityName<Entities>]?: Partial<EntityCapabilities> }
    | undefined;
  /** Records in a page. @default 100 */
  readonly pageSize?: number | undefined;
}

/** A connector in memory, and what a test does with it. */
export interface MockConnector<Entities extends EntityMap> {
  readonly connector: IErpConnector<Entities>;
  /** Every call so far. */
  readonly calls: readonly MockCall[];
  /** The next calls of a method fail; of `write`, each of its changes counts. @default once */
  fail(method: MockMethod, failure: MockFailure, times?: number): void;
  /** Somebody at the vendor writes a record. @returns its key */
  put<E extends EntityName<Entities>>(entity: E, record: Entities[E], key?: string): string;
  /** Somebody at the vendor deletes a record. */
  remove(entity: EntityName<Entities>, key: string): void;
  /** The records as they are now, by key. */
  records<E extends EntityName<Entities>>(entity: E): ReadonlyMap<string, Entities[E]>;
}

interface Row {
  readonly record: ErpRecord;
  readonly sequence: number;
  readonly isDeleted: boolean;
}

const everything: EntityCapabilities = {
  list: true,
  get: true,
  create: true,
  update: true,
  delete: true,
  findBy: ['idempotencyKey'],
  changes: 'timestamp',
  deletesVisible: true,
  filterable: [],
  maxPageSize: 1_000,
  maxBatchSize: 100,
  idempotency: 'native',
};

const failures: Readonly<Record<Exclude<MockFailure, ConnectorError>, ConnectorErrorInit>> = {
  unavailable: {
    code: 'ERR_TRANSIENT',
    category: 'transient',
    message: 'The mock is unavailable. Try again later.',
  },
  'rate-limited': {
    code: 'ERR_RATE_LIMITED',
    category: 'rate-limit',
    message: 'The mock asks for fewer requests.',
    retryAfterMs: 1_000,
  },
  unauthorized: {
    code: 'ERR_AUTHENTICATION_FAILED',
    category: 'authentication',
    message: 'The mock does not accept the credentials.',
  },
  forbidden: {
    code: 'ERR_PERMISSION_DENIED',
    category: 'permission',
    message: 'The mock does not allow it.',
  },
  refused: {
    code: 'ERR_VALIDATION',
    category: 'validation',
    message: 'The mock refuses the record.',
  },
  'lost-answer': {
    code: 'ERR_NETWORK',
    category: 'transient',
    message: 'The answer of the mock was lost. Read the record back.',
    outcomeUnknown: true,
  },
};

/**
 * Makes a connector in memory, for tests of an app: pages, changes, idempotency keys and revisions
 * without a server, and failures when the test wants them.
 *
 * @example
 * ```ts
 * const erp = mockConnector({ records: { product: [{ productNumber: 'A-1' }] } });
 * erp.fail('write', 'lost-answer');
 * await orderMissingProducts(erp.connector);
 * expect(erp.calls.filter(({ method }) => method === 'write')).toHaveLength(1);
 * ```
 */
export function mockConnector<Entities extends EntityMap>(
  options: MockConnectorOptions<Entities>,
): MockConnector<Entities> {
  const { id = 'mock', pageSize = 100 } = options;
  const tables = new Map<string, Map<string, Row>>();
  const answered = new Map<string, string>();
  const scripted: { readonly method: MockMethod; readonly failure: MockFailure }[] = [];
  const calls: MockCall[] = [];
  let sequence = 0;

  const table = (entity: string): Map<string, Row> => {
    const found = tables.get(entity);
    if (found === undefined) throw unknownEntity({ system: id, entity, known: [...tables.keys()] });
    return found;
  };
  const put = (entity: string, record: ErpRecord, key?: string): string => {
    sequence += 1;
    const { source: _source, ...fields } = record;
    const stored = key ?? String(1_000 + sequence);
    table(entity).set(stored, { record: fields, sequence, isDeleted: false });
    return stored;
  };
  const remove = (entity: string, key: string): void => {
    const row = table(entity).get(key);
    if (row === undefined) return;
    sequence += 1;
    table(entity).set(key, { ...row, sequence, isDeleted: true });
  };
  const shown = (entity: string, key: string, { record, sequence: revision }: Row): ErpRecord => ({
    ...record,
    source: { system: id, entity, key, revision: String(revision) },
  });
  const live = (entity: string): (readonly [string, Row])[] =>
    [...table(entity)].filter(([, row]) => !row.isDeleted);

  const take = (method: MockMethod): MockFailure | undefined => {
    const index = scripted.findIndex((one) => one.method === method);
    return index < 0 ? undefined : scripted.splice(index, 1)[0]?.failure;
  };
  const errorOf = (failure: MockFailure): ConnectorError =>
    typeof failure === 'string'
      ? new ConnectorError({ ...failures[failure], system: id })
      : failure;
  /** Notes the call, and fails where it is to. */
  const begin = (
    method: MockMethod,
    entity: string,
    input: unknown,
    signal?: AbortSignal,
  ): void => {
    calls.push({ method, entity, input });
    if (signal?.aborted === true) {
      throw new ConnectorError({
        code: 'ERR_ABORTED',
        category: 'transient',
        retryable: false,
        message: 'The call was aborted.',
        system: id,
      });
    }
    const failure = method === 'write' ? undefined : take(method);
    if (failure !== undefined) {
      throw errorOf(failure === 'lost-answer' ? 'unavailable' : failure);
    }
  };

  const notFound = (key: string): WriteResult => ({
    status: 'failed',
    key,
    error: new ConnectorError({
      code: 'ERR_NOT_FOUND',
      category: 'not-found',
      message: `The mock has no record ${key}.`,
      system: id,
    }),
  });

  const apply = (entity: string, change: WriteChange): WriteResult => {
    const rows = table(entity);
    const { key, idempotencyKey, expectedRevision } = change;
    if (key === undefined) {
      const known = idempotencyKey && answered.get(`${entity} ${idempotencyKey}`);
      if (known) return { status: 'created', key: known };
      const created = put(entity, change.record);
      if (idempotencyKey !== undefined) answered.set(`${entity} ${idempotencyKey}`, created);
      return { status: 'created', key: created, revision: String(sequence) };
    }
    const row = rows.get(key);
    if (row === undefined || row.isDeleted) return notFound(key);
    if (expectedRevision !== undefined && expectedRevision !== String(row.sequence)) {
      const message = 'The record has changed meanwhile. Read it again.';
      const about = { code: 'ERR_CONFLICT', category: 'conflict', message, system: id } as const;
      return { status: 'failed', key, error: new ConnectorError(about) };
    }
    if (change.op === 'delete') {
      remove(entity, key);
      return { status: 'deleted', key };
    }
    const { source: _source, ...patch } = change.record;
    const merged = Object.entries({ ...row.record, ...patch }).filter(
      ([, value]) => value !== null,
    );
    const record = Object.fromEntries(merged) as ErpRecord;
    if (JSON.stringify(record) === JSON.stringify(row.record)) return { status: 'unchanged', key };
    put(entity, record, key);
    return { status: 'updated', key, revision: String(sequence) };
  };

  const connector: IErpConnector = {
    specificationVersion: 'v1',
    manifest: {
      id,
      vendor: 'Mock',
      version: '1.0.0',
      authMethods: ['none'],
      settingsSchema: { type: 'object', properties: {} },
      links: { documentation: 'https://www.npmjs.com/package/@common/connector-testkit' },
    },
    capabilities: {
      entities: Object.fromEntries(
        Object.keys(options.records).map((entity) => [
          entity,
          {
            ...everything,
            ...(options.capabilities as Record<string, object> | undefined)?.[entity],
          },
        ]),
      ),
    },
    connect: async () => undefined,
    disconnect: async () => undefined,
    async testConnection(call = {}) {
      try {
        begin('testConnection', '', undefined, call.signal);
        const check = { name: 'connection', ok: true, message: 'The mock is there.' };
        return { ok: true, checks: [check], latencyMs: 0 };
      } catch (error) {
        const check = { name: 'connection', ok: false, message: (error as Error).message };
        return { ok: false, checks: [check], latencyMs: 0 };
      }
    },
    async describe(entity) {
      const names = new Set(live(entity).flatMap(([, { record }]) => Object.keys(record)));
      const about = { type: 'string', nullable: true, creatable: true, updatable: true };
      const fields = [...names].map((name) => ({ ...about, name, custom: false }));
      return { entity, nativeName: entity, key: ['key'], fields };
    },
    async get(entity, key, call = {}) {
      begin('get', entity, key, call.signal);
      const row = table(entity).get(key);
      return row === undefined || row.isDeleted ? undefined : shown(entity, key, row);
    },
    async *list(entity, query = {}, call = {}) {
      begin('list', entity, query, call.signal);
      const after = Number(query.after?.position ?? 0);
      const rows = live(entity).slice(after);
      const size = query.pageSize ?? pageSize;
      for (let from = 0; from === 0 || from < rows.length; from += size) {
        if (from > 0) begin('list', entity, query, call.signal);
        const page = rows.slice(from, from + size);
        yield {
          records: page.map(([key, row]) => shown(entity, key, row)),
          checkpoint: { position: after + from + page.length },
          totalCount: after + rows.length,
        };
      }
    },
    async find(entity, reference, call = {}) {
      begin('find', entity, reference, call.signal);
      const key = answered.get(`${entity} ${reference.idempotencyKey ?? ''}`);
      const row = key === undefined ? undefined : table(entity).get(key);
      return key === undefined || row === undefined || row.isDeleted
        ? []
        : [shown(entity, key, row)];
    },
    async *changes(entity, since: Checkpoint | undefined, call = {}) {
      begin('changes', entity, since, call.signal);
      let position = Number(since?.sequence ?? 0);
      for (;;) {
        const rows = [...table(entity)]
          .filter(([, row]) => row.sequence > position)
          .sort(([, a], [, b]) => a.sequence - b.sequence)
          .slice(0, pageSize);
        if (rows.length === 0) return;
        position = rows.at(-1)?.[1].sequence ?? position;
        const changes = rows.map(
          ([key, row]): RecordChange =>
            row.isDeleted
              ? { op: 'delete', key }
              : { op: 'upsert', record: shown(entity, key, row) },
        );
        yield { changes, checkpoint: { sequence: position } };
        begin('changes', entity, { sequence: position }, call.signal);
      }
    },
    async write(entity, changes, call = {}) {
      table(entity);
      begin('write', entity, changes, call.signal);
      return changes.map((change): WriteResult => {
        const failure = take('write');
        if (failure === 'lost-answer') {
          apply(entity, change);
          return { status: 'unknown', key: change.key, error: errorOf(failure) };
        }
        if (failure !== undefined) {
          return { status: 'failed', key: change.key, error: errorOf(failure) };
        }
        if (call.dryRun === true) {
          return change.op === 'delete'
            ? { status: 'deleted', key: change.key }
            : { status: change.key === undefined ? 'created' : 'updated', key: change.key ?? '' };
        }
        return apply(entity, change);
      });
    },
    health: () => ({
      status: 'healthy',
      requests: calls.length,
      errorRate: 0,
      latencyMs: 0,
      breaker: 'closed',
    }),
  };

  for (const [entity, records] of Object.entries<readonly ErpRecord[]>(options.records)) {
    tables.set(entity, new Map());
    for (const record of records) put(entity, record, record.source?.key);
  }
  return {
    connector: defineConnector<Entities>()(connector as unknown as IErpConnector<Entities>),
    calls,
    fail(method, failure, times = 1) {
      for (let time = 0; time < times; time += 1) scripted.push({ method, failure });
    },
    put: (entity, record, key) => put(entity, record, key),
    remove: (entity, key) => remove(entity, key),
    records: (entity) =>
      new Map(live(entity).map(([key, row]) => [key, row.record])) as unknown as ReadonlyMap<
        string,
        never
      >,
  };
}
