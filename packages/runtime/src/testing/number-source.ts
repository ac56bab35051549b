import type { ErpRecord, IErpConnector } from '@common/connector-core';

/** A numbered record. */
export interface Numbered extends ErpRecord {
  readonly number: string;
  readonly text: string;
}

/** A source of `count` records, by number. */
export function numberSource(options: {
  readonly count: number;
  readonly pageSize: number;
  readonly textOf?: (number: number) => string;
}): IErpConnector<{ item: Numbered }> {
  const { count, pageSize, textOf = (number) => `Item ${number}` } = options;
  const recordOf = (number: number): Numbered => {
    const key = String(number).padStart(6, '0');
    return {
      source: { system: 'numbers', entity: 'item', key },
      number: key,
      text: textOf(number),
    };
  };
  return {
    specificationVersion: 'v1',
    manifest: {
      id: 'numbers',
      vendor: 'Test',
      version: '1.0.0',
      authMethods: [],
      settingsSchema: {},
      links: { documentation: 'https://example.com' },
    },
    capabilities: {
      entities: {
        item: {
          list: true,
          get: true,
          create: false,
          update: false,
          delete: false,
          changes: 'none',
          deletesVisible: false,
          filterable: [],
          maxPageSize: pageSize,
          maxBatchSize: 1,
          idempotency: 'none',
        },
      },
    },
    connect: async () => undefined,
    disconnect: async () => undefined,
    testConnection: async () => ({ ok: true, checks: [], latencyMs: 0 }),
    describe: async () => ({ entity: 'item', nativeName: 'item', key: ['number'], fields: [] }),
    get: async (_entity, key) => recordOf(Number(key)) as never,
    async *list(_entity, query) {
      let from = Number(query?.after?.number ?? 0);
      while (from < count) {
        const size = Math.min(pageSize, count - from);
        const records = Array.from({ length: size }, (_, index) => recordOf(from + index));
        from += size;
        yield { records: records as never, checkpoint: { number: from }, totalCount: count };
      }
    },
  };
}
