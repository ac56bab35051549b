import type { CallOptions } from '../contract/call-options.ts';
import type { RecordPage } from '../contract/record-page.ts';
import type { RecordQuery } from '../contract/record-query.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import type { CommonClient } from './common-client.ts';
import { type CommonEntities, commonCapabilities } from './common-entities.ts';
import { type CommonMappings, decodeItems } from './common-mapping.ts';
import type { CommonPage } from './common-page.ts';
import { readListCheckpoint, toCommonQuery, writeListCheckpoint } from './common-query.ts';

type Entity = keyof CommonEntities;
type AnyRecord = CommonEntities[Entity];

/** What reads go through. */
export interface CommonReadContext {
  readonly client: CommonClient;
  readonly mappings: CommonMappings;
}

/** Reads an entity page by page. */
export async function* listCommon(
  entity: Entity,
  query: RecordQuery,
  context: CommonReadContext,
  options: CallOptions,
): AsyncGenerator<RecordPage<AnyRecord>, void, undefined> {
  const start = readListCheckpoint(query.after);
  const commonQuery = toCommonQuery(entity, query);
  if (start === 'end') return;
  const { client, mappings } = context;
  const { filter, isWanted } = commonQuery;
  const from = { ...filter, ...start };
  const read = <Item extends { readonly id: string }>(
    pages: AsyncIterable<CommonPage<Item>>,
    decode: (item: Item) => AnyRecord | undefined,
  ) => toRecordPages({ pages, decode, isWanted });
  switch (entity) {
    case 'purchaseOrder':
      return yield* read(client.purchaseOrders.pages(from, options), mappings.purchaseOrder);
    case 'amendment':
      return yield* read(client.purchaseOrders.pages(from, options), mappings.amendment);
    case 'company':
      return yield* read(client.companies.pages(from, options), mappings.company);
    case 'businessRelationship':
      return yield* read(
        client.businessRelationships.pages(from, options),
        mappings.businessRelationship,
      );
  }
}

async function* toRecordPages<Item extends { readonly id: string }>(source: {
  readonly pages: AsyncIterable<CommonPage<Item>>;
  readonly decode: (item: Item) => AnyRecord | undefined;
  readonly isWanted: (record: AnyRecord) => boolean;
}): AsyncGenerator<RecordPage<AnyRecord>, void, undefined> {
  for await (const page of source.pages) {
    const { records, failures } = decodeItems(page, source.decode);
    yield {
      records: records.filter(source.isWanted),
      ...(failures.length > 0 && { failures }),
      checkpoint: writeListCheckpoint(page.nextCursor),
    };
  }
}

/** Reads one record. Companies and relationships have no address of their own: their list is searched. */
export async function getCommon(
  entity: Entity,
  key: string,
  context: CommonReadContext,
  options: CallOptions,
): Promise<AnyRecord | undefined> {
  if (entity === 'purchaseOrder' || entity === 'amendment') {
    const order = await context.client.purchaseOrders.get(key, options);
    return order && context.mappings[entity](order);
  }
  for await (const page of listCommon(entity, {}, context, options)) {
    const failure = page.failures?.find((candidate) => candidate.key === key);
    if (failure !== undefined) throw failure.error;
    const record = page.records.find((candidate) => candidate.source?.key === key);
    if (record !== undefined) return record;
  }
  return undefined;
}

/** Reads the records with a natural key, all of them. */
export async function findCommon(
  entity: Entity,
  reference: Readonly<Record<string, string>>,
  context: CommonReadContext,
  options: CallOptions,
): Promise<readonly AnyRecord[]> {
  const capabilities = commonCapabilities[entity];
  const findBy: readonly string[] = 'findBy' in capabilities ? capabilities.findBy : [];
  if (!Object.keys(reference).some((field) => findBy.includes(field))) {
    throw new ConnectorError({
      code: 'ERR_UNSUPPORTED_QUERY',
      category: 'unsupported',
      system: 'common',
      entity,
      message:
        findBy.length === 0
          ? `Common has no natural key of ${entity} to find it by. Use get or list.`
          : `Common finds ${entity} by ${findBy.join(', ')}.`,
    });
  }
  const where = Object.entries(reference).map(
    ([field, value]) => ({ field, operator: 'eq', value }) as const,
  );
  const found: AnyRecord[] = [];
  for await (const page of listCommon(entity, { where }, context, options)) {
    const [failure] = page.failures ?? [];
    if (failure !== undefined) throw failure.error;
    found.push(...page.records);
  }
  return found;
}
